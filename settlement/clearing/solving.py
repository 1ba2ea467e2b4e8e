"""The engine: set off the most, leave what may be left, and say what each party then pays or gets."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.utils.translation import gettext_noop

from settlement.clearing import carrying, graph
from tenants.errors import DomainError, Kind

# All amounts together. The solver counts in 64 bits (9.2 × 10^18) and was seen to be wrong, without saying so, where sums pass that.
GROSS_RUPIAH_MAX = 10**18


class AmountsTooLarge(DomainError):
    """All open amounts together pass what the solver can count."""

    kind = Kind.LIMIT
    code = "amounts-too-large"
    sentence = gettext_noop("Jumlah seluruh kewajiban melebihi %(most)s, batas yang masih dapat dihitung dengan tepat.")


@dataclass(frozen=True, slots=True)
class PartyResult:
    """What clearing does to one party. Set-off takes the same from what it owes and from what it is owed; of the net position that stays,
    one part is carried into the next cycle and the rest moves as cash."""

    party: str
    owed_rupiah: int  # what it owes, before set-off
    claimed_rupiah: int  # what it is owed, before set-off
    setoff_rupiah: int  # from each of the two
    net_rupiah: int  # claimed - owed: below zero it pays, above it gets
    carried_rupiah: int
    cash_rupiah: int  # |net| - carried


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole graph in figures, in rupiah where nothing else is said."""

    gross: int  # all that is open
    setoff_bilateral: int  # set off in pairs: Σ over pairs of 2 min(x_ij, x_ji)
    setoff_cycles: int  # set off in longer circles: all the rest of Σ x
    residual: int  # gross less both
    net_internal_debt: int  # half the sum of |net|: the least that settles everything
    carried: int
    cash: int  # net internal debt less carried
    nodes: int  # parties
    edges: int  # pairs of debtor and creditor, each direction apart


@dataclass(frozen=True)
class Solution:
    """A clearing, ready to be verified, approved and posted."""

    setoffs: Sequence[tuple[str, int]]  # (key of an item, amount above zero), in the order of the items
    parties: Sequence[PartyResult]  # everyone who occurs, sorted by code
    totals: Totals


def solve(*, items: Sequence[graph.Item], carry_limits: Mapping[str, int]) -> Solution:
    """Set off as much as the items allow: maximise Σ x, with Σ x out = Σ x in at every party and 0 <= x <= open.

    Items of one pair are one edge, and inside it the oldest are discharged first. `carry_limits` is what each party may (a net debtor) or
    agreed to (a net creditor) leave to the next cycle, in rupiah; absent means nothing, and neither F nor the pool ever leaves anything.
    Deterministic: the same items in the same order give the same solution; another order can only move set-off between items of one pair.

    :raises AmountsTooLarge: if all amounts together pass GROSS_RUPIAH_MAX
    :raises ValueError: if an item is no debt between two parties, or two have one key
    """
    if len({item.key for item in items}) < len(items):
        raise ValueError("Two items have one key")
    network = graph.network(
        debtors=[item.debtor for item in items],
        creditors=[item.creditor for item in items],
        open_rupiah=[item.open_rupiah for item in items],
    )
    taken, parties, totals = solve_network(network=network, carry_limits=carry_limits)
    return Solution(setoffs=_oldest_first(items, network, taken), parties=parties, totals=totals)


def solve_network(*, network: graph.Network, carry_limits: Mapping[str, int]) -> tuple[list[int], list[PartyResult], Totals]:
    """The same for a network: what is set off on each edge, in the order of the edges, the parties, sorted by code, and the whole.

    :raises AmountsTooLarge: if all amounts together pass GROSS_RUPIAH_MAX
    """
    gross = sum(network.open_rupiah)
    if gross > GROSS_RUPIAH_MAX:
        raise AmountsTooLarge(most=GROSS_RUPIAH_MAX)
    if not gross:
        return [], [], Totals(*[0] * len(fields(Totals)))
    from settlement.clearing import flow  # here: a web process that never solves never loads numpy and OR-Tools

    found = flow.find(network=network)
    nets = dict(zip(network.parties, map(operator.sub, found.claimed, found.owed), strict=True))
    carried = carrying.shares(nets=nets, limits=carry_limits)
    parties = [
        PartyResult(party, owed, claimed, setoff, net, kept := carried.get(party, 0), abs(net) - kept)
        for (party, net), owed, claimed, setoff in zip(nets.items(), found.owed, found.claimed, found.setoff, strict=True)
    ]
    setoff, debt, left = sum(found.taken), sum(map(abs, nets.values())) // 2, sum(carried.values()) // 2
    totals = Totals(
        gross=gross,
        setoff_bilateral=found.bilateral_rupiah,
        setoff_cycles=setoff - found.bilateral_rupiah,
        residual=gross - setoff,
        net_internal_debt=debt,
        carried=left,
        cash=debt - left,
        nodes=len(parties),
        edges=len(found.taken),
    )
    return found.taken, parties, totals


def _oldest_first(items: Sequence[graph.Item], network: graph.Network, taken: Sequence[int]) -> list[tuple[str, int]]:
    """Part each edge's set-off over its items in the order of their age."""
    name = network.parties
    left = {
        (name[debtor], name[creditor]): rupiah for debtor, creditor, rupiah in zip(network.debtors, network.creditors, taken, strict=True)
    }
    found = []
    for item in items:
        pair = (item.debtor, item.creditor)
        part = min(left[pair], item.open_rupiah)
        if part:
            left[pair] -= part
            found.append((item.key, part))
    return found
