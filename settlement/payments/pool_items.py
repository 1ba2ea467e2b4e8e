"""Items with a cycle's pool: what is collected, what is paid, and to what each creditor is entitled meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F
from django.utils.translation import gettext_noop

from settlement import money
from settlement.ledger import parties
from settlement.models import Cycle, Obligation, PaymentLeg
from settlement.payments import sums
from tenants.db import named_rows
from tenants.errors import DomainError, Kind


class MoreThanOpen(DomainError):
    """More would be paid than the item still has open."""

    kind = Kind.CONFLICT
    code = "more-than-open"
    sentence = gettext_noop("Yang masih terbuka tinggal Rp %(open)s, jadi Rp %(amount)s terlalu banyak.")


@dataclass(frozen=True, slots=True)
class PoolSums:
    """What a pool comes to, in rupiah, as in CyclePool."""

    collected_rupiah: int
    paid_rupiah: int
    committed_rupiah: int

    @property
    def under_way_rupiah(self) -> int:
        """What is planned or sent to creditors, and not theirs yet."""
        return self.committed_rupiah - self.paid_rupiah


@dataclass(frozen=True, kw_only=True)
class CyclePool:
    """The pool of one cycle at this moment, in rupiah.

    debts and claims: each party's item as it was made; open_debts and open_claims: what is left of it; `outgoing`: by creditor, what is
    paid or under way to it; `incoming`: by debtor, what is under way from it; `collected`: what came in, in all; `committed`: what of
    that is paid or under way, so without what villages are still bringing to each other.
    """

    debts: Mapping[str, int]
    claims: Mapping[str, int]
    open_debts: Mapping[str, int]
    open_claims: Mapping[str, int]
    incoming: Mapping[str, int]
    outgoing: Mapping[str, int]
    collected_rupiah: int
    paid_rupiah: int
    committed_rupiah: int

    @property
    def sums(self) -> PoolSums:
        """What it comes to, without its parties."""
        return PoolSums(self.collected_rupiah, self.paid_rupiah, self.committed_rupiah)

    def room(self, party: str) -> int:
        """What a debtor still has to pay, besides what is under way from it."""
        return max(0, self.open_debts.get(party, 0) - self.incoming.get(party, 0))

    def entitled(self, *, lacking_rupiah: int = 0) -> dict[str, int]:
        """What each creditor may have of what was collected and does not lack, or is brought to one of them directly: pro rata over the
        claims, in whole rupiah (money.share_out)."""
        creditors = sorted(self.claims)
        brought = sum(self.outgoing.values()) - self.committed_rupiah
        total = max(0, min(self.collected_rupiah - lacking_rupiah + brought, sum(self.claims.values())))
        shares = money.share_out(total_rupiah=total, weights=[self.claims[party] for party in creditors])
        return dict(zip(creditors, shares, strict=True))

    def due(self, *, lacking_rupiah: int = 0) -> dict[str, int]:
        """What can be sent now: by creditor, its share less what is paid or under way; never more than lies there in all.

        lacking_rupiah: what of it the federation must cover first (agent_cash.due)
        """
        left = self.collected_rupiah - lacking_rupiah - self.committed_rupiah
        due: dict[str, int] = {}
        for party, share in self.entitled(lacking_rupiah=lacking_rupiah).items():
            amount = min(share - self.outgoing.get(party, 0), left)
            if amount > 0:
                due[party] = amount
                left -= amount
        return due


@dataclass(frozen=True, slots=True)
class PartyMoves:
    """A row of sums.MOVES, in rupiah."""

    party: str
    owes: bool
    moved: int
    under_way: int
    direct: int


_MOVES = f"SELECT m.* FROM public.settlement_cycle c CROSS JOIN LATERAL {sums.MOVES} m WHERE c.id = %s"  # noqa: S608 -- constants only
_SUMS = f"""
SELECT coalesce(sum(moved) FILTER (WHERE owes), 0)::bigint AS collected_rupiah,
    coalesce(sum(moved) FILTER (WHERE NOT owes), 0)::bigint AS paid_rupiah,
    coalesce(sum(moved + under_way - direct) FILTER (WHERE NOT owes), 0)::bigint AS committed_rupiah
FROM ({_MOVES}) moves
"""  # noqa: S608 -- constants only; values go in as parameters


def sums_of(*, cycle_id: UUID) -> PoolSums:
    """What the pool of a cycle comes to, without its parties."""
    [found] = named_rows.read(PoolSums, _SUMS, [cycle_id])
    return found


def pool(*, cycle: Cycle) -> CyclePool:
    """Count the pool of a cycle whose set-off is posted; exact while the caller holds the cycle's lock."""
    rows = Obligation.objects.filter(cause="cycle", cause_id=cycle.id, cycle_number=cycle.number)
    items = list(rows.values_list("debtor", "creditor", "amount_rupiah", "open_rupiah"))
    owing = [(debtor, amount, left) for debtor, creditor, amount, left in items if creditor == parties.POOL]
    owed = [(creditor, amount, left) for debtor, creditor, amount, left in items if debtor == parties.POOL]
    collected = paid = committed = 0
    incoming: dict[str, int] = {}
    outgoing: dict[str, int] = {}
    for each in named_rows.read(PartyMoves, _MOVES, [cycle.id]):
        if each.owes:
            collected += each.moved
            incoming |= {each.party: each.under_way} if each.under_way else {}
        else:
            outgoing[each.party] = each.moved + each.under_way
            paid += each.moved
            committed += each.moved + each.under_way - each.direct
    return CyclePool(
        debts={party: amount for party, amount, _left in owing},
        claims={party: amount for party, amount, _left in owed},
        open_debts={party: left for party, _amount, left in owing},
        open_claims={party: left for party, _amount, left in owed},
        incoming=incoming,
        outgoing=outgoing,
        collected_rupiah=collected,
        paid_rupiah=paid,
        committed_rupiah=committed,
    )


def shrink(*, cycle: Cycle, debtor: str, creditor: str, amount_rupiah: int) -> None:
    """Take a payment off one party's item with the pool; below zero it grows again, never beyond what it was.

    It need not pass the gate: while a cycle's pool is paid, no other cycle can be frozen or set off.

    :raises MoreThanOpen: if less is open
    """
    item = Obligation.objects.filter(cause="cycle", cause_id=cycle.id, cycle_number=cycle.number, debtor=debtor, creditor=creditor)
    if not item.filter(open_rupiah__gte=amount_rupiah).update(open_rupiah=F("open_rupiah") - amount_rupiah):
        raise MoreThanOpen(open=item.values_list("open_rupiah", flat=True).first() or 0, amount=amount_rupiah)


class PoolTotals:
    """A cycle's pool while many bookings are matched under the cycle's lock: counted once, and kept up as payments come in or go back."""

    def __init__(self, *, cycle: Cycle) -> None:
        now = pool(cycle=cycle)
        self._room: dict[str, int] = {debtor: left - now.incoming.get(debtor, 0) for debtor, left in now.open_debts.items()}
        self._spare = now.collected_rupiah - now.committed_rupiah
        self._legs: dict[str, int] = dict(PaymentLeg.objects.filter(cycle=cycle).values_list("giver").annotate(count=Count("id")))

    def room(self, *, debtor: str) -> int:
        """What a village may still pay in besides what is under way from it."""
        return max(0, self._room.get(debtor, 0))

    @property
    def spare_rupiah(self) -> int:
        """What came in and was not paid on, nor is on its way."""
        return self._spare

    def next_turn(self, *, debtor: str) -> int:
        """The number of the village's next leg in this cycle, counted from 1."""
        return self._legs.get(debtor, 0) + 1

    def paid_in(self, *, debtor: str, amount_rupiah: int) -> None:
        """A village's payment came in, as a new leg."""
        self._room[debtor] -= amount_rupiah
        self._spare += amount_rupiah
        self._legs[debtor] = self._legs.get(debtor, 0) + 1

    def taken_back(self, *, debtor: str, amount_rupiah: int) -> None:
        """A payment that had come in went back."""
        self._room[debtor] += amount_rupiah
        self._spare -= amount_rupiah

    def came_back(self, *, amount_rupiah: int) -> None:
        """What was paid out or under way is neither any more."""
        self._spare += amount_rupiah
