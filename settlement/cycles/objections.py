"""A village says that an obligation on its statement is wrong: it is put on hold, and the cycle is computed again without it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from settlement.cycles import lifecycle, snapshots
from settlement.ledger import parties
from settlement.models import Cycle, CycleEdge, Objection
from tenants import activity_log, reasons
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission


class ReasonMissing(DomainError):
    """An objection and its answer say why."""

    kind = Kind.INVALID
    code = "objection-reason-missing"
    sentence = gettext_noop("Tulis alasannya, supaya desa lain dan federasi mengerti.")


class TooLateToObject(DomainError):
    """The date to object has passed, or the cycle is past its proposal."""

    kind = Kind.CONFLICT
    code = "too-late-to-object"
    sentence = gettext_noop("Masa keberatan untuk putaran ini sudah lewat. Hubungi federasi.")


class NotYourObligation(DomainError):
    """The obligation is not on this village's statement of this cycle."""

    kind = Kind.NOT_FOUND
    code = "not-your-obligation"
    sentence = gettext_noop("Catatan itu tidak ada di lembar desa Anda untuk putaran ini.")


class AgreedAlready(DomainError):
    """What an approved cycle left with its pool is no order that could be wrong, and both sides of a pool stay equal."""

    kind = Kind.CONFLICT
    code = "agreed-already"
    sentence = gettext_noop(
        "Catatan itu sisa putaran yang sudah disetujui. Keberatan hanya bisa atas pesanan, sebelum putarannya disetujui."
    )


class NoSuchObjection(DomainError):
    """Nobody objected so in this cycle."""

    kind = Kind.NOT_FOUND
    code = "no-such-objection"
    sentence = gettext_noop("Keberatan itu tidak ada di putaran ini.")


class NothingToAnswer(DomainError):
    """The objection was answered otherwise."""

    kind = Kind.CONFLICT
    code = "nothing-to-answer"
    sentence = gettext_noop("Keberatan itu sudah dijawab.")


def object_to(*, number: int, obligation_id: UUID, village_code: VillageCode, act: Act) -> None:
    """Put one obligation of a proposed cycle on hold and freeze the rest again. It is held once, and once for each form.

    :raises errors.FormReused, ReasonMissing, TooLateToObject, NotYourObligation, AgreedAlready, lifecycle.NoSuchCycle: nothing was changed
    :raises permissions.Forbidden: unless `act.by` objects for the village
    """
    permissions.require(act.by, Permission.OBJECT, village_code)
    act = act.with_given_reason(missing=ReasonMissing())
    asked = {"obligation": obligation_id, "village": village_code, "reason": act.reason}
    form = lifecycle.once(number=number, action="object", asked=asked, act=act)
    with transaction.atomic(durable=True), form as claim:
        if claim.earlier:
            return
        claim.record()
        cycle = lifecycle.locked(number=number)
        if Objection.objects.filter(obligation_id=obligation_id, village_code=village_code, released_at=None).exists():
            return
        if not Cycle.takes_objections(state=cycle.state, objections_until_at=cycle.objections_until_at, at=act.at):
            raise TooLateToObject
        edges = CycleEdge.objects.filter(snapshot_id=lifecycle.snapshot_of(cycle), obligation_id=obligation_id)
        edge = edges.filter(Q(debtor=village_code) | Q(creditor=village_code)).first()
        if edge is None:
            raise NotYourObligation
        if parties.POOL in (edge.debtor, edge.creditor):
            raise AgreedAlready
        Objection.objects.create(
            obligation_id=obligation_id,
            cycle_number=number,
            village_code=village_code,
            reason=act.reason,
            made_by=act.by.account_id,
            made_at=act.at,
        )
        detail = {"cycle": number}
        activity_log.record(action="obligation.objected", subject_id=str(obligation_id), act=act, village_code=village_code, detail=detail)
        snapshots.freeze(cycle=cycle, action="cycle.frozen-again", act=act)
        lifecycle.wake_worker(cycle=cycle)


def answer(*, number: int, objection_id: UUID, answer: str, act: Act) -> None:
    """Take an obligation off its hold, with an answer; the next snapshot takes it. If it was wrong it was refunded or undone before this.

    The same answer sent twice by the same person is given once.

    :raises ReasonMissing, NoSuchObjection, NothingToAnswer: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` answers objections
    """
    permissions.require(act.by, Permission.ANSWER_OBJECTIONS, FEDERATION)
    answer = reasons.required(answer, missing=ReasonMissing())
    with transaction.atomic(durable=True):
        objection = Objection.objects.select_for_update(no_key=True).filter(id=objection_id, cycle_number=number).first()
        if objection is None:
            raise NoSuchObjection
        if (objection.released_by, objection.answer) == (act.by.account_id, answer):
            return
        if objection.released_at is not None:
            raise NothingToAnswer
        objection.released_by, objection.released_at, objection.answer = act.by.account_id, act.at, answer
        objection.save(update_fields=["released_by", "released_at", "answer"])
        activity_log.record(action="obligation.answered", subject_id=str(objection.obligation_id), act=replace(act, reason=answer))
