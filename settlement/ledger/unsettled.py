"""What must be settled before a village may leave: reservations, open obligations, its net position."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_noop

from settlement.ledger import function_calls, limits, positions
from settlement.models import Cycle, Obligation, PaymentLeg
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


def refuse_unsettled(*, village_code: VillageCode, act: Act) -> None:
    """Say no while the ledger still holds anything of a village that is to be archived; one without an account owes nothing.

    Its limits become zero, in the caller's transaction: the position is locked by that before it is read, so a reservation that is
    on its way is waited for and counted, and none is taken afterwards.

    :raises NotSettled: naming what is open
    :raises PaidInThisCycle: while a cycle that paid it, or was paid by it, is not closed
    """
    try:
        limits.set_limit(village_code=village_code, limit_rupiah=0, guest_limit_rupiah=0, act=act)
    except function_calls.AccountNotOpened:
        return
    obligations = Obligation.objects.filter(Q(debtor=village_code) | Q(creditor=village_code), open_rupiah__gt=0).count()
    position = positions.of(village_code=village_code)
    reserved = position.debit_pending_rupiah + position.credit_pending_rupiah
    if obligations or reserved or position.net_rupiah:
        raise NotSettled(obligations=obligations, reserved=reserved, net=position.net_rupiah)
    legs = PaymentLeg.objects.filter(Q(giver=village_code) | Q(receiver=village_code), cycle__state__in=Cycle.MOVING)
    number = legs.exclude(state=PaymentLeg.State.FAILED).values_list("cycle__number", flat=True).first()
    if number is not None:
        raise PaidInThisCycle(number=number)
