"""Which migrations a village's schema has: the head is a digest of them, recorded per village, so that nobody needs to look."""

from __future__ import annotations

import functools
import hashlib

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tenants import codes

Migration = tuple[str, str]  # (app label, name)


@functools.cache
def labels() -> frozenset[str]:
    """The labels of the apps whose tables stand in every village."""
    names = set(settings.TENANT_APPS)
    return frozenset(config.label for config in apps.get_app_configs() if config.name in names)


@functools.cache
def wanted() -> tuple[Migration, ...]:
    """The villages' migrations that this code brings, in the order in which they run."""
    graph = MigrationLoader(None).graph
    ordered: list[Migration] = []
    for leaf in sorted(leaf for leaf in graph.leaf_nodes() if leaf[0] in labels()):
        ordered += [key for key in graph.forwards_plan(leaf) if key[0] in labels() and key not in ordered]
    return tuple(ordered)


def current() -> str:
    """The digest of all migrations that this code brings."""
    return hashlib.sha256("\n".join(f"{app}.{name}" for app, name in sorted(wanted())).encode()).hexdigest()


def applied(*, schema: str) -> frozenset[Migration]:
    """The migrations recorded in a schema; none if it does not exist or was never migrated."""
    name = connection.ops.quote_name(schema)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{name}.django_migrations"])
        if cursor.fetchone()[0] is None:
            return frozenset()
        cursor.execute(f"SELECT app, name FROM {name}.django_migrations")  # noqa: S608 - the name is quoted
        return frozenset((app, migration) for app, migration in cursor.fetchall() if app in labels())


def missing(*, schema: str) -> tuple[Migration, ...]:
    """The migrations that a schema lacks, in the order in which they run."""
    have = applied(schema=schema)
    return tuple(key for key in wanted() if key not in have)


def template_is_ready() -> bool:
    """Whether the template schema has every migration that this code brings."""
    return not missing(schema=codes.TEMPLATE_SCHEMA)
