"""Functions and triggers are compared with what the files give in a scratch database, or with what was written down."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from deploy import audit
from deploy.audit import installed_functions

SHORTER = "CREATE OR REPLACE FUNCTION settlement_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
EXTRA = "CREATE FUNCTION settlement_extra() RETURNS int LANGUAGE sql AS 'SELECT 1'"


def _say(market, *statements):
    with market.as_owner(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(params=["files", "hashes"])
def way(market, request):
    """Both ways to compare: with the owner's right to make a database, and without."""
    with override_settings(DATABASE_OWNER_URL=settings.DATABASE_OWNER_URL if request.param == "files" else settings.DATABASE_URL):
        yield request.param


def test_a_migrated_market_is_as_the_files_say(way):
    assert list(installed_functions.differing()) == []


@pytest.mark.parametrize(
    ("by_hand", "told"),
    [
        (SHORTER, "function settlement_refuse_change: is not as its file says"),
        ("ALTER FUNCTION settlement_fold(text) RESET search_path", "function settlement_fold: is not as its file says"),
        ("DROP FUNCTION settlement_void", "function settlement_void: is missing"),
        (EXTRA, "function settlement_extra: has no file"),
        (
            "ALTER TABLE settlement_transfer DISABLE TRIGGER settlement_append_only",
            "trigger settlement_append_only: is not as its file says",
        ),
        ("DROP TRIGGER settlement_append_only ON settlement_transfer", "trigger settlement_append_only: is not as its file says"),
        ("DROP TRIGGER settlement_obligation_only_open ON settlement_obligation", "trigger settlement_obligation_only_open: is missing"),
        (
            "CREATE OR REPLACE TRIGGER settlement_no_delete BEFORE DELETE ON settlement_cycle"
            " EXECUTE FUNCTION settlement_refuse_change('x')",
            "trigger settlement_no_delete: is not as its file says",
        ),
        (
            "CREATE TRIGGER settlement_append_only BEFORE DELETE ON tenants_user EXECUTE FUNCTION settlement_refuse_change('x')",
            "trigger settlement_append_only: is not as its file says",
        ),
    ],
)
def test_a_planted_fault_is_caught_and_no_other_rule_cries(market, way, by_hand, told):
    _say(market, by_hand)

    assert [(result.name, result.sample) for result in audit.run() if result.count] == [("functions-are-their-files", [told])]


def test_a_changed_function_is_found_though_its_hash_was_changed_along(market):
    forged = (
        "UPDATE settlement_installedfunction SET catalogue_sha256 = sha256(convert_to(pg_get_functiondef("
        "'settlement_refuse_change'::regproc), 'UTF8')) WHERE identifier = 'settlement_refuse_change'"
    )
    _say(market, SHORTER, forged)

    assert list(installed_functions.differing()) == ["function settlement_refuse_change: is not as its file says"]
    with override_settings(DATABASE_OWNER_URL=settings.DATABASE_URL):
        assert list(installed_functions.differing()) == []


def test_without_the_owner_a_file_that_was_not_installed_is_told(market):
    _say(market, "UPDATE settlement_installedfunction SET file_sha256 = catalogue_sha256 WHERE identifier = 'settlement_post'")

    with override_settings(DATABASE_OWNER_URL=settings.DATABASE_URL):
        assert list(installed_functions.differing()) == ["function settlement_post: its file was not installed"]


def test_the_scratch_database_is_gone_afterwards(market):
    installed_functions.given_by_files.cache_clear()
    assert list(installed_functions.differing()) == []

    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE '%%\\_functions'", [])
        assert cursor.fetchall() == []
