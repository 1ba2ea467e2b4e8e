"""Debts for these tests: written short, drawn at random, and solved a second way."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st
from scipy import optimize, sparse

from settlement.clearing import graph, solving, verifying

# The worked example of the settlement's rules, in rupiah: three villages, fee 2 %, B's own courier.
EXAMPLE = "A>B 98000, A>F 2000, B>C 78400, B>F 1600, C>A 58800, C>F 1200"


def items(text: str) -> list[graph.Item]:
    """Items from "A>B 10, B>A 7", oldest first, with the keys "1", "2" and so on."""
    found = []
    for number, part in enumerate(text.split(","), start=1):
        pair, amount = part.split()
        debtor, creditor = pair.split(">")
        found.append(graph.Item(str(number), debtor, creditor, int(amount)))
    return found


def solved(given: Sequence[graph.Item], limits: Mapping[str, int] | None = None) -> solving.Solution:
    """The solution of these items, verified."""
    solution = solving.solve(items=given, carry_limits=limits or {})
    verifying.verify(items=given, carry_limits=limits or {}, solution=solution)
    return solution


def set_off(solution: solving.Solution) -> int:
    return sum(amount for _, amount in solution.setoffs)


def drawn(*, seed: int, parties: int, debts: int, most: int = 1_000_000) -> list[graph.Item]:
    """Random items; some pairs owe each other, some have several items."""
    dice = random.Random(seed)
    codes = [f"34.02.{number // 100:02d}.{number:04d}" for number in range(parties)]
    found = []
    for number in range(debts):
        debtor, creditor = dice.sample(codes[: max(2, dice.randint(2, parties))], 2)
        found.append(graph.Item(str(number), debtor, creditor, dice.randint(1, most)))
    return found


def optimum(given: Sequence[graph.Item]) -> int:
    """The most that can be set off, by a linear programme over items (HiGHS): no edges merged, no complement, no flow."""
    codes = sorted({item.debtor for item in given} | {item.creditor for item in given})
    place = {code: number for number, code in enumerate(codes)}
    columns = np.arange(len(given))
    balance = sparse.coo_array(
        (
            np.concatenate([np.ones(len(given)), -np.ones(len(given))]),
            (np.array([place[i.debtor] for i in given] + [place[i.creditor] for i in given]), np.concatenate([columns, columns])),
        ),
        shape=(len(codes), len(given)),
    )
    answer = optimize.linprog(
        -np.ones(len(given)),
        A_eq=balance.tocsr(),
        b_eq=np.zeros(len(codes)),
        bounds=[(0, item.open_rupiah) for item in given],
        method="highs",
    )
    assert answer.status == 0, answer.message
    return round(-answer.fun)


AMOUNTS = st.one_of(st.integers(1, 20), st.integers(1, 10**15 // 60))
PARTIES = st.sampled_from(["F", "P", *(f"34.02.15.200{number}" for number in range(5))])


@st.composite
def snapshots(draw: st.DrawFn) -> tuple[list[graph.Item], dict[str, int]]:
    """Items in which the pool is balanced, and carry limits, some of them for parties that may not carry."""
    pairs = draw(st.lists(st.tuples(PARTIES, PARTIES, AMOUNTS).filter(lambda debt: debt[0] != debt[1]), max_size=24))
    pool = sum((debtor == "P") * amount - (creditor == "P") * amount for debtor, creditor, amount in pairs)
    if pool:
        pairs.append(("34.02.15.2000", "P", pool) if pool > 0 else ("P", "34.02.15.2000", -pool))
    given = [graph.Item(f"i{number}", *pair) for number, pair in enumerate(pairs)]
    return given, draw(st.dictionaries(PARTIES, st.one_of(st.integers(0, 30), st.integers(0, 10**15)), max_size=7))
