"""Bank accounts that are a backup's: nothing is paid there until each is confirmed again, by its village or by a second person."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from settlement.bank import account_changes, bank_accounts
from settlement.models import BankAccountStep
from tenants import activity_log, codes
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

Step = BankAccountStep.Step


class NotOfABackup(DomainError):
    """The account does not wait to be confirmed again: it was never restored from a backup, or somebody confirmed it."""

    kind = Kind.CONFLICT
    code = "bank-account-not-restored"
    sentence = gettext_noop("Rekening ini tidak menunggu penegasan ulang sesudah pemulihan. Buka lagi halamannya.")


def confirm_again(*, party: VillageCode, step_id: UUID, act: Act) -> None:
    """Say for a village that the account which was shown, a backup's, is still its account; its own people resume it. Twice counts once.

    step_id: of the step that names it

    :raises NotOfABackup: if it is not what waits for that
    :raises account_changes.ProposedByYou: by whoever once proposed it
    :raises permissions.Forbidden: unless `act.by` confirms bank accounts at the federation
    """
    permissions.require(act.by, Permission.CONFIRM_BANK_ACCOUNT, codes.FEDERATION)
    with transaction.atomic(durable=True):
        now = account_changes.locked(party, act=act)
        if now.account is None or now.account.step_id != step_id:
            raise NotOfABackup
        if not now.stopped:
            return
        if not now.restored:
            raise NotOfABackup
        if act.by.account_id is None or now.account.changed_by == act.by.account_id:
            raise account_changes.ProposedByYou
        account_changes.take(Step.RESUMED, party=party, village_code=codes.AT_FEDERATION, act=act)


def doubt_all(*, act: Act) -> None:
    """All accounts are those of a backup: nothing goes there until each is confirmed again, and what was to come is dropped. In the
    caller's transaction, which locks nothing else of banks; a party that has stopped its account stays as it is.
    """
    newest = dict(BankAccountStep.objects.values_list("party").annotate(last=Max("turn")).order_by("party"))
    known = bank_accounts.statuses(at=act.at)
    steps = [
        BankAccountStep(party=party, turn=turn + 1, step=Step.RESTORED, by=act.by.account_id, at=act.at)
        for party, turn in newest.items()
        if not known[party].stopped or known[party].coming or known[party].proposed
    ]
    BankAccountStep.objects.bulk_create(steps)
    for step in steps:
        activity_log.record(action="bank-account.restored", subject_id=step.party, act=act, detail={"step": str(step.id)})
