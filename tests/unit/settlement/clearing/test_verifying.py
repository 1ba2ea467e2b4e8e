"""The verifier refuses each fault by its rule, at its place."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from django.utils import translation

from settlement.clearing import graph, ranking, solving, verifying
from tests.support.clearing import debts

ITEMS = debts.items("A>B 4, B>C 9, C>A 9, A>B 5, C>D 6, D>E 3, F>C 2, B>A 1")
LIMITS = {"C": 5, "E": 2, "B": 1, "D": 7, "F": 9}


def refused(solution: solving.Solution, items=ITEMS, limits=LIMITS) -> tuple[str, str]:
    """The rule and the place by which a solution is refused."""
    with pytest.raises(verifying.SolutionRefused) as refusal:
        verifying.verify(items=items, carry_limits=limits, solution=solution)
    return refusal.value.values["rule"], refusal.value.values["place"]


def changed(solution: solving.Solution, **fields) -> solving.Solution:
    return dataclasses.replace(solution, **fields)


def with_party(solution: solving.Solution, party: str, **fields) -> solving.Solution:
    parties = [dataclasses.replace(result, **fields) if result.party == party else result for result in solution.parties]
    return changed(solution, parties=parties)


def setting_off(text: str, **amounts: int) -> tuple[list[graph.Item], solving.Solution]:
    """A solution of these items with set-offs by hand (i1=10 is item "1"), every other figure true to them and nothing carried."""
    items = debts.items(text)
    taken = {item.key: amounts.get(f"i{item.key}", 0) for item in items}
    figures: dict[str, list[int]] = {}
    pairs: dict[tuple[str, str], int] = {}
    for item in items:
        pairs[item.debtor, item.creditor] = pairs.get((item.debtor, item.creditor), 0) + taken[item.key]
        figures.setdefault(item.debtor, [0, 0, 0])[0] += item.open_rupiah
        figures.setdefault(item.creditor, [0, 0, 0])[1] += item.open_rupiah
        figures[item.debtor][2] += taken[item.key]
    results = [
        solving.PartyResult(party, owed, claimed, setoff, claimed - owed, 0, abs(claimed - owed))
        for party, (owed, claimed, setoff) in sorted(figures.items())
    ]
    gross, setoff = sum(item.open_rupiah for item in items), sum(taken.values())
    bilateral = sum(min(rupiah, pairs.get((creditor, debtor), 0)) for (debtor, creditor), rupiah in pairs.items())
    debt = sum(result.cash_rupiah for result in results) // 2
    totals = solving.Totals(gross, bilateral, setoff - bilateral, gross - setoff, debt, 0, debt, len(results), len(pairs))
    return items, solving.Solution([(key, amount) for key, amount in taken.items() if amount], results, totals)


SOUND = debts.solved(ITEMS, LIMITS)


def test_this_solution_is_sound_and_full_of_cases():
    assert SOUND.setoffs == [("1", 4), ("2", 9), ("3", 9), ("4", 5)]
    assert [result.carried_rupiah for result in SOUND.parties] == [0, 1, 4, 3, 2, 0]
    assert SOUND.totals.cash == 2


@pytest.mark.parametrize("key", ["9", "", "A"])
def test_an_unknown_item(key):
    assert refused(changed(SOUND, setoffs=[*SOUND.setoffs, (key, 1)])) == ("item-known-once", key)


def test_an_item_twice():
    assert refused(changed(SOUND, setoffs=[*SOUND.setoffs, SOUND.setoffs[0]])) == ("item-known-once", SOUND.setoffs[0][0])


@pytest.mark.parametrize("amount", [0, -1, 5, 1.0, True])
def test_an_amount_that_is_none_or_passes_its_item(amount):
    assert refused(changed(SOUND, setoffs=[("1", amount), *SOUND.setoffs[1:]])) == ("amount-within-item", "1")


def test_items_that_are_none():
    for wrong in ("A>A 1", "A>B 0"):
        items, solution = debts.items(wrong), SOUND
        assert refused(solution, items=items) == ("item-unclear", "1")
    assert refused(SOUND, items=[*ITEMS, ITEMS[0]]) == ("item-unclear", "1")


def test_a_younger_item_before_an_older():
    items, solution = setting_off("A>B 4, A>B 4, B>A 6", i1=2, i2=4, i3=6)
    assert refused(solution, items=items, limits={}) == ("oldest-first", "2")


def test_a_party_that_gives_more_than_it_gets():
    items, solution = setting_off("A>B 4, B>C 4, C>A 4", i1=4, i2=3, i3=4)
    assert refused(solution, items=items, limits={}) == ("conservation", "B")


def test_a_circle_that_is_left():
    items, solution = setting_off("A>B 4, B>C 5, C>A 6", i1=3, i2=3, i3=3)
    rule, place = refused(solution, items=items, limits={})
    assert rule == "residual-acyclic"
    assert place in ("A → B → C → A", "B → C → A → B", "C → A → B → C")


def test_a_residual_without_circle_that_is_not_the_least():
    """Pairs first: nothing goes round any more, and yet 30 were possible."""
    items, solution = setting_off("A>B 10, B>A 10, B>C 10, C>A 10", i1=10, i2=10)
    rule, place = refused(solution, items=items, limits={})
    assert rule == "optimal"
    assert set(place.split(" → ")) == {"A", "B", "C"}


def test_ranks_are_looked_at_and_not_believed(monkeypatch):
    items, solution = setting_off("A>B 10, B>A 10, B>C 10, C>A 10", i1=10, i2=10)
    for ranks in itertools.product(range(4), repeat=3):
        monkeypatch.setattr(ranking, "find", lambda ranks=ranks, **_: list(ranks))
        assert refused(solution, items=items, limits={})[0] == "optimal"


def test_a_pool_that_would_keep_or_lack_money():
    items, solution = setting_off("A>P 5, P>B 4")
    assert refused(solution, items=items, limits={}) == ("pool-balanced", "P")


@pytest.mark.parametrize(
    ("parties", "place"),
    [
        (SOUND.parties[:-1], "F"),
        (SOUND.parties[1:], "A"),
        ([*SOUND.parties, SOUND.parties[-1]], "order"),
        (SOUND.parties[::-1], "order"),
        ([], "A"),
    ],
)
def test_parties_missing_doubled_or_out_of_order(parties, place):
    assert refused(changed(SOUND, parties=parties)) == ("parties", place)


@pytest.mark.parametrize("field", ["owed_rupiah", "claimed_rupiah", "setoff_rupiah", "net_rupiah"])
@pytest.mark.parametrize("party", [result.party for result in SOUND.parties])
def test_every_figure_of_every_party(field, party):
    value = next(getattr(result, field) for result in SOUND.parties if result.party == party)
    assert refused(with_party(SOUND, party, **{field: value + 1})) == ("party-figures", party)


def test_cash_is_what_is_not_carried():
    assert refused(with_party(SOUND, "C", cash_rupiah=1)) == ("cash", "C")


SHARED = debts.items("A>X 10, B>Y 10, C>Z 10")
SHARED_LIMITS = {"A": 5, "B": 5, "C": 5, "X": 3, "Y": 3, "Z": 4}
SHARED_SOUND = debts.solved(SHARED, SHARED_LIMITS)


def shared(**carried: int) -> tuple[str, str]:
    solution = SHARED_SOUND
    for party, amount in carried.items():
        solution = with_party(solution, party, carried_rupiah=amount, cash_rupiah=10 - amount)
    return refused(solution, items=SHARED, limits=SHARED_LIMITS)


def test_carried_parts():
    assert [result.carried_rupiah for result in SHARED_SOUND.parties] == [4, 3, 3, 3, 3, 4]
    assert shared(A=6) == ("carry-limit", "A")
    assert shared(X=4) == ("carry-limit", "X")
    assert shared(X=-1) == ("carry-limit", "X")
    assert shared(A=3) == ("carry-total", "debtors")
    assert shared(A=5, B=4) == ("carry-total", "debtors")
    assert shared(Z=3) == ("carry-total", "creditors")
    assert shared(A=2, B=2, C=2, X=2, Y=2, Z=2)[0] == "carry-total"  # less than both sides could
    assert shared(A=5, B=2) == ("carry-shares", "A")
    assert shared(A=2, B=4, C=4)[0] == "carry-shares"
    assert shared(A=3, B=4)[0] == "carry-shares"  # the tie goes to the smaller code
    assert shared(A=3, C=4)[0] == "carry-shares"


def test_who_never_carries():
    items = debts.items("F>A 10, B>F 4, B>A 1")
    solution = debts.solved(items, {"F": 10, "A": 10, "B": 0})
    assert solution.totals.carried == 0

    for part in (1, 5):
        with_some = with_party(solution, "F", carried_rupiah=part, cash_rupiah=6 - part)
        assert refused(with_some, items=items, limits={"F": 10, "A": 10}) == ("carry-limit", "F")


def test_a_carry_that_no_limit_allows_any_more():
    assert refused(SOUND, limits={})[0] == "carry-limit"


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(solving.Totals)])
def test_every_figure_of_the_whole(field):
    totals = dataclasses.replace(SOUND.totals, **{field: getattr(SOUND.totals, field) + 1})
    assert refused(changed(SOUND, totals=totals)) == ("totals", field)


def test_the_refusal_is_a_sentence():
    items, solution = setting_off("A>B 4, B>C 4, C>A 4", i1=4, i2=3, i3=4)
    with pytest.raises(verifying.SolutionRefused) as refusal:
        verifying.verify(items=items, carry_limits={}, solution=solution)
    assert str(refusal.value) == "Hasil kliring ditolak pemeriksa: aturan “conservation” tidak terpenuhi pada B."
    with translation.override("en"):
        assert str(refusal.value) == "The verifier refused the clearing: the rule “conservation” is broken at B."


def test_a_long_chain_and_a_long_circle_need_no_recursion():
    length = 20_000
    ring = [f"n{number:05d}>n{number + 1:05d} 2" for number in range(length)] + [f"n{length:05d}>n00000 1"]
    all_round = {f"i{number}": 1 for number in range(1, length + 2)}

    items, chain = setting_off(", ".join(ring[:-1]))
    verifying.verify(items=items, carry_limits={}, solution=chain)
    items, whole = setting_off(", ".join(ring), **all_round)
    verifying.verify(items=items, carry_limits={}, solution=whole)
    rule, place = refused(setting_off(", ".join(ring))[1], items=items, limits={})

    assert rule == "residual-acyclic"
    assert place.endswith("…")
    assert place.count("→") == 10


def test_a_gain_is_found_wherever_it_hides():
    """Every way to set off a whole circulation less than the most is refused, and the most never."""
    text = "A>B 2, B>A 2, B>C 2, C>A 2, C>D 1, D>B 1"
    best = debts.set_off(debts.solved(debts.items(text)))
    met = 0
    for amounts in itertools.product(range(3), range(3), range(3), range(3), range(2), range(2)):
        a_b, b_a, b_c, c_a, c_d, d_b = amounts
        if a_b != b_a + c_a or a_b + d_b != b_a + b_c or b_c != c_a + c_d or c_d != d_b:
            continue
        met += 1
        items, solution = setting_off(text, **{f"i{number}": amount for number, amount in enumerate(amounts, 1) if amount})
        if sum(amounts) == best:
            verifying.verify(items=items, carry_limits={}, solution=solution)
        else:
            assert refused(solution, items=items, limits={})[0] in ("residual-acyclic", "optimal")
    assert met > 10


@pytest.mark.parametrize("amount", [5, -1])
def test_columns_are_held_to_their_debts_too(amount):
    sound = setting_off("A>B 4, B>A 4", i1=4, i2=4)[1]
    with pytest.raises(verifying.SolutionRefused) as refusal:
        verifying.verify_columns(
            parties=["A", "B"],
            columns=([0, 1], [1, 0], [4, 4], [amount, amount]),
            carry_limits={},
            results=sound.parties,
            totals=sound.totals,
        )
    assert refusal.value.values == {"rule": "amount-within-item", "place": "A → B"}
