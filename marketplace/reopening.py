"""A shop trades again after a restore: its manager says what the counter paid in the time that is in no book (tenants.trade_holds).

Refunds that wait in the books may have been paid then: they are written as paid out now, by whoever says so. What was paid for orders that
the books have lost is a sum that stands in the record of the release and in the activity log; it books nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from federation.buying import take_over_payouts, take_over_rows
from federation.labels import figures
from federation.members import approvals
from federation.reports import cash_book
from marketplace.orders import counter
from settlement import money
from tenants import idempotency, request_hash, trade_holds, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions, second_factor
from tenants.people.permissions import Permission


class StockNotLookedAt(DomainError):
    """Nobody sells what may not be there."""

    kind = Kind.INVALID
    code = "reopening-stock-not-looked-at"
    sentence = gettext_noop("Lihat dulu stok barangnya, lalu centang bahwa Anda sudah melihatnya.")


class OrdersNotNamed(DomainError):
    """Money that left the counter for orders that no book has is explained by whoever paid it."""

    kind = Kind.INVALID
    code = "reopening-orders-not-named"
    sentence = gettext_noop("Tulis di catatan, uang itu untuk siapa dan pesanan apa, sejauh diketahui.")


class ChangedMeanwhile(DomainError):
    """The refunds that wait at the counter are others than the page showed."""

    kind = Kind.CONFLICT
    code = "reopening-changed-meanwhile"
    sentence = gettext_noop(
        "Daftar uang kembali di loket ini berubah sejak halaman dibuka, jadi belum ada yang dicatat. Periksa lagi centangnya, lalu kirim"
        " lagi."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Money that the counter owes a buyer by the books; `taken_over`: for the federation."""

    id: UUID
    code: str
    buyer_name: str
    amount_rupiah: int
    reason: str
    taken_over: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What a manager looks through: how the shop is held, and the money that waits at its counter."""

    hold: trade_holds.Hold
    waiting: Sequence[Waiting]

    @property
    def mark(self) -> str:
        """What tells this list from another; the form that was made from it carries it."""
        return request_hash.sha256({"waiting": [dataclasses.asdict(row) for row in self.waiting]})


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What the manager says: which of the money that waits was paid before, and what was paid for orders that are in the books no more."""

    stock_looked_at: bool
    paid: frozenset[UUID]
    lost_orders_rupiah: int


def sheet(*, village_code: VillageCode) -> Sheet | None:
    """How a village's shop is held, and what waits at its counter; None: it trades."""
    hold = trade_holds.of_village(village_code=village_code)
    if hold is None:
        return None
    refunds = [
        Waiting(id=row.id, code=row.code, buyer_name=row.buyer_name, amount_rupiah=row.amount_rupiah, reason=row.reason, taken_over=False)
        for row in cash_book.refunds_waiting(village_code=village_code)
    ]
    taken_over = [
        Waiting(id=row.id, code=row.purchase_code, buyer_name="", amount_rupiah=row.amount_rupiah, reason=row.reason, taken_over=True)
        for row in take_over_rows.waiting_at(village_code=village_code)
    ]
    return Sheet(hold=hold, waiting=[*refunds, *taken_over])


def reopen(*, village_code: VillageCode, statement: Statement, seen: str, act: Act) -> None:
    """Let a shop trade again on its manager's word. The same form counts once. `seen`: the mark of the list that it was made from.

    :raises StockNotLookedAt, OrdersNotNamed: and nothing was written
    :raises ChangedMeanwhile: if other money waits than was shown
    :raises trade_holds.NotHeld: if it trades already
    :raises errors.FormReused, idempotency.BadKey: if the form said something else before, or without the key of a form
    :raises permissions.Forbidden: unless `act.by` releases there
    """
    permissions.require(act.by, Permission.RELEASE_TRADE, village_code)
    permissions.require(act.by, Permission.PAY_OUT_REFUNDS, village_code)
    if not statement.stock_looked_at:
        raise StockNotLookedAt
    lost = money.checked(amount_rupiah=statement.lost_orders_rupiah)
    act = act.with_given_reason(missing=OrdersNotNamed()) if lost else act.with_kept_reason()
    idempotency.check_key(key=act.key)
    scope = idempotency.Scope(operation="reopening", principal=act.by.account_id, village_code=village_code)
    request = {"paid": sorted(map(str, statement.paid)), "lost_orders_rupiah": lost, "reason": act.reason}
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request=request, money=True, at=act.at):
            return
        found = sheet(village_code=village_code)
        if found is None:
            raise trade_holds.NotHeld(village=villages.by_code(code=village_code).name)
        trade_holds.release(village_code=village_code, lost_orders_rupiah=lost, act=act)
        if seen != found.mark or not statement.paid <= {row.id for row in found.waiting}:
            raise ChangedMeanwhile
        words = _("Sudah dibayarkan sebelum data pasar dipulihkan dari cadangan %(at)s, menurut pengelola") % {
            "at": figures.date_time(found.hold.backup_at)
        }
        before = dataclasses.replace(act, reason=words)
        for row in sorted(found.waiting, key=lambda row: row.id):
            if row.id not in statement.paid:
                continue
            if row.taken_over:
                take_over_payouts.hand_back(village_code=village_code, take_over_id=row.id, act=before)
            else:
                counter.hand_back(village_code=village_code, refund_id=row.id, act=before)


def reopen_with_code(*, village_code: VillageCode, statement: Statement, seen: str, code: str, act: Act) -> None:
    """Take the one-time code of a manager who has a device for such, and let the shop trade again; for one that trades none is taken.

    :raises errors.DomainError: every refusal of second_factor.check and of `reopen`, and nothing was written
    :raises permissions.Forbidden: unless `act.by` releases there
    """
    with approvals.in_turn(Permission.RELEASE_TRADE, what=f"reopening:{village_code}", act=act, place=village_code) as manager:
        is_held = trade_holds.of_village(village_code=village_code) is not None
        if is_held and second_factor.active(user_id=manager) is not None:
            second_factor.check(user_id=manager, code=code, at=act.at)
        reopen(village_code=village_code, statement=statement, seen=seen, act=act)
