"""The files of the ledger's SQL: each holds what its name says, and says the same as the Python beside it."""

from __future__ import annotations

import re

import pytest
from django.apps import apps

from settlement.bank.rails import progress
from settlement.models import Cycle
from settlement.sql import source_files
from settlement.sql.source_files import Kind

SOURCES = tuple(source_files.read().values())
FUNCTIONS = [source for source in SOURCES if source.key.kind is Kind.FUNCTION]
TRIGGERS = [source for source in SOURCES if source.key.kind is Kind.TRIGGER]
MADE = re.compile(r"^CREATE (?:OR REPLACE )?(\w+) (?:public\.)?(\w+)", re.MULTILINE)


def tables(name: str) -> set[str]:
    """On which tables a trigger stands."""
    return set(re.findall(r" ON public\.(\w+)", source_files.one(name).text))


def moves(name: str) -> set[tuple[str, str]]:
    """The pairs from > to that a trigger lets through."""
    return set(re.findall(r"'(\w+)>(\w+)'", source_files.one(name).text))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.key.name)
def test_a_file_makes_what_its_name_says_and_begins_by_what_that_guarantees(source):
    made = {(kind.lower(), name) for kind, name in MADE.findall(source.text)}

    assert made == {(source.key.kind, source.key.name)}
    assert source.key.name.startswith("settlement_")
    assert source.text.startswith("-- ")


def test_no_function_has_a_triggers_name():
    assert len({source.key.name for source in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize("source", FUNCTIONS, ids=lambda source: source.key.name)
def test_a_body_names_its_schema_or_sets_the_search_path(source):
    body = source.text.partition("AS $$")[2]
    unnamed = re.findall(r"(?<!public\.)(?<!\w)settlement_\w+", body)

    assert not unnamed or "\nSET search_path = public, pg_temp" in source.text


def test_plans_are_kept_where_postings_pass():
    passed = {"settlement_refer", "settlement_reserve", "settlement_post", "settlement_fold", "settlement_release_guest"}

    assert {name for name in passed if "SET plan_cache_mode = force_generic_plan" not in source_files.one(name).text} == set()


def named(list_of_tables: str) -> set[str]:
    """The shared tables that the packages name in such a list; villages' tables have no triggers."""
    found = {table for app in apps.get_app_configs() for table in getattr(app, list_of_tables, ())}
    return {table for table in found if not table.startswith("marketplace_")}


def test_append_only_tables_are_those_that_privileges_keep():
    assert tables("settlement_append_only") == named("append_only_tables")


def test_tables_of_which_some_may_change_keep_their_rows():
    assert tables("settlement_no_delete") == named("limited_updates")


def test_legs_move_as_the_table_of_progress_says():
    allowed = {(state.value, step.state.value) for (state, _), step in progress.TABLE.items() if step.state is not state}

    assert moves("settlement_paymentleg_moves") == allowed


def test_cycles_move_between_their_states_and_are_given_up_before_set_off():
    allowed = moves("settlement_cycle_moves")

    assert {state for pair in allowed for state in pair} == set(Cycle.State)
    assert {state for state, to in allowed if to == Cycle.State.ABORTED} == set(Cycle.BEFORE_SETOFF)
    assert not [state for state, _ in allowed if state in (Cycle.State.CLOSED, Cycle.State.ABORTED)]


def test_triggers_call_two_functions():
    assert {name for source in TRIGGERS for name in re.findall(r"EXECUTE FUNCTION\s+public\.(\w+)", source.text)} == {
        "settlement_refuse_change",
        "settlement_refuse_while_held",
    }
