"""Wakes the Celery application together with Django, in every process that may send a task: web, worker, command line."""

from django.apps import AppConfig


class DeployConfig(AppConfig):
    name = "deploy"

    def ready(self) -> None:
        from deploy import queue

        queue.app.set_default()
