"""Data of another release are recognised by their migrations, and refused before anything is changed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import translation

from deploy.supervision import preflight
from tenants import acts, models, villages
from tenants.db import context
from tenants.http import readiness
from tenants.schemas import migrate_all, migration_state
from tests.support.factories import MELATI, START


@pytest.fixture
def older(market) -> None:
    """As if an old release had run a migration that is gone since."""
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO public.django_migrations (app, name, applied) VALUES ('tenants', '0002_of_before', now())")


def test_the_migrations_of_this_release_are_known(market):
    migration_state.check()


def test_a_migration_that_is_gone_is_named_in_both_languages(older):
    with pytest.raises(migration_state.OtherRelease) as refused:
        migration_state.check()

    assert "rilis lain yang tidak dapat dilanjutkan oleh rilis ini (migrasi tenants.0002_of_before)" in str(refused.value)
    with translation.override("en"):
        assert "A demonstration is made again by `pasarsama demo --fresh`" in str(refused.value)


def test_one_of_a_villages_tables_is_found_by_the_owner(market):
    with market.as_owner():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO village_template.django_migrations (app, name, applied) VALUES ('marketplace', '0009_gone', now())")

        with pytest.raises(migration_state.OtherRelease, match="marketplace.0009_gone"):
            migration_state.check()


def test_migrations_of_others_are_their_own_business(market):
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO public.django_migrations (app, name, applied) VALUES ('sessions', '0099_of_django', now())")

    migration_state.check()


def test_nothing_is_migrated_then(older, market):
    with market.as_owner(), pytest.raises(migration_state.OtherRelease):
        migrate_all.migrate_all(jobs=1)


def test_a_market_does_not_open_with_them(older):
    [(indonesian, english)] = preflight.database_faults()

    assert "`pasarsama demo --fresh`" in indonesian
    assert "`pasarsama demo --fresh`" in english


def test_a_market_does_not_open_before_its_tables_are_of_this_release(market):
    with market.as_owner(), connection.cursor() as cursor:
        newest = "SELECT max(name) FROM public.django_migrations WHERE app = 'settlement'"
        cursor.execute(f"DELETE FROM public.django_migrations WHERE app = 'settlement' AND name = ({newest})")  # noqa: S608 - our own words
    readiness._migrated = False

    [(indonesian, english)] = preflight.database_faults()

    assert "belum diperbarui ke rilis ini; jalankan `pasarsama upgrade` dahulu" in indonesian
    assert "run `pasarsama upgrade` first" in english


def test_a_village_that_lags_keeps_it_closed_until_its_shop_is(market):
    with market.as_owner(), context.public():
        models.Village.objects.filter(code=MELATI).update(migration_head="older")

        [(indonesian, english)] = preflight.database_faults()
        assert f"belum diperbarui ke rilis ini: {MELATI};" in indonesian
        assert f"not of this release yet: {MELATI};" in english

        villages.suspend(code=MELATI, act=acts.by_command_line(at=START, reason="tabelnya rusak"))
        assert preflight.database_faults() == []
