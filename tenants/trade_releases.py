"""How the federation ends the hold of a village whose manager is gone: one person proposes it, another confirms it (trade_holds)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from tenants import activity_log, models, trade_holds
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission
from tenants.trade_holds import Step


class ManagerMayStill(DomainError):
    """The manager has three days to look and to say what was paid."""

    kind = Kind.CONFLICT
    code = "trade-manager-may-still"
    sentence = gettext_noop("Pengelola %(village)s masih bisa membukanya sendiri. Federasi baru boleh mengusulkannya sejak %(at)s.")


class ReasonMissing(DomainError):
    """The federation releases no village without saying why."""

    kind = Kind.INVALID
    code = "trade-release-reason-missing"
    sentence = gettext_noop("Tulis alasannya, misalnya: pengelola sakit, stoknya sudah dihitung bersama perangkat desa.")


class ProposedAlready(DomainError):
    """A release of this village waits for another person."""

    kind = Kind.CONFLICT
    code = "trade-release-waits"
    sentence = gettext_noop("Pembukaan toko %(village)s sudah diusulkan dan menunggu penegasan orang lain.")


class NoSuchProposal(DomainError):
    """It was confirmed or declined, the village was released meanwhile, or there never was one."""

    kind = Kind.NOT_FOUND
    code = "no-such-trade-release"
    sentence = gettext_noop("Usul ini tidak ada, atau sudah diputuskan.")


class SamePerson(DomainError):
    """Whoever proposed it does not confirm it."""

    kind = Kind.FORBIDDEN
    code = "trade-release-same-person"
    sentence = gettext_noop("Yang menegaskan harus orang lain, bukan yang mengusulkan.")


def propose(*, village_code: VillageCode, act: Act) -> None:
    """Propose, as the federation, to end a hold whose manager is gone: nobody says then what the counter paid. Proposed again by the same
    person while it waits, it counts once.

    :raises trade_holds.NotHeld, ManagerMayStill, ProposedAlready, ReasonMissing: and nothing was written
    :raises permissions.Forbidden: unless `act.by` proposes such
    """
    permissions.require(act.by, Permission.PROPOSE_TRADE_RELEASES, FEDERATION)
    if act.by.account_id is None:
        raise permissions.Forbidden
    act = act.with_given_reason(missing=ReasonMissing())
    with context.public(), transaction.atomic(durable=True):
        village = trade_holds.locked(village_code=village_code)
        hold = trade_holds.hold_of(village=village)
        if hold.proposal is not None:
            if (hold.proposal.by, hold.proposal.reason) == (act.by.account_id, act.reason):
                return
            raise ProposedAlready(village=village.name)
        if act.at < hold.federation_may_from:
            raise ManagerMayStill(village=village.name, at=hold.federation_may_from)
        step = trade_holds.take(step=Step.PROPOSED, village=village, act=act)
        activity_log.record(action="trade.release-proposed", subject_id=village_code, act=act, detail={"step": str(step.id)})


def confirm(*, village_code: VillageCode, proposal_id: UUID, act: Act) -> None:
    """Another person of the federation confirms it: the village trades again. Sent twice, it counts once.

    :raises NoSuchProposal: if it does not wait (any more)
    :raises SamePerson: by whoever proposed it
    :raises permissions.Forbidden: unless `act.by` confirms such
    """
    permissions.require(act.by, Permission.CONFIRM_TRADE_RELEASES, FEDERATION)
    with context.public(), transaction.atomic(durable=True):
        village = models.Village.objects.select_for_update().filter(code=village_code).first()
        if village is None:
            raise NoSuchProposal
        steps = models.TradeHoldStep.objects.filter(village_code=village_code)
        proposed = steps.filter(id=proposal_id, step=Step.PROPOSED).first()
        if proposed is None:
            raise NoSuchProposal
        if steps.filter(turn=proposed.turn + 1, step=Step.RELEASED, by=act.by.account_id).exists():
            return
        hold = trade_holds.hold_of(village=village) if village.held_since is not None else None
        if hold is None or hold.proposal is None or hold.proposal.id != proposal_id:
            raise NoSuchProposal
        if act.by.account_id in (None, hold.proposal.by):
            raise SamePerson
        step = trade_holds.end(village=village, act=act, proposed_by=hold.proposal.by)
        activity_log.record(action="trade.released", subject_id=village_code, act=act, detail={"step": str(step.id)})


def decline(*, village_code: VillageCode, proposal_id: UUID, act: Act) -> None:
    """It stays held, says who proposed it or another. Sent twice, it counts once.

    :raises NoSuchProposal: if it does not wait (any more)
    :raises ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` proposes or confirms such
    """
    if not permissions.can(act.by, Permission.CONFIRM_TRADE_RELEASES, FEDERATION):
        permissions.require(act.by, Permission.PROPOSE_TRADE_RELEASES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    with context.public(), transaction.atomic(durable=True):
        village = trade_holds.locked(village_code=village_code)
        hold = trade_holds.hold_of(village=village)
        if hold.proposal is None or hold.proposal.id != proposal_id:
            raise NoSuchProposal
        step = trade_holds.take(step=Step.DECLINED, village=village, act=act)
        activity_log.record(action="trade.release-declined", subject_id=village_code, act=act, detail={"step": str(step.id)})
