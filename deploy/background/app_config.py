"""Sets up the Celery application together with Django, in every process that may send a task: web, worker, command line."""

from django.apps import AppConfig


class DeployConfig(AppConfig):
    name = "deploy"

    def ready(self) -> None:
        from deploy.background import celery_app

        celery_app.app.set_default()
