"""Which migrations a schema has, and whether they are this release's.

A village's head is a digest of its migrations, recorded per village, so that nobody needs to look.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import pkgutil
from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_noop

from tenants import codes, errors
from tenants.db import context

Migration = tuple[str, str]  # (app label, name)
_SHOWN_MAX = 3


class OtherRelease(errors.DomainError):
    """The data were made by a release whose migrations this one does not have, so it can neither read nor upgrade them."""

    kind = errors.Kind.CONFLICT
    code = "data-of-other-release"
    sentence = gettext_noop(
        "Data ini dibuat oleh rilis lain yang tidak dapat dilanjutkan oleh rilis ini (migrasi %(names)s). Pasar contoh dibuat lagi dengan "
        "`pasarsama demo --fresh`; pasar sungguhan dibuka dengan rilis yang membuatnya."
    )


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
    """The villages' migrations recorded in a schema; none if it does not exist or was never migrated."""
    return frozenset(key for key in _recorded(schema) if key[0] in labels())


def everywhere() -> frozenset[Migration]:
    """The migrations recorded in public and in the template, which a role must be allowed to read."""
    return _recorded(context.PUBLIC) | _recorded(codes.TEMPLATE_SCHEMA)


def check() -> None:
    """Nothing; or OtherRelease. Of the files it reads the names alone; the template is left out where the role may not read it.

    :raises OtherRelease: if public or the template has a migration of ours that this code does not bring
    """
    check_known(names=[f"{app}.{name}" for app, name in everywhere()])


def check_known(*, names: Iterable[str]) -> None:
    """Nothing, if this code brings every migration of ours among these ("tenants.0001_initial"). The database is not asked.

    :raises OtherRelease: if not
    """
    known = {f"{app}.{name}" for app, name in _on_disk()}
    own = {name.partition(".")[0] for name in known}
    unknown = sorted({name for name in names if name.partition(".")[0] in own and name not in known})
    if unknown:
        raise OtherRelease(names=", ".join(unknown[:_SHOWN_MAX]) + (", ..." if len(unknown) > _SHOWN_MAX else ""))


def _on_disk() -> frozenset[Migration]:
    """Every migration of our own apps that this code brings, from where Django takes them (MIGRATION_MODULES)."""
    found: list[Migration] = []
    for config in apps.get_app_configs():
        package, _ = MigrationLoader.migrations_module(config.label)
        if package is not None and config.name in (*settings.OWN_SHARED_APPS, *settings.TENANT_APPS):
            found += [(config.label, name) for name in _names(package)]
    return frozenset(found)


@functools.cache
def _names(package: str) -> tuple[str, ...]:
    folder = importlib.import_module(package).__path__
    return tuple(module.name for module in pkgutil.iter_modules(folder) if module.name[0].isdigit())


def _recorded(schema: str) -> frozenset[Migration]:
    name = connection.ops.quote_name(schema)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s"
            " AND c.relname = 'django_migrations' AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))",
            [schema],
        )
        if not cursor.fetchone()[0]:
            return frozenset()
        cursor.execute(f"SELECT app, name FROM {name}.django_migrations")  # noqa: S608 - the name is quoted
        return frozenset((app, migration) for app, migration in cursor.fetchall())


def missing(*, schema: str) -> tuple[Migration, ...]:
    """The migrations that a schema lacks, in the order in which they run."""
    have = applied(schema=schema)
    return tuple(key for key in wanted() if key not in have)


def template_is_ready() -> bool:
    """Whether the template schema has every migration that this code brings."""
    return not missing(schema=codes.TEMPLATE_SCHEMA)
