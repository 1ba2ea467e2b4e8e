"""The market's settings with what a bench needs beside them; named by DJANGO_SETTINGS_MODULE in processes that a bench starts."""

from deploy import env
from deploy.settings import *  # noqa: F403 - settings are names by their nature
from deploy.settings import CACHES, DATABASES, QUEUE_URL

ROOT_URLCONF = "deploy.bench.support.bench_urls"
# Two markets on one cache server must not show each other's villages: each counts its own database there.
CACHES["default"]["LOCATION"] = env.cache(QUEUE_URL, db=env.number("PASARSAMA_BENCH_CACHE", 1))
# One more migration for the villages, in a folder that bench provision makes.
MIGRATION_MODULES = {"marketplace": env.text("PASARSAMA_BENCH_MIGRATIONS", "marketplace.migrations")}
# For the yardstick: django-tenants as it comes.
DATABASES["default"]["ENGINE"] = env.text("PASARSAMA_BENCH_ENGINE", "tenants.db.backend")
