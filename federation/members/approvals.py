"""What a person approves with a one-time code, taken first: a cycle, a take-over, a gateway's answer, an account, a shop that trades."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from federation.buying import take_over_rows, take_overs
from settlement.after_restore import releasing
from settlement.bank import account_changes, bank_accounts
from settlement.cycles import approving
from settlement.payments import payout_answers
from tenants import trade_holds, trade_releases
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.people import permissions, second_factor
from tenants.people.permissions import Permission


def approve(*, number: int, signed_sha256: str, code: str, act: Act) -> None:
    """Take the approver's one-time code and approve what was shown; sent twice, also at the same instant, it is approved once.

    The code is used up then, whatever the ledger says; only what this person has approved before asks for none.

    :raises permissions.Forbidden: unless `act.by` approves cycles
    :raises errors.DomainError: every refusal of second_factor.check and of approving.approve, and the cycle is as it was
    """
    with in_turn(Permission.APPROVE_CYCLE, what=f"{number}", act=act) as approver:
        if approving.is_approved(number=number, signed_sha256=signed_sha256, by=approver):
            return
        checked = second_factor.check(user_id=approver, code=code, at=act.at)
        approving.approve(number=number, signed_sha256=signed_sha256, act=act, checked=checked)


def approve_take_over(*, take_over_id: UUID, code: str, act: Act) -> None:
    """Take the approver's one-time code and approve a take-over; for one that waits no more no code is taken.

    :raises permissions.Forbidden: unless `act.by` approves take-overs
    :raises errors.DomainError: every refusal of second_factor.check and of take_overs.approve, and nothing was posted
    """
    with in_turn(Permission.APPROVE_TAKE_OVERS, what=f"take-over:{take_over_id}", act=act) as approver:
        if take_over_rows.waits(take_over_id=take_over_id):
            second_factor.check(user_id=approver, code=code, at=act.at)
        take_overs.approve(take_over_id=take_over_id, act=act)


def confirm_payout_answer(*, answer_id: UUID, code: str, act: Act) -> None:
    """Take the approver's one-time code and confirm a gateway's written answer; for one that waits no more no code is taken.

    :raises permissions.Forbidden: unless `act.by` confirms such
    :raises errors.DomainError: every refusal of second_factor.check and of payout_answers.confirm, and nothing was changed
    """
    with in_turn(Permission.CONFIRM_PAYOUT_ANSWERS, what=f"payout-answer:{answer_id}", act=act) as approver:
        if payout_answers.is_undecided(answer_id=answer_id):
            second_factor.check(user_id=approver, code=code, at=act.at)
        payout_answers.confirm(answer_id=answer_id, act=act)


def confirm_bank_account(*, party: VillageCode, proposal_id: UUID, code: str, act: Act) -> None:
    """Take the approver's one-time code and confirm a party's account; for one that is not proposed (any more) no code is taken.

    :raises permissions.Forbidden: unless `act.by` confirms bank accounts at the federation
    :raises errors.DomainError: every refusal of second_factor.check and of account_changes.confirm, and nothing was changed
    """
    with in_turn(Permission.CONFIRM_BANK_ACCOUNT, what=f"bank-account:{proposal_id}", act=act) as approver:
        if _is_proposed(party, proposal_id, act=act):
            second_factor.check(user_id=approver, code=code, at=act.at)
        account_changes.confirm(party=party, proposal_id=proposal_id, act=act)


def confirm_own_bank_account(*, village_code: VillageCode, proposal_id: UUID, code: str, act: Act) -> None:
    """Confirm a village's account in its own office. Of whoever has a device for one-time codes its code is taken first.

    :raises permissions.Forbidden: unless `act.by` confirms bank accounts in that village
    :raises errors.DomainError: every refusal of second_factor.check and of account_changes.confirm, and nothing was changed
    """
    with in_turn(Permission.CONFIRM_BANK_ACCOUNT, what=f"bank-account:{proposal_id}", act=act, place=village_code) as confirmer:
        if _is_proposed(village_code, proposal_id, act=act) and second_factor.active(user_id=confirmer) is not None:
            second_factor.check(user_id=confirmer, code=code, at=act.at)
        account_changes.confirm(party=village_code, proposal_id=proposal_id, act=act, village_code=village_code)


def _is_proposed(party: VillageCode, proposal_id: UUID, *, act: Act) -> bool:
    proposed = bank_accounts.status(party=party, at=act.at).proposed
    return proposed is not None and proposed.step_id == proposal_id


def confirm_trade_release(*, village_code: VillageCode, proposal_id: UUID, code: str, act: Act) -> None:
    """Take the approver's one-time code and confirm that a village trades again; for a proposal that waits no more no code is taken.

    :raises permissions.Forbidden: unless `act.by` confirms such
    :raises errors.DomainError: every refusal of second_factor.check and of trade_releases.confirm, and nothing was changed
    """
    with in_turn(Permission.CONFIRM_TRADE_RELEASES, what=f"trade:{proposal_id}", act=act) as approver:
        hold = trade_holds.of_village(village_code=village_code)
        if hold is not None and hold.proposal is not None and hold.proposal.id == proposal_id:
            second_factor.check(user_id=approver, code=code, at=act.at)
        trade_releases.confirm(village_code=village_code, proposal_id=proposal_id, act=act)


def confirm_restored_money(*, list_id: UUID, shown_sha256: str, code: str, act: Act) -> None:
    """Take the approver's one-time code and confirm what comes back into the books after a restore.

    :raises permissions.Forbidden: unless `act.by` confirms such
    :raises errors.DomainError: every refusal of second_factor.check and of releasing.confirm, and nothing was changed
    """
    with in_turn(Permission.CONFIRM_AFTER_RESTORE, what=f"restored:{list_id}", act=act) as approver:
        if releasing.is_confirmed(list_id=list_id, by=approver):
            return
        checked = second_factor.check(user_id=approver, code=code, at=act.at)
        releasing.confirm(list_id=list_id, shown_sha256=shown_sha256, act=act, checked=checked)


@contextmanager
def in_turn(wanted: Permission, *, what: str, act: Act, place: VillageCode = FEDERATION) -> Iterator[UUID]:
    """Let one approval of this person and thing be after the other; gives the person's account, who has the permission wanted there.

    Code and approval are two transactions, since a guess must count whatever becomes of what it was for. A second tap between the two
    would find its code used and the thing not approved yet. So the lock is the session's, which outlives both, and not a transaction's.
    """
    permissions.require(act.by, wanted, place)
    if act.by.account_id is None:
        raise permissions.Forbidden
    name = [f"approval:{what}:{act.by.account_id}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield act.by.account_id
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)
