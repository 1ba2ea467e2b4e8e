"""The audit itself: clean on what the market's own verbs did, at one moment, and plain in what it says."""

from __future__ import annotations

import json

from deploy import audit
from deploy.audit import command


def test_a_fresh_market_breaks_nothing(market):
    assert [result for result in audit.run() if result.count] == []


def test_a_market_in_which_everything_happened_breaks_nothing(busy):
    assert [result for result in audit.run() if result.count] == []


def test_the_command_says_so_and_ends_well(busy, capsys):
    assert command.run(json=False) == 0

    shown = capsys.readouterr().out
    assert "position-is-its-transfers" in shown
    assert "0 broken" in shown


def test_the_command_names_what_is_broken_and_where(busy, plant, capsys):
    plant("UPDATE v_3402902002.marketplace_product SET on_hand = on_hand + 1")

    assert command.run(json=True) == 1

    shown = json.loads(capsys.readouterr().out)
    [broken] = [row for row in shown["invariants"] if row["count"]]
    assert (shown["holds"], broken["name"], broken["count"]) == (False, "on-hand-is-its-movements", 1)
    assert broken["sample"][0].startswith("34.02.90.2002 (")


def test_data_of_the_release_before_are_asked_what_they_can_answer(busy, plant):
    """As if this release had brought a column, a table, a village's table and a function."""
    plant("ALTER TABLE public.tenants_event DROP COLUMN fanned_out_at CASCADE")
    plant("ALTER TABLE v_3402902002.marketplace_orderline DROP COLUMN broken CASCADE")
    plant("UPDATE public.tenants_village SET migration_head = 'older'")
    plant("UPDATE v_3402902002.marketplace_product SET on_hand = on_hand + 1")

    results = {result.name: result for result in audit.run(before_upgrade=True)}

    assert {name for name, result in results.items() if result.count} == {"on-hand-is-its-movements"}
    assert 'column "fanned_out_at" does not exist' in results["events-move"].unasked
    assert "does not exist" in results["lines-reserve-while-they-wait"].unasked
    assert not results["position-is-its-transfers"].unasked
    assert not {"schemas-are-villages", "functions-are-their-files", "village-has-its-migrations"} & results.keys()


def test_what_only_workers_keep_true_is_not_asked_of_a_market_at_rest(busy, plant):
    plant("DELETE FROM public.tenants_eventdelivery")
    plant("UPDATE public.tenants_event SET fanned_out_at = NULL, recorded_at = now() - interval '1 day'")

    assert "events-move" in {result.name for result in audit.run() if result.count}
    assert [result for result in audit.run(at_rest=True) if result.count] == []
