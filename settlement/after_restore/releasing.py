"""Two persons let the money go: one proposes the list of what the books lost, another confirms just that, and it is in the books.

Lines that come afterwards, of what was under way at the bank, are taken in by further lists of the same kind.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money_hold
from settlement.after_restore import adopting, covered_days, hold_list
from settlement.cycles import approving, lifecycle
from settlement.models import HoldList, MoneyHold
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind
from tenants.people import permissions, second_factor
from tenants.people.permissions import Permission

REASON = "Masuk buku sesudah pemulihan / taken in after a restore"


class NothingHeld(DomainError):
    """Nothing was restored, or nothing is left to take in."""

    kind = Kind.CONFLICT
    code = "nothing-held"
    sentence = gettext_noop("Tidak ada yang menunggu sesudah pemulihan. Buka lagi halamannya.")


class DaysMissing(DomainError):
    """The bank's statements do not show all days since the backup."""

    kind = Kind.CONFLICT
    code = "hold-days-missing"
    sentence = gettext_noop("Rekening koran belum memuat %(days)s hari, mulai %(first_on)s. Masukkan dulu rekening koran hari-hari itu.")


class LinesUndecided(DomainError):
    """Lines since the backup wait, and nobody has said what they are."""

    kind = Kind.CONFLICT
    code = "hold-lines-undecided"
    sentence = gettext_noop("Masih ada %(lines)s baris rekening koran sejak cadangan yang belum diputuskan. Putuskan dulu.")


class ListChanged(DomainError):
    """What would be taken in now is not what was proposed or shown."""

    kind = Kind.CONFLICT
    code = "hold-list-changed"
    sentence = gettext_noop("Daftarnya berubah sejak diusulkan. Periksa daftar yang sekarang, lalu usulkan lagi.")


class SamePerson(DomainError):
    """Whoever proposed the list does not confirm it."""

    kind = Kind.FORBIDDEN
    code = "hold-same-person"
    sentence = gettext_noop("Yang menegaskan daftar harus orang lain, bukan yang mengusulkannya.")


def propose(*, shown_sha256: str, act: Act) -> UUID:
    """Propose what is listed, as it was shown; gives the proposal. The same again gives the first one, a later one takes its place.

    :raises NothingHeld, DaysMissing, LinesUndecided, ListChanged: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` proposes such
    """
    permissions.require(act.by, Permission.PROPOSE_AFTER_RESTORE, FEDERATION)
    if act.by.account_id is None:
        raise permissions.Forbidden
    with transaction.atomic(durable=True):
        hold = _locked()
        found = _checked(hold, shown_sha256=shown_sha256, act=act)
        same = waiting(hold=hold)
        if same is not None and (same.sha256, same.proposed_by) == (found.sha256, act.by.account_id):
            return same.id
        row = HoldList.objects.create(
            hold=hold,
            sha256=found.sha256,
            line_count=len(found.lines) + len(found.cash),
            in_rupiah=found.in_rupiah,
            out_rupiah=found.out_rupiah,
            proposed_by=act.by.account_id,
            proposed_at=act.at,
        )
        activity_log.record(action="money.release-proposed", subject_id=str(row.id), act=act, detail={"sha256": row.sha256})
        return row.id


def confirm(*, list_id: UUID, shown_sha256: str, act: Act, checked: second_factor.Checked) -> None:
    """Another person confirms the newest proposal as it was shown: it is in the books, and if the money was held, it is free. Twice counts
    once.

    checked: that the person's one-time code was taken for this, just now

    :raises NothingHeld, DaysMissing, LinesUndecided, ListChanged, SamePerson, approving.CodeMissing: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` confirms such
    """
    permissions.require(act.by, Permission.CONFIRM_AFTER_RESTORE, FEDERATION)
    approving.check_code(act=act, checked=checked)
    with transaction.atomic(durable=True):
        hold = _locked()
        row = HoldList.objects.filter(id=list_id, hold=hold).first()
        if row is not None and row.confirmed_at is not None and row.confirmed_by == act.by.account_id:
            return
        last = waiting(hold=hold)
        if row is None or last is None or last.id != row.id or row.sha256 != shown_sha256:
            raise ListChanged
        if act.by.account_id in (None, row.proposed_by):
            raise SamePerson
        cycle = adopting.locked_cycle()
        hold_list.lock(hold=hold)
        found = _checked(hold, shown_sha256=row.sha256, act=act)
        row.confirmed_by, row.confirmed_at = act.by.account_id, act.at
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        if hold.state == MoneyHold.State.HELD:
            hold.state, hold.released_at = MoneyHold.State.RELEASED, act.at
            hold.save(update_fields=["state", "released_at"])
        adopting.adopt(found=found, cycle=cycle, act=Act(by=act.by, at=act.at, reason=REASON))
        detail = {"sha256": row.sha256, "lines": row.line_count, "in": row.in_rupiah, "out": row.out_rupiah}
        activity_log.record(action="money.released", subject_id=str(row.id), act=act, detail=detail)
    if cycle is not None:
        lifecycle.wake_worker(cycle=cycle)


def is_confirmed(*, list_id: UUID, by: UUID) -> bool:
    """Whether this person confirmed this list before."""
    return HoldList.objects.filter(id=list_id, confirmed_by=by).exists()


def waiting(*, hold: MoneyHold) -> HoldList | None:
    """The newest proposal, unless it was confirmed."""
    last = HoldList.objects.filter(hold=hold).order_by("-proposed_at", "-id").first()
    return last if last is not None and last.confirmed_at is None else None


def _locked() -> MoneyHold:
    found = money_hold.newest()
    if found is None:
        raise NothingHeld
    return MoneyHold.objects.select_for_update(no_key=True).get(id=found.id)


def _checked(hold: MoneyHold, *, shown_sha256: str, act: Act) -> hold_list.HeldMoney:
    """The list as it stands, if it may be confirmed."""
    found = hold_list.read(hold=hold)
    if hold.state == MoneyHold.State.HELD:
        if days := covered_days.missing(hold=hold, at=act.at):
            raise DaysMissing(days=len(days), first_on=days[0])
        if found.undecided:
            raise LinesUndecided(lines=len(found.undecided))
    elif not found.lines and not found.cash:
        raise NothingHeld
    if found.sha256 != shown_sha256:
        raise ListChanged
    return found
