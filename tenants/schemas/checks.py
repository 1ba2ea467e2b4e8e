"""System checks of the one shape that keeps villages apart: no foreign key across schemas, no table and no app in both places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db.models import Model


def register() -> None:
    """Hang the checks onto Django's; called when the apps are ready."""
    for check in (places, foreign_keys, tables, wiring):
        checks.register(check, checks.Tags.models)


def places(**_: Any) -> list[checks.CheckMessage]:
    """tenants.E001: an app's tables stand in public or in the villages, never in both."""
    both = sorted(_names("SHARED_APPS") & _names("TENANT_APPS"))
    return [
        checks.Error(f"{name} is a shared app and a villages' app; its tables would stand in both places.", id="tenants.E001")
        for name in both
    ]


def foreign_keys(**_: Any) -> list[checks.CheckMessage]:
    """tenants.E002: a key across the line breaks deletion, the backup of one village, and sharding. Store a UUID or a village code."""
    found: list[checks.CheckMessage] = []
    for model in _tables_models():
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if isinstance(target, type) and issubclass(target, Model) and _in_village(model) != _in_village(target):
                found.append(
                    checks.Error(
                        f"{model._meta.label}.{field.name} is a foreign key to {target._meta.label}, which stands in another schema.",
                        hint="Store its UUID or the village's code instead.",
                        obj=model,
                        id="tenants.E002",
                    )
                )
    return found


def tables(**_: Any) -> list[checks.CheckMessage]:
    """tenants.E003: a name in both places makes a missing village table fall through to the shared one."""
    models = list(_tables_models())
    shared = {model._meta.db_table: model for model in models if not _in_village(model)}
    return [
        checks.Error(
            f"{model._meta.label} and {shared[model._meta.db_table]._meta.label} both use the table {model._meta.db_table}, one in public "
            "and one in the villages.",
            obj=model,
            id="tenants.E003",
        )
        for model in models
        if _in_village(model) and model._meta.db_table in shared
    ]


def wiring(**_: Any) -> list[checks.CheckMessage]:
    """tenants.E004 to E006: the settings without which villages mix."""
    found: list[checks.CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"] != "tenants.db.backend":
        found.append(
            checks.Error('The database\'s ENGINE must be "tenants.db.backend"; others go on in the former village.', id="tenants.E004")
        )
    caches: dict[str, Any] = settings.CACHES
    for alias, cache in caches.items():
        if cache.get("KEY_FUNCTION") != "tenants.db.context.cache_key":
            found.append(checks.Error(f'The cache "{alias}" needs KEY_FUNCTION "tenants.db.context.cache_key".', id="tenants.E005"))
    for label in sorted({config.label for config in apps.get_app_configs()} - _placed_labels()):
        if apps.get_app_config(label).models:
            found.append(checks.Error(f"{label} has models, but is neither a shared app nor a villages' app.", id="tenants.E006"))
    return found


def _tables_models() -> Iterator[type[Model]]:
    """Every model with a table, the ones between many-to-many fields included."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def _in_village(model: type[Model]) -> bool:
    return apps.get_app_config(model._meta.app_label).name in _names("TENANT_APPS")


def _placed_labels() -> set[str]:
    placed = _names("SHARED_APPS") | _names("TENANT_APPS")
    return {config.label for config in apps.get_app_configs() if config.name in placed}


def _names(setting: str) -> set[str]:
    """The apps of a setting by their plain name, also where it names an AppConfig."""
    listed = set(getattr(settings, setting))
    return {
        config.name for config in apps.get_app_configs() if listed & {config.name, f"{config.__module__}.{config.__class__.__qualname__}"}
    } | listed
