"""What installing does to functions and triggers that changed, are gone, or are not ours."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import DatabaseError, connection, connections, transaction

from settlement.sql import install, installed_objects, source_files
from settlement.sql.source_files import Key, Kind
from tenants.db import context
from tenants.schemas import migrate_one

STAMP = Key(Kind.FUNCTION, "settlement_stamp")
FROZEN = Key(Kind.FUNCTION, "settlement_is_frozen")
REFUSE = Key(Kind.FUNCTION, "settlement_refuse_change")
FOREIGN = "CREATE FUNCTION counter() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
EXTRA = "CREATE FUNCTION settlement_extra() RETURNS int LANGUAGE sql AS 'SELECT 1'"
NOTHING = install.Installed(dropped=(), created=())


def standing():
    with context.public(), connection.cursor() as cursor:
        return installed_objects.read(cursor)


def oid(say, name):
    return say(f"SELECT '{name}'::regproc::oid")  # noqa: S608 - our own names


def test_a_migrated_market_has_them_all_and_they_are_written_down(owner):
    assert standing().keys() == source_files.read().keys() == install.written_down().keys()
    assert install.everything() == NOTHING


def test_nothing_is_written_where_nothing_differs(owner, django_statements):
    with django_statements() as said:
        install.everything()
    assert {statement.split()[0] for statement in said} == {"SELECT"}
    assert len(said) == 4  # the lock, functions, triggers, hashes


def test_a_changed_body_replaces_the_function_where_it_stands(say, edit):
    before = oid(say, STAMP.name)
    edit(STAMP.name, "'no cycle is open'", "'no cycle stands open'")

    assert install.everything() == install.Installed(dropped=(), created=(STAMP,))

    assert oid(say, STAMP.name) == before
    assert "stands open" in standing()[STAMP].text
    assert install.everything() == NOTHING


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(p_obligation uuid)", "(p_obligation uuid, p_also boolean DEFAULT false)"),
        ("RETURNS boolean", "RETURNS SETOF boolean"),
        ("(p_obligation uuid)", "(p_which uuid)"),
    ],
)
def test_a_changed_signature_drops_and_creates(say, edit, old, new):
    edit(FROZEN.name, old, new)
    edit(FROZEN.name, "e.obligation_id = p_obligation", "e.obligation_id = $1")

    assert install.everything() == install.Installed(dropped=(FROZEN,), created=(FROZEN,))

    assert len(standing()[FROZEN].places) == 1
    assert install.everything() == NOTHING


def test_a_trigger_gives_way_while_its_function_is_made_anew(say):
    triggers = {key for key in standing() if key.kind is Kind.TRIGGER and key.name != "settlement_money_held"}  # calls another
    say("CREATE FUNCTION settlement_refuse_change(text) RETURNS int LANGUAGE sql AS 'SELECT 1'")

    done = install.everything()

    assert done.dropped == (*sorted(triggers), REFUSE)
    assert done.created == (REFUSE, *sorted(triggers))
    assert len(standing()[REFUSE].places) == 1
    assert install.everything() == NOTHING


def test_what_has_no_file_is_dropped_and_what_is_not_ours_stays(say):
    say(EXTRA)
    say("CREATE AGGREGATE settlement_sum(int) (sfunc = int4pl, stype = int)")
    say("CREATE TRIGGER settlement_extra BEFORE INSERT ON tenants_user EXECUTE FUNCTION settlement_refuse_change('x')")
    say(FOREIGN)
    say("CREATE TRIGGER counter BEFORE INSERT ON settlement_transfer EXECUTE FUNCTION counter()")
    say("CREATE FUNCTION settlement_of_extension() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    say("ALTER EXTENSION unaccent ADD FUNCTION settlement_of_extension()")

    done = install.everything()

    assert {str(key) for key in done.dropped} == {"trigger settlement_extra", "function settlement_extra", "function settlement_sum"}
    assert done.created == ()
    assert oid(say, "counter")
    assert oid(say, "settlement_of_extension")
    assert say("SELECT 1 FROM pg_trigger WHERE tgname = 'counter'")


def test_a_file_that_is_gone_takes_its_function_and_its_hash_along(say, files):
    (files / "functions" / "settlement_uuid7.sql").unlink()

    assert install.everything().dropped == (Key(Kind.FUNCTION, "settlement_uuid7"),)
    assert Key(Kind.FUNCTION, "settlement_uuid7") not in install.written_down()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("settlement_void", "BEGIN", "BEGIN BEGIN"),  # no sentence of plpgsql
        ("settlement_live", "public.settlement_transfer r", "public.nowhere r"),  # names what is not there
    ],
)
def test_a_wrong_file_changes_nothing(say, edit, name, old, new):
    say(EXTRA)
    before, written = standing(), install.written_down()
    edit(STAMP.name, "'no cycle is open'", "'no cycle stands open'")
    edit(name, old, new)

    with pytest.raises(DatabaseError):
        install.everything()

    assert (standing(), install.written_down()) == (before, written)


def test_a_file_that_makes_something_else_is_refused(say, edit):
    before = standing()
    edit(STAMP.name, "public.settlement_stamp", "public.settlement_stemp")

    with pytest.raises(RuntimeError, match="settlement_stemp"):
        install.everything()

    assert standing() == before


def test_a_type_must_be_written_as_the_catalogue_writes_it(say, edit):
    edit("settlement_void", "timestamp with time zone", "timestamptz")

    with pytest.raises(RuntimeError, match="settlement_void: its signature"):
        install.everything()


@pytest.mark.parametrize(
    ("by_hand", "key"),
    [
        ("ALTER FUNCTION settlement_fold(text) RESET enable_seqscan", Key(Kind.FUNCTION, "settlement_fold")),
        ("DROP FUNCTION settlement_void", Key(Kind.FUNCTION, "settlement_void")),
        ("DROP TRIGGER settlement_append_only ON settlement_seal", Key(Kind.TRIGGER, "settlement_append_only")),
        ("ALTER TABLE settlement_transfer DISABLE TRIGGER settlement_append_only", Key(Kind.TRIGGER, "settlement_append_only")),
        (
            "CREATE OR REPLACE TRIGGER settlement_no_delete BEFORE DELETE ON settlement_cycle"
            " EXECUTE FUNCTION settlement_refuse_change('x')",
            Key(Kind.TRIGGER, "settlement_no_delete"),
        ),
    ],
)
def test_what_was_changed_by_hand_is_mended_by_the_next_migration(say, by_hand, key):
    before = standing()
    say(by_hand)
    assert standing() != before

    migrate_one.run_in_public()

    assert standing() == before
    assert install.everything() == NOTHING


def test_installers_wait_for_each_other(say, edit):
    edit(STAMP.name, "'no cycle is open'", "'no cycle stands open'")
    done: list[install.Installed] = []

    def work() -> None:
        try:
            done.append(install.everything())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    with migrate_one.alone(context.PUBLIC):  # as whoever migrates holds it
        for thread in threads:
            thread.start()
        until = time.monotonic() + 30
        while len(say("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")) < 2:
            assert time.monotonic() < until
            time.sleep(0.02)
        assert done == []
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(one.created for one in done) == [(), (STAMP,)]


def test_a_migration_gets_one_function_before_what_it_calls_is_there(say):
    say("DROP FUNCTION settlement_void, settlement_post, settlement_live")
    with transaction.atomic():
        install.one(name="settlement_void")

    assert {Key(Kind.FUNCTION, name) for name in ("settlement_post", "settlement_live")} == source_files.read().keys() - standing().keys()

    install.everything()
    assert source_files.read().keys() == standing().keys()


def test_a_migration_gets_a_function_with_its_new_signature(say, edit):
    edit(FROZEN.name, "(p_obligation uuid)", "(p_obligation uuid, p_also boolean DEFAULT false)")

    install.one(name=FROZEN.name)

    assert len(standing()[FROZEN].places) == 1


def test_an_unknown_name_is_refused(owner):
    with pytest.raises(KeyError):
        install.one(name="settlement_nothing")


def test_another_release_is_known_by_its_files(owner, edit):
    assert install.is_of_these_files()

    edit(STAMP.name, "'no cycle is open'", "'no cycle stands open'")
    assert not install.is_of_these_files()

    install.everything()
    assert install.is_of_these_files()


def test_a_database_from_before_has_none_of_these_files(say):
    say("DROP TABLE settlement_installedfunction")

    assert not install.is_of_these_files()
