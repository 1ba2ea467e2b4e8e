"""The Celery application; tasks are found in each package's `tasks` module."""

import os

from celery import Celery

from deploy.background import worker_watch  # noqa: F401 - hears of a worker's signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
app = Celery("pasarsama")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tenants", "settlement", "marketplace"])
# Celery's command line takes BROKER_URL from the environment as it stands there; ours may name a unix socket, which it spells otherwise.
os.environ["CELERY_BROKER_URL"] = app.conf.find_value_for_key("broker_url")
