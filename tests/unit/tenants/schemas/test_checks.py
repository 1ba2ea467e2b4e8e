"""System checks that keep villages apart: each is shown a model or setting that breaks it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core import checks as django_checks
from django.db import models
from django.test import override_settings
from django.test.utils import isolate_apps

from tenants.schemas import checks


def _ids(messages):
    return [message.id for message in messages]


def test_the_project_passes():
    assert checks.places() + checks.foreign_keys() + checks.tables() + checks.wiring() == []
    registered = django_checks.registry.registry.get_checks()
    assert {checks.places, checks.foreign_keys, checks.tables, checks.wiring} <= set(registered)


def test_an_app_in_both_places():
    with override_settings(TENANT_APPS=["marketplace", "federation"]):
        assert _ids(checks.places()) == ["tenants.E001"]


def test_an_app_in_both_places_named_by_its_config():
    with override_settings(TENANT_APPS=["marketplace", "federation.apps.FederationConfig"]):
        assert _ids(checks.places()) == ["tenants.E001"]


@pytest.mark.parametrize("kind", ["down", "up", "many"])
def test_a_foreign_key_across_the_line(monkeypatch, kind):
    with isolate_apps("marketplace", "federation"):

        class Shared(models.Model):
            class Meta:
                app_label = "federation"

        class Own(models.Model):
            if kind == "up":
                shared = models.ForeignKey(Shared, on_delete=models.PROTECT)
            if kind == "many":
                several = models.ManyToManyField(Shared)

            class Meta:
                app_label = "marketplace"

        if kind == "down":
            models.ForeignKey(Own, on_delete=models.PROTECT).contribute_to_class(Shared, "own")
        found = [Shared, Own, *(field.remote_field.through for field in Own._meta.local_many_to_many)]
        monkeypatch.setattr(checks, "_tables_models", lambda: iter(found))
        assert set(_ids(checks.foreign_keys())) == {"tenants.E002"}


def test_a_table_in_both_places(monkeypatch):
    with isolate_apps("marketplace", "federation"):

        class Shared(models.Model):
            class Meta:
                app_label = "federation"
                db_table = "goods"

        class Own(models.Model):
            class Meta:
                app_label = "marketplace"
                db_table = "goods"

        monkeypatch.setattr(checks, "_tables_models", lambda: iter([Shared, Own]))
        assert _ids(checks.tables()) == ["tenants.E003"]


def test_settings_without_which_villages_mix(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(settings, "DATABASES", {"default": {"ENGINE": "django_tenants.postgresql_backend"}})
        patched.setattr(settings, "CACHES", {"default": {"BACKEND": "x"}})
        assert _ids(checks.wiring()) == ["tenants.E004", "tenants.E005"]
    with override_settings(TENANT_APPS=[]):
        assert _ids(checks.wiring()) == ["tenants.E006"]
