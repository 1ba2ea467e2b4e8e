"""What the application's role cannot do, tried."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.test import override_settings

from tenants import activity_log, acts, models
from tenants.db import privileges
from tests.support import factories


def _try(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE settlement_transfer",
        "DROP TABLE v_3402902001.marketplace_order",
        "DROP SCHEMA v_3402902001 CASCADE",
        "DROP SCHEMA public CASCADE",
        "TRUNCATE settlement_transfer CASCADE",
        "TRUNCATE v_3402902001.marketplace_order CASCADE",
        "ALTER TABLE settlement_transfer DISABLE TRIGGER ALL",
        "ALTER TABLE v_3402902001.marketplace_product DROP COLUMN name",
        "CREATE TABLE public.x (y int)",
        "CREATE SCHEMA x",
        "CREATE TABLE v_3402902001.x (y int)",
        "UPDATE settlement_transfer SET amount_rupiah = 1",
        "DELETE FROM settlement_transfer",
        "UPDATE settlement_reference SET reference = 'x'",
        "DELETE FROM settlement_obligation",
        "UPDATE settlement_obligation SET amount_rupiah = 1",
        "UPDATE tenants_activityentry SET reason = 'x'",
        "DELETE FROM tenants_activityentry",
        "DELETE FROM django_migrations",
        "UPDATE settlement_installedfunction SET catalogue_sha256 = file_sha256",
        "INSERT INTO settlement_installedfunction SELECT 'x', kind, file_sha256, catalogue_sha256, now() FROM settlement_installedfunction",
        "UPDATE v_3402902001.django_migrations SET name = 'x'",
        "SELECT * FROM village_template.marketplace_shop",
        "SET ROLE pasarsama_owner",
        "ALTER TABLE tenants_user OWNER TO pasarsama",
        "GRANT ALL ON settlement_transfer TO pasarsama",
    ],
)
def test_the_applications_role_cannot(market, statement):
    if statement.startswith("GRANT"):
        # PostgreSQL only warns when nothing can be granted; what counts is that nothing was.
        _try(statement)
        assert privileges.deviations() == []
        return
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner|must be able to"):
        _try(statement)


def test_it_can_do_its_work(market):
    activity_log.record(action="a.b", subject_id="x", act=acts.by_system(at=factories.START))
    models.User.objects.filter(id=factories.WULAN.id).update(name="Wulan S.")
    _try("UPDATE settlement_obligation SET open_rupiah = open_rupiah")
    _try("UPDATE v_3402902001.marketplace_shop SET about = 'x'")


def test_a_villages_tables_are_granted_as_they_are_made(market):
    market.add_village(code="34.02.90.2004", name="Baru")
    assert privileges.deviations() == []
    _try("UPDATE v_3402902004.marketplace_shop SET about = 'x'")


def test_what_deviates_is_found_and_set_right(market):
    with market.as_owner():
        _try("GRANT UPDATE, TRUNCATE ON settlement_transfer TO pasarsama")
        _try("GRANT UPDATE (amount_rupiah) ON settlement_obligation TO pasarsama")
        _try("REVOKE DELETE ON v_3402902002.marketplace_product FROM pasarsama")
    assert {(one.schema, one.table) for one in privileges.deviations()} == {
        ("public", "settlement_transfer"),
        ("public", "settlement_obligation"),
        ("v_3402902002", "marketplace_product"),
    }
    with market.as_owner():
        assert privileges.apply() == 2
        assert privileges.apply() == 0
    assert privileges.deviations() == []
    with pytest.raises(DatabaseError, match="permission denied"):
        _try("UPDATE settlement_obligation SET amount_rupiah = 1")


def test_one_role_for_both_is_said_aloud(market, caplog, settings_of_one_role):
    assert privileges.one_role()
    assert privileges.apply() == 0
    assert "nothing stops the application" in caplog.text
    assert privileges.statements(schema="v_3402902001", tables=["x"]) == []


@pytest.fixture
def settings_of_one_role(market):
    with override_settings(DATABASE_URL=market.owner_url, DATABASE_OWNER_URL=market.owner_url):
        yield
