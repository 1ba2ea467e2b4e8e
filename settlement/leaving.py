"""What must be settled before a village may leave: reservations, open obligations, its net position."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop

from settlement import ledger, positions
from settlement.models import Obligation
from tenants.refusals import Refused


class NotSettled(Refused):
    """The village still owes or is owed something, or holds a reservation."""

    code = "village-not-settled"
    sentence = gettext_noop(
        "Desa ini masih punya hitungan dengan desa lain: kewajiban terbuka %(obligations)s, dicadangkan Rp %(reserved)s, "
        "posisi Rp %(net)s. Selesaikan dulu."
    )


def refuse_unsettled(*, village_code: str, at: datetime) -> None:
    """Say no while the ledger still holds anything of a village that is to be archived; one without an account owes nothing.

    :raises NotSettled: naming what is open
    """
    obligations = Obligation.objects.filter(Q(debtor=village_code) | Q(creditor=village_code), open_rupiah__gt=0).count()
    try:
        position = positions.of(village_code=village_code)
    except ledger.AccountNotOpened:
        return
    reserved = position.debit_pending_rupiah + position.credit_pending_rupiah
    if obligations or reserved or position.net_rupiah:
        raise NotSettled(obligations=obligations, reserved=reserved, net=position.net_rupiah)
