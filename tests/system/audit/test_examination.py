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
