"""What villages say of cash since the backup: no bank shows what went from hand to hand, so nothing is paid to a village before it says.

Two figures, zero too: what it handed over, to the federation or straight to another village, and what it received. One of the village says
it, one of the federation confirms it; after three days two of the federation may say it for a village that is silent.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money, money_hold
from settlement.after_restore import adopting
from settlement.after_restore.hold_list import HeldMoney, ListedCash
from settlement.cycles import lifecycle
from settlement.models import MoneyHold, StatedCash
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import AT_FEDERATION, FEDERATION, VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission


class NothingAsked(DomainError):
    """Nothing was restored, or the village has stated its cash."""

    kind = Kind.CONFLICT
    code = "cash-not-asked"
    sentence = gettext_noop("Uang tunai desa ini sudah dinyatakan, atau tidak ditanyakan. Buka lagi halamannya.")


class TooEarly(DomainError):
    """The village may still say it itself."""

    kind = Kind.CONFLICT
    code = "cash-village-may-still-say"
    sentence = gettext_noop("Desanya masih bisa menyatakan sendiri sampai %(until)s. Sesudah itu dua orang federasi boleh menyatakannya.")


class NotWaiting(DomainError):
    """The statement was confirmed or declined, or never made."""

    kind = Kind.CONFLICT
    code = "stated-cash-not-waiting"
    sentence = gettext_noop("Pernyataan ini tidak menunggu lagi. Buka lagi halamannya.")


class SamePerson(DomainError):
    """Whoever stated it does not confirm it."""

    kind = Kind.FORBIDDEN
    code = "stated-cash-same-person"
    sentence = gettext_noop("Yang menegaskan harus orang lain, bukan yang menyatakan.")


def state(*, village_code: VillageCode, handed_over_rupiah: int, received_rupiah: int, act: Act, at_federation: bool = False) -> UUID:
    """Say what a village handed over and received in cash since the backup. The same again gives the first one.

    at_federation: a person of the federation says it, since the village is silent

    :raises NothingAsked: if it has been said
    :raises TooEarly: at the federation, within three days of the restore
    :raises permissions.Forbidden: unless `act.by` confirms cash for the village, or, at the federation, proposes what the books lost
    """
    if at_federation:
        permissions.require(act.by, Permission.PROPOSE_AFTER_RESTORE, FEDERATION)
    else:
        permissions.require(act.by, Permission.CONFIRM_CASH_PAYMENTS, village_code)
    if act.by.account_id is None:
        raise permissions.Forbidden
    figures = {
        "handed_over_rupiah": money.checked(amount_rupiah=handed_over_rupiah),
        "received_rupiah": money.checked(amount_rupiah=received_rupiah),
    }
    with transaction.atomic(durable=True):
        hold = _locked_hold()
        last = StatedCash.objects.filter(hold=hold, village_code=village_code, declined_at=None).first()
        if last is not None:
            same = last.stated_by == act.by.account_id and figures == {name: getattr(last, name) for name in figures}
            if same and last.confirmed_at is None:
                return last.id
            raise NothingAsked
        if at_federation and act.at < hold.restored_at + StatedCash.FEDERATION_AFTER:
            raise TooEarly(until=hold.restored_at + StatedCash.FEDERATION_AFTER)
        row = StatedCash.objects.create(
            hold=hold,
            village_code=village_code,
            **figures,
            by_village=not at_federation,
            stated_by=act.by.account_id,
            stated_at=act.at,
        )
        place = AT_FEDERATION if at_federation else village_code
        detail = {"of": village_code, **figures}
        activity_log.record(action="cash.stated", subject_id=str(row.id), act=act, village_code=place, detail=detail)
        return row.id


def confirm(*, stated_id: UUID, act: Act) -> None:
    """Another person of the federation confirms it. Once the money is released it comes into the books at once, else with the list. Twice
    counts once.

    :raises NotWaiting, SamePerson: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` confirms cash at the federation, or where the federation stated it what the books lost
    """
    with transaction.atomic(durable=True):
        hold = _locked_hold()
        cycle = adopting.locked_cycle()
        row = _locked(stated_id, hold)
        needed = Permission.CONFIRM_CASH_PAYMENTS if row.by_village else Permission.CONFIRM_AFTER_RESTORE
        permissions.require(act.by, needed, FEDERATION)
        if row.confirmed_at is not None and row.confirmed_by == act.by.account_id:
            return
        if row.confirmed_at is not None or row.declined_at is not None:
            raise NotWaiting
        if act.by.account_id in (None, row.stated_by):
            raise SamePerson
        row.confirmed_by, row.confirmed_at = act.by.account_id, act.at
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        activity_log.record(action="cash.stated-confirmed", subject_id=str(row.id), act=act, detail={"of": row.village_code})
        if hold.state == MoneyHold.State.RELEASED:
            cash = ListedCash(
                stated_id=row.id,
                village_code=row.village_code,
                handed_over_rupiah=row.handed_over_rupiah,
                received_rupiah=row.received_rupiah,
            )
            adopting.adopt(found=HeldMoney(lines=(), cash=(cash,), undecided=()), cycle=cycle, act=act)
    if cycle is not None:
        lifecycle.wake_worker(cycle=cycle)


def decline(*, stated_id: UUID, act: Act) -> None:
    """The federation knows otherwise: it is to be said again. Twice counts once.

    :raises NotWaiting: if it was confirmed
    :raises permissions.Forbidden: unless `act.by` confirms cash, or what the books lost, at the federation
    """
    if not permissions.can(act.by, Permission.CONFIRM_AFTER_RESTORE, FEDERATION):
        permissions.require(act.by, Permission.CONFIRM_CASH_PAYMENTS, FEDERATION)
    with transaction.atomic(durable=True):
        row = _locked(stated_id, _locked_hold())
        if row.confirmed_at is not None:
            raise NotWaiting
        if row.declined_at is None:
            row.declined_by, row.declined_at = act.by.account_id, act.at
            row.save(update_fields=["declined_by", "declined_at"])
            activity_log.record(action="cash.stated-declined", subject_id=str(row.id), act=act, detail={"of": row.village_code})


def _locked_hold() -> MoneyHold:
    found = money_hold.newest()
    if found is None:
        raise NothingAsked
    return MoneyHold.objects.select_for_update(no_key=True).get(id=found.id)


def _locked(stated_id: UUID, hold: MoneyHold) -> StatedCash:
    row = StatedCash.objects.select_for_update(no_key=True).filter(id=stated_id, hold=hold).first()
    if row is None:
        raise NotWaiting
    return row
