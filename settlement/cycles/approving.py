"""Approval by another person than the maker, of exactly this snapshot and solution; and giving a cycle up before its set-off."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money_hold
from settlement.cycles import lifecycle
from settlement.models import Approval, Cycle, Objection, Snapshot, Solution
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind
from tenants.people import permissions, second_factor
from tenants.people.permissions import Permission

State = Cycle.State
CODE_COUNTS_FOR = timedelta(minutes=1)  # an approval follows its code at once


class MakerCannotApprove(DomainError):
    """Whoever cut off the cycle does not approve it."""

    kind = Kind.FORBIDDEN
    code = "maker-cannot-approve"
    sentence = gettext_noop("Putaran harus disetujui oleh orang lain, bukan yang menutup bukunya.")


class ObjectionsStillOpen(DomainError):
    """Villages may still object."""

    kind = Kind.CONFLICT
    code = "objections-still-open"
    sentence = gettext_noop("Desa masih boleh mengajukan keberatan. Putaran baru bisa disetujui sesudah masanya lewat.")


class ProposalChanged(DomainError):
    """What stands now is not what the approver saw."""

    kind = Kind.CONFLICT
    code = "proposal-changed"
    sentence = gettext_noop("Hitungan putaran ini berubah sejak halaman dibuka. Periksa hitungan yang baru, lalu setujui bila benar.")


class CodeMissing(DomainError):
    """The one-time code that was taken is another person's, or was taken too long ago."""

    kind = Kind.INVALID
    code = "approval-code-missing"
    sentence = gettext_noop("Persetujuan perlu kode sekali pakai Anda sendiri yang baru. Isi kode yang sekarang tampil di aplikasi.")


class ReasonMissing(DomainError):
    """A cycle is not given up without saying why."""

    kind = Kind.INVALID
    code = "abort-reason-missing"
    sentence = gettext_noop("Tulis alasan membatalkan putaran.")


def signature(*, snapshot: Snapshot, solution: Solution) -> str:
    """What an approval signs: the hash of both hashes."""
    return hashlib.sha256(f"{snapshot.sha256}|{solution.sha256}".encode()).hexdigest()


def approve(*, number: int, signed_sha256: str, act: Act, checked: second_factor.Checked) -> None:
    """Approve a proposed cycle; `signed_sha256` is the signature of what the approver was shown. Sent twice, it is approved once.

    `checked`: that the approver's one-time code was taken for this, just now (`tenants.people.second_factor.check`).

    :raises CodeMissing, MakerCannotApprove, ObjectionsStillOpen, ProposalChanged, lifecycle.CycleMovedOn: and nothing was changed
    :raises money_hold.MoneyHeld: until the money is released after a restore; likewise
    :raises permissions.Forbidden: unless `act.by` approves cycles
    """
    permissions.require(act.by, Permission.APPROVE_CYCLE, FEDERATION)
    approver = check_code(act=act, checked=checked)
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if is_approved(number=number, signed_sha256=signed_sha256, by=approver):
            return
        money_hold.refuse()
        if cycle.state != State.PROPOSED or cycle.objections_until_at is None:
            raise lifecycle.CycleMovedOn(number=number)
        if cycle.made_by in (None, act.by.account_id):  # if nobody is known, it may be the same person
            raise MakerCannotApprove
        if Objection.objects.filter(cycle_number=number, released_by=act.by.account_id).exists():
            raise MakerCannotApprove  # who answered an objection decided what is approved
        if act.at < cycle.objections_until_at:
            raise ObjectionsStillOpen
        solution = Solution.objects.select_related("snapshot").get(snapshot_id=lifecycle.snapshot_of(cycle))
        if signature(snapshot=solution.snapshot, solution=solution) != signed_sha256:
            raise ProposalChanged
        Approval.objects.create(
            snapshot=solution.snapshot, sha256=signed_sha256, maker=cycle.made_by, approver=approver, approved_at=act.at
        )
        lifecycle.move(cycle=cycle, to=State.APPROVED, action="cycle.approved", act=act, detail={"sha256": signed_sha256})
        lifecycle.wake_worker(cycle=cycle)


def check_code(*, act: Act, checked: second_factor.Checked) -> UUID:
    """Go on only if the person's own one-time code was just taken; gives the person.

    :raises CodeMissing: otherwise
    """
    if act.by.account_id is None or checked.user_id != act.by.account_id or not timedelta(0) <= act.at - checked.at <= CODE_COUNTS_FOR:
        raise CodeMissing
    return act.by.account_id


def is_approved(*, number: int, signed_sha256: str, by: UUID) -> bool:
    """Whether this person approved just this before."""
    cycle = Cycle.objects.filter(number=number, snapshot_id__isnull=False)
    return Approval.objects.filter(snapshot_id__in=cycle.values("snapshot_id"), approver=by, sha256=signed_sha256).exists()


def abort(*, number: int, act: Act) -> None:
    """Give a cycle up before its set-off; what it froze is free again and belongs to the next one. Sent twice, it ends once.

    :raises ReasonMissing, lifecycle.CycleMovedOn: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` operates cycles
    """
    permissions.require(act.by, Permission.OPERATE_CYCLES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if cycle.state == State.ABORTED:
            return
        if cycle.state not in Cycle.BEFORE_SETOFF:
            raise lifecycle.CycleMovedOn(number=number)
        cycle.ended_at, cycle.end_reason = act.at, act.reason
        lifecycle.move(cycle=cycle, to=State.ABORTED, action="cycle.aborted", act=act)
