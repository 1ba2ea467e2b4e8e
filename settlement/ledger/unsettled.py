"""What must be settled before a village may leave: reservations, open obligations, its net position, payments that may still come back."""

from __future__ import annotations

from django.db import connection
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from settlement.bank.statement_files import references
from settlement.ledger import function_calls, limits, positions
from settlement.models import Cycle, Obligation, PaymentLeg, StatementLine
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.errors import DomainError, Kind


class NotSettled(DomainError):
    """The village still owes or is owed something, or holds a reservation."""

    kind = Kind.CONFLICT
    code = "village-not-settled"
    sentence = gettext_noop(
        "Desa ini masih punya hitungan dengan desa lain: kewajiban terbuka %(obligations)s, dicadangkan Rp %(reserved)s, "
        "posisi Rp %(net)s. Selesaikan dulu."
    )


class PaidInThisCycle(DomainError):
    """The cycle under way moves money of the village: the bank may still send it back."""

    kind = Kind.CONFLICT
    code = "village-paid-in-this-cycle"
    sentence = gettext_noop("Putaran %(number)s masih menggerakkan uang desa ini. Tunggu sampai putaran itu ditutup.")


class PaidNotLongAgo(DomainError):
    """A bank or a gateway may still say that a payment of the village came back, or went after all."""

    kind = Kind.CONFLICT
    code = "village-paid-not-long-ago"
    sentence = gettext_noop(
        "Pembayaran terakhir desa ini selesai %(ended_on)s. Selama %(days)s hari bank atau gerbang masih bisa mengembalikannya. Desa ini "
        "boleh keluar mulai %(from_on)s."
    )


class LinesWait(DomainError):
    """Nobody has decided lines of the bank's statement that speak of the village's money."""

    kind = Kind.CONFLICT
    code = "village-lines-wait"
    sentence = gettext_noop("Masih ada %(lines)s baris rekening koran tentang uang desa ini yang belum selesai. Putuskan dulu.")


def refuse_unsettled(*, village_code: VillageCode, act: Act) -> None:
    """Say no while the ledger still holds anything of a village that is to be archived; one without an account owes nothing.

    Its limits become zero, in the caller's transaction: the position is locked by that before it is read, so a reservation that is
    on its way is waited for and counted, and none is taken afterwards. Its payments are locked: whoever learns that one came back has
    done so before, and what it makes is counted, or finds the village gone.

    :raises NotSettled: naming what is open
    :raises PaidInThisCycle: while a cycle that paid it, or was paid by it, is not closed
    :raises PaidNotLongAgo: while its last payment by bank or gateway may still come back (PaymentLeg.ASKED_AFTER_END)
    :raises LinesWait: while lines of the bank's statement about its money wait for a person
    """
    _lock_legs(village_code)
    try:
        limits.set_limit(village_code=village_code, limit_rupiah=0, guest_limit_rupiah=0, act=act)
    except function_calls.AccountNotOpened:
        return
    obligations = Obligation.objects.filter(Q(debtor=village_code) | Q(creditor=village_code), open_rupiah__gt=0).count()
    position = positions.of(village_code=village_code)
    reserved = position.debit_pending_rupiah + position.credit_pending_rupiah
    if obligations or reserved or position.net_rupiah:
        raise NotSettled(obligations=obligations, reserved=reserved, net=position.net_rupiah)
    legs = PaymentLeg.objects.filter(Q(giver=village_code) | Q(receiver=village_code))
    moving = legs.filter(cycle__state__in=Cycle.MOVING).exclude(state=PaymentLeg.State.FAILED)
    number = moving.values_list("cycle__number", flat=True).first()
    if number is not None:
        raise PaidInThisCycle(number=number)
    _refuse_before_its_days(legs, act=act)
    if lines := _waiting_lines(village_code, legs):
        raise LinesWait(lines=lines)


def _lock_legs(village_code: VillageCode) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM settlement_paymentleg WHERE %(village)s IN (giver, receiver)"
            " ORDER BY id FOR SHARE) AS locked",
            {"village": village_code},
        )


def _refuse_before_its_days(legs: QuerySet[PaymentLeg], *, act: Act) -> None:
    """Cash in two hands does not come back, nor what has come back, nor what nobody was asked to pay."""
    state = PaymentLeg.State
    never_sent = Q(state=state.FAILED, to_account=None)
    paid = legs.filter(state__in=(state.SUCCEEDED, state.FAILED)).exclude(Q(rail=PaymentLeg.Rail.CASH) | never_sent)
    last = paid.aggregate(last=Max("ended_at"))["last"]
    if last is not None and act.at < (free_at := last + PaymentLeg.ASKED_AFTER_END):
        days = PaymentLeg.ASKED_AFTER_END.days
        raise PaidNotLongAgo(ended_on=timezone.localdate(last), days=days, from_on=timezone.localdate(free_at))


def _waiting_lines(village_code: VillageCode, legs: QuerySet[PaymentLeg]) -> int:
    """How many lines wait that show a payment of the village, or name one, or are in suspense as money of its."""
    rows = StatementLine.objects.filter(state__in=(StatementLine.State.OPEN, StatementLine.State.SUSPENSE))
    shown = rows.filter(Q(leg__in=legs) | Q(key__in=legs.values("key"))).values_list("id", flat=True)
    named = [line_id for line_id, key in rows.exclude(key="").values_list("id", "key") if _pays_in(village_code, key)]
    return len({*shown, *named})


def _pays_in(village_code: VillageCode, key: str) -> bool:
    wanted = references.pay_in_of(reference=key)
    return wanted is not None and wanted.village_code == village_code
