"""The most is set off, to the rupiah, and the same each time."""

from __future__ import annotations

import dataclasses
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings

from settlement.clearing import graph, solving
from tests.support.clearing import debts


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("A>B 10, B>C 10, C>A 10", 30),
        ("A>B 10, B>C 7, C>A 12", 21),
        ("A>B 10, B>C 10, C>D 10", 0),
        ("A>B 10, B>A 4", 8),
        ("A>B 5, B>C 5, B>D 5, C>A 4, D>A 4", 15),  # two circles share A>B
        ("A>B 10, B>A 10, B>C 10, C>A 10", 30),  # pairs first would clear 20
        ("A>B 3, A>B 4, B>A 5", 10),
    ],
)
def test_known_answers(text, most):
    solution = debts.solved(debts.items(text))

    assert debts.set_off(solution) == most
    assert solution.totals.setoff_bilateral + solution.totals.setoff_cycles == most


def test_the_worked_example():
    solution = debts.solved(debts.items(debts.EXAMPLE))

    assert solution.setoffs == [("1", 58_800), ("3", 58_800), ("5", 58_800)]
    assert {result.party: result.net_rupiah for result in solution.parties} == {"A": -41_200, "B": 18_000, "C": 18_400, "F": 4_800}
    assert {result.party: result.cash_rupiah for result in solution.parties} == {"A": 41_200, "B": 18_000, "C": 18_400, "F": 4_800}
    assert solution.totals == solving.Totals(
        gross=240_000,
        setoff_bilateral=0,
        setoff_cycles=176_400,
        residual=63_600,
        net_internal_debt=41_200,
        carried=0,
        cash=41_200,
        nodes=4,
        edges=6,
    )


def test_the_worked_example_rolls_on_through_the_pool():
    rolled = debts.items("A>P 20600, P>B 9000, P>C 9200, P>F 2400, B>A 15000, C>A 1000, A>F 300")

    solution = debts.solved(rolled)

    assert debts.set_off(solution) == 3 * (9_000 + 1_000)  # A>P, P>B, B>A and A>P, P>C, C>A
    pool = next(result for result in solution.parties if result.party == "P")
    assert (pool.net_rupiah, pool.cash_rupiah, pool.setoff_rupiah) == (0, 0, 10_000)


def test_pairs_and_longer_circles_are_told_apart():
    solution = debts.solved(debts.items("A>B 12, B>A 10, B>C 5, C>A 5"))

    # The circle A>B>C>A takes 5 of A>B; so B>A sets off against the other 7, not against 10.
    assert solution.setoffs == [("1", 12), ("2", 7), ("3", 5), ("4", 5)]
    assert (solution.totals.setoff_bilateral, solution.totals.setoff_cycles) == (14, 15)


def test_of_one_pair_the_oldest_goes_first():
    solution = debts.solved(debts.items("A>B 4, B>A 9, A>B 3, A>B 5"))

    assert solution.setoffs == [("1", 4), ("2", 9), ("3", 3), ("4", 2)]


def test_nothing_open_is_a_solution_too():
    solution = debts.solved([])

    assert (solution.setoffs, solution.parties) == ([], [])
    assert set(dataclasses.astuple(solution.totals)) == {0}


def sizes() -> list[tuple[int, int]]:
    """200 graphs, from a handful of parties to 300 of them."""
    dice = random.Random(20_201_126)
    small = [(dice.randint(2, 12), dice.randint(1, 40)) for _ in range(150)]
    middle = [(dice.randint(13, 80), dice.randint(20, 300)) for _ in range(40)]
    return [*small, *middle, *((dice.randint(150, 300), dice.randint(400, 1_500)) for _ in range(9)), (300, 2_500)]


def test_a_second_formulation_finds_no_more_and_no_less():
    assert len(sizes()) == 200
    for seed, (parties, count) in enumerate(sizes()):
        given_items = debts.drawn(seed=seed, parties=parties, debts=count)
        assert debts.set_off(debts.solved(given_items)) == debts.optimum(given_items), seed


@settings(max_examples=300, deadline=None)
@given(snapshot=debts.snapshots())
def test_every_solution_is_accepted_and_settles_everybody(snapshot):
    given_items, limits = snapshot

    solution = debts.solved(given_items, limits)

    opens = {item.key: item.open_rupiah for item in given_items}
    assert all(0 < amount <= opens[key] for key, amount in solution.setoffs)
    assert [key for key, _ in solution.setoffs] == [item.key for item in given_items if item.key in dict(solution.setoffs)]
    totals = solution.totals
    assert totals.gross == totals.setoff_bilateral + totals.setoff_cycles + totals.residual == sum(opens.values())
    assert totals.residual >= totals.net_internal_debt == totals.carried + totals.cash
    pays = sum(result.cash_rupiah for result in solution.parties if result.net_rupiah < 0)
    gets = sum(result.cash_rupiah for result in solution.parties if result.net_rupiah > 0)
    assert pays == gets == totals.cash


@settings(max_examples=60, deadline=None)
@given(snapshot=debts.snapshots())
def test_the_order_of_items_moves_set_off_only_within_a_pair(snapshot):
    given_items, limits = snapshot
    turned = sorted(given_items, key=lambda item: (item.creditor, item.debtor, item.key[::-1]))

    first, again, other = (debts.solved(order, limits) for order in (given_items, given_items, turned))

    assert first == again
    assert (first.parties, first.totals) == (other.parties, other.totals)
    assert by_pair(given_items, first) == by_pair(turned, other)


def by_pair(given_items: list[graph.Item], solution: solving.Solution) -> dict[tuple[str, str], int]:
    pairs = {item.key: (item.debtor, item.creditor) for item in given_items}
    found: dict[tuple[str, str], int] = {}
    for key, amount in solution.setoffs:
        found[pairs[key]] = found.get(pairs[key], 0) + amount
    return found


def test_another_process_finds_the_same():
    script = (
        "from django.conf import settings; settings.configure()\n"
        "from tests.support.clearing import debts\n"
        "print(debts.solved(debts.drawn(seed=7, parties=60, debts=500)).setoffs)"
    )
    here = str(debts.solved(debts.drawn(seed=7, parties=60, debts=500)).setoffs)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == here


def test_amounts_and_sums_of_ten_to_the_fifteenth():
    solution = debts.solved([graph.Item(pair, pair[0], pair[1], 10**15) for pair in ("AB", "BC", "CA", "CD", "DA")])

    assert debts.set_off(solution) == 4 * 10**15  # through C and D, not the shorter way
    assert solution.totals.gross == 5 * 10**15


def test_up_to_the_solvers_range_and_not_beyond():
    third = solving.GROSS_RUPIAH_MAX // 3
    assert debts.set_off(debts.solved(debts.items(f"A>B {third}, B>C {third}, C>A {third}"))) == 3 * third
    with pytest.raises(solving.AmountsTooLarge, match="1.000.000.000.000.000.000"):
        solving.solve(items=debts.items(f"A>B {third}, B>C {third}, C>A {third + 2}"), carry_limits={})


@pytest.mark.parametrize(
    "wrong",
    [
        graph.Item("2", "A", "A", 1),
        graph.Item("2", "A", "B", 0),
        graph.Item("2", "A", "B", -1),
        graph.Item("2", "A", "B", 1.0),
        graph.Item("2", "A", "B", True),
        graph.Item("1", "A", "B", 1),
    ],
)
def test_what_is_no_debt_is_a_bug(wrong):
    with pytest.raises(ValueError, match="above zero|one key"):
        solving.solve(items=[graph.Item("1", "B", "A", 1), wrong], carry_limits={})


def test_flows_are_not_read_unless_the_solver_says_optimal(monkeypatch):
    from settlement.clearing import flow

    class Sulking(flow.min_cost_flow.SimpleMinCostFlow):
        def solve(self):
            return self.INFEASIBLE

        def flows(self, arcs):
            raise AssertionError("read")

    monkeypatch.setattr(flow.min_cost_flow, "SimpleMinCostFlow", Sulking)
    with pytest.raises(flow.Unsolved, match="INFEASIBLE"):
        solving.solve(items=debts.items("A>B 1, B>A 1"), carry_limits={})


def test_whoever_verifies_or_only_imports_loads_no_solver():
    script = (
        "import sys; from django.conf import settings; settings.configure()\n"
        "from settlement.clearing import carrying, graph, ranking, solving, verifying\n"
        "verifying.verify(items=[], carry_limits={}, solution=solving.solve(items=[], carry_limits={}))\n"
        "assert not {'numpy', 'ortools', 'settlement.clearing.flow'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_verifier_stands_without_the_engine():
    script = (
        "import sys; from django.conf import settings; settings.configure()\n"
        "from settlement.clearing import verifying\n"
        "assert not {'settlement.clearing.solving', 'settlement.clearing.carrying', 'settlement.money', 'numpy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
