"""The verifier: says of a solution, from the items alone, that every rule holds and that no other would set off more.

It is code of its own in plain integers; it never loads the engine or its solver, and takes nothing from a solution on trust. It proves:

- each amount is a whole number of rupiah within its item, and of two items of one pair the older goes first;
- set-off takes the same from a party's debts as from its claims, which is to say that no net position changes;
- the residual has no circle, and the sum is the greatest possible, which is more: `ranking` says how that is proved;
- every figure beside the set-offs follows from them, from the items and from the carry limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, NoReturn

from django.utils.translation import gettext_noop

from settlement.clearing import graph, ranking
from settlement.ledger.parties import POOL
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind

if TYPE_CHECKING:
    from settlement.clearing import solving


class SolutionRefused(DomainError):
    """The solution breaks a rule: `values["rule"]` names it, `values["place"]` the party, item, circle or figure where it shows."""

    kind = Kind.CONFLICT
    code = "solution-refused"
    sentence = gettext_noop("Hasil kliring ditolak pemeriksa: aturan “%(rule)s” tidak terpenuhi pada %(place)s.")


def verify(*, items: Sequence[graph.Item], carry_limits: Mapping[str, int], solution: solving.Solution) -> None:
    """Accept a solution of these items and carry limits by saying nothing.

    :raises SolutionRefused: naming the first rule that is broken: item-unclear, item-known-once, amount-within-item, oldest-first,
        pool-balanced, or one of `verify_columns`
    """
    taken = _item_setoffs(items, solution)
    _check_oldest_first(items, taken)
    parties = sorted({item.debtor for item in items} | {item.creditor for item in items})
    place = {party: number for number, party in enumerate(parties)}
    columns = (
        [place[item.debtor] for item in items],
        [place[item.creditor] for item in items],
        [item.open_rupiah for item in items],
        [taken.get(item.key, 0) for item in items],
    )
    pool_owes, pool_claims = (sum(item.open_rupiah for item in items if getattr(item, side) == POOL) for side in ("debtor", "creditor"))
    if pool_owes != pool_claims:
        _refuse("pool-balanced", POOL)
    verify_columns(parties=parties, columns=columns, carry_limits=carry_limits, results=solution.parties, totals=solution.totals)


def verify_columns(
    *,
    parties: Sequence[str],
    columns: ranking.Columns,
    carry_limits: Mapping[str, int],
    results: Sequence[solving.PartyResult],
    totals: solving.Totals,
) -> None:
    """The same for debts in columns (places in `parties`, which are sorted), whatever a party is called.

    :raises SolutionRefused: amount-within-item, conservation, residual-acyclic, optimal, parties, party-figures, carry-limit, carry-total,
        carry-shares, cash, totals
    """
    sums = _sums(parties, columns)
    _check_optimal(parties, columns)
    _check_parties(parties, sums, results)
    _check_carried(results, carry_limits)
    _check_totals(columns, results, totals)


def _refuse(rule: str, place: str) -> NoReturn:
    raise SolutionRefused(rule=rule, place=place)


def _item_setoffs(items: Sequence[graph.Item], solution: solving.Solution) -> dict[str, int]:
    """What is set off by key: only known keys, each once, each amount a whole number above zero within its item."""
    opens: dict[str, int] = {}
    for item in items:
        if item.key in opens or item.debtor == item.creditor or type(item.open_rupiah) is not int or item.open_rupiah <= 0:
            _refuse("item-unclear", item.key)
        opens[item.key] = item.open_rupiah
    taken: dict[str, int] = {}
    for key, rupiah in solution.setoffs:
        if key not in opens or key in taken:
            _refuse("item-known-once", key)
        if type(rupiah) is not int or not 0 < rupiah <= opens[key]:
            _refuse("amount-within-item", key)
        taken[key] = rupiah
    return taken


def _check_oldest_first(items: Sequence[graph.Item], taken: Mapping[str, int]) -> None:
    """Once an item of a pair stays open, nothing younger of that pair is discharged."""
    open_pairs: set[tuple[str, str]] = set()
    for item in items:
        rupiah = taken.get(item.key, 0)
        if rupiah and (item.debtor, item.creditor) in open_pairs:
            _refuse("oldest-first", item.key)
        if rupiah < item.open_rupiah:
            open_pairs.add((item.debtor, item.creditor))


def _sums(parties: Sequence[str], columns: ranking.Columns) -> tuple[list[int], list[int], list[int]]:
    """Of each party: what it owes, what it is owed, what is set off from each; every amount within its debt."""
    owed, claimed, given, got = ([0] * len(parties) for _ in range(4))
    for debtor, creditor, open_rupiah, taken_rupiah in zip(*columns, strict=True):
        if not 0 <= taken_rupiah <= open_rupiah:
            _refuse("amount-within-item", f"{parties[debtor]} → {parties[creditor]}")
        owed[debtor] += open_rupiah
        claimed[creditor] += open_rupiah
        given[debtor] += taken_rupiah
        got[creditor] += taken_rupiah
    for place, party in enumerate(parties):
        if given[place] != got[place]:
            _refuse("conservation", party)
    return owed, claimed, given


def _check_optimal(parties: Sequence[str], columns: ranking.Columns) -> None:
    try:
        ranks = ranking.find(count=len(parties), columns=columns)
    except ranking.CircleLeft as found:
        _refuse("residual-acyclic", _circle(parties, found.places))
    except ranking.GainLeft as found:
        _refuse("optimal", _circle(parties, found.places))
    for debtor, creditor, open_rupiah, taken_rupiah in zip(*columns, strict=True):
        climb = ranks[creditor] - ranks[debtor]
        if (climb < 1 and taken_rupiah < open_rupiah) or (climb > 1 and taken_rupiah):
            _refuse("optimal", f"{parties[debtor]} → {parties[creditor]}")


def _circle(parties: Sequence[str], places: Sequence[int]) -> str:
    return " → ".join([parties[place] for place in places[:10]] + (["…"] if len(places) > 10 else [parties[places[0]]]))


def _check_parties(parties: Sequence[str], sums: tuple[list[int], list[int], list[int]], results: Sequence[solving.PartyResult]) -> None:
    if [result.party for result in results] != list(parties):
        listed = {result.party for result in results}
        _refuse("parties", min(listed ^ set(parties), default="order"))
    for result, owed, claimed, setoff in zip(results, *sums, strict=True):
        if (result.owed_rupiah, result.claimed_rupiah, result.setoff_rupiah, result.net_rupiah) != (owed, claimed, setoff, claimed - owed):
            _refuse("party-figures", result.party)


def _check_carried(results: Sequence[solving.PartyResult], carry_limits: Mapping[str, int]) -> None:
    """Nobody carries above its limit, both sides carry all they can together, and each side shares it by the largest remainder."""
    rooms: dict[bool, list[tuple[solving.PartyResult, int]]] = {True: [], False: []}
    for result in results:
        limit = 0 if result.party in (FEDERATION, POOL) else carry_limits.get(result.party, 0)
        room = min(abs(result.net_rupiah), limit)
        if not 0 <= result.carried_rupiah <= room:
            _refuse("carry-limit", result.party)
        if result.cash_rupiah != abs(result.net_rupiah) - result.carried_rupiah:
            _refuse("cash", result.party)
        rooms[result.net_rupiah < 0].append((result, room))
    wholes = {owes: sum(room for _, room in side) for owes, side in rooms.items()}
    carried = min(wholes.values())
    for owes, side in rooms.items():
        if sum(result.carried_rupiah for result, _ in side) != carried:
            _refuse("carry-total", "debtors" if owes else "creditors")
        if carried:
            _check_shares(side, carried, wholes[owes])


def _check_shares(side: Sequence[tuple[solving.PartyResult, int]], carried: int, whole: int) -> None:
    """Each part is the floor of its share or one more, and those with one more have the larger remainders, ties to the smaller code."""
    turn = sorted((-(carried * room % whole), result.party, result.carried_rupiah - carried * room // whole) for result, room in side)
    before = 1
    for _, party, more in turn:
        if more not in (0, 1) or more > before:
            _refuse("carry-shares", party)
        before = more


def _check_totals(columns: ranking.Columns, results: Sequence[solving.PartyResult], totals: solving.Totals) -> None:
    width = len(results)
    pairs = [debtor * width + creditor for debtor, creditor in zip(columns[0], columns[1], strict=True)]
    by_pair: dict[int, int] = {}
    for pair, taken_rupiah in zip(pairs, columns[3], strict=True):
        if taken_rupiah:
            by_pair[pair] = by_pair.get(pair, 0) + taken_rupiah
    # Each pair is met from both its ends.
    bilateral = sum(min(rupiah, by_pair.get(pair % width * width + pair // width, 0)) for pair, rupiah in by_pair.items())
    gross, setoff = sum(columns[2]), sum(columns[3])
    debt = sum(abs(result.net_rupiah) for result in results) // 2
    carried = sum(result.carried_rupiah for result in results) // 2
    true = {
        "gross": gross,
        "setoff_bilateral": bilateral,
        "setoff_cycles": setoff - bilateral,
        "residual": gross - setoff,
        "net_internal_debt": debt,
        "carried": carried,
        "cash": debt - carried,
        "nodes": len(results),
        "edges": len(set(pairs)),
    }
    for name, figure in asdict(totals).items():
        if figure != true[name]:
            _refuse("totals", name)
