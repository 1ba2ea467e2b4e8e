"""What people do about a bank account: one proposes it, another confirms it, and a day later money goes there.

Whoever is told in between can stop it: then nothing is paid to that party until its own people say so. Until the new account is in force
payouts go to the former one, or wait where there is none; that is no reason to bring the money in cash.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from settlement.bank import bank_accounts
from settlement.bank.bank_accounts import BANK_MOST, HOLDER_MOST, Status
from settlement.bank.rails import account_rules
from settlement.models import BankAccount, BankAccountStep
from tenants import activity_log, codes, events, idempotency, texts, villages, withdrawals
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.errors import DomainError, Kind
from tenants.events import EventKind
from tenants.people import permissions
from tenants.people.permissions import Permission
from tenants.withdrawals import What

Step = BankAccountStep.Step
WAIT = BankAccountStep.WAIT  # from the confirmation until the account is used
NUMBER_MOST = 60  # as people write it, with blanks, dots and dashes

# What a village hears of its own account, and what every village hears of the federation's.
KINDS = {
    Step.PROPOSED: (EventKind.BANK_ACCOUNT_PROPOSED, EventKind.FEDERATION_ACCOUNT_PROPOSED),
    Step.CONFIRMED: (EventKind.BANK_ACCOUNT_CONFIRMED, EventKind.FEDERATION_ACCOUNT_CONFIRMED),
    Step.WITHDRAWN: (EventKind.BANK_ACCOUNT_WITHDRAWN, EventKind.FEDERATION_ACCOUNT_WITHDRAWN),
    Step.STOPPED: (EventKind.BANK_ACCOUNT_STOPPED, EventKind.FEDERATION_ACCOUNT_STOPPED),
    Step.RESUMED: (EventKind.BANK_ACCOUNT_RESUMED, EventKind.FEDERATION_ACCOUNT_RESUMED),
}


class NothingProposed(DomainError):
    """Another account was proposed meanwhile, or this one was confirmed, withdrawn or stopped."""

    kind = Kind.CONFLICT
    code = "bank-account-not-proposed"
    sentence = gettext_noop("Rekening ini tidak menunggu penegasan lagi. Buka lagi halamannya dan periksa yang sekarang diajukan.")


class ProposedByYou(DomainError):
    """Whoever proposes an account does not confirm it."""

    kind = Kind.FORBIDDEN
    code = "bank-account-proposed-by-you"
    sentence = gettext_noop("Anda sendiri yang mengajukan rekening ini. Yang menegaskan harus orang lain.")


class FederationsOwn(DomainError):
    """A village's money would go to the account that it came from, and count as paid."""

    kind = Kind.CONFLICT
    code = "bank-account-federations-own"
    sentence = gettext_noop("%(account)s adalah rekening federasi sendiri, bukan rekening desa. Periksa lagi di buku tabungan desanya.")


class OfAnotherVillage(DomainError):
    """Other villages have this account, or it was proposed for them: a person says first that it is theirs together."""

    kind = Kind.CONFLICT
    code = "bank-account-of-another-village"
    sentence = gettext_noop("%(account)s sudah menjadi rekening %(villages)s, atau sedang diajukan untuknya. Periksa lagi nomornya.")

    def __init__(self, *, account: str, parties: Collection[VillageCode]) -> None:
        self.parties = parties
        found = [villages.by_code(code=party) for party in parties]
        super().__init__(account=account, villages=", ".join(f"{village.name} ({village.area})" for village in found))


def propose(
    *,
    party: VillageCode,
    bank: str,
    bank_code: str,
    bic: str,
    number: str,
    holder: str,
    act: Act,
    village_code: VillageCode = codes.AT_FEDERATION,
    shared_with: Collection[VillageCode] = (),
) -> None:
    """Propose a party's account; it takes the place of one that nobody confirmed. What is proposed, coming or in force already changes
    nothing, nor does the same form.

    `bank` is how people call it; one of `bank_code` and `bic` is enough; blanks, dots and dashes in `number` do not count; `holder` is the
    BUMDes, never a person. `village_code` says where the person acted, empty for the federation; `shared_with` which other villages
    she knows to have the same account. The activity log keeps the account without its holder, and that.

    :raises errors.FormReused: if the form wrote another account before
    :raises FederationsOwn: if a village's is one that the federation has, had, or is about to have
    :raises OfAnotherVillage: if a village has it, or is about to, that is not in `shared_with`
    :raises texts.NotReadable, codes.BadVillageCode: and every refusal of account_rules.check; nothing was changed
    :raises permissions.Forbidden: unless `act.by` changes bank accounts there
    """
    permissions.require_for(act.by, Permission.CHANGE_BANK_ACCOUNT, VillageCode(party))
    if party != codes.FEDERATION:
        codes.checked(text=party)
    terms = asdict(_checked(bank=bank, bank_code=bank_code, bic=bic, number=number, holder=holder))
    scope = idempotency.Scope(operation="bank-account", principal=act.by.account_id, village_code=party)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request=terms, money=True, at=act.at):
            return
        if party != codes.FEDERATION:
            _refuse_federations(act=act, bank_code=terms["bank_code"], number=terms["number"])
        now = locked(party, act=act)
        newest = now.proposed or now.coming or now.account
        if newest is not None and {name: getattr(newest, name) for name in terms} == terms:
            return
        others = bank_accounts.holders(number=terms["number"], bank_code=terms["bank_code"], but=party, at=act.at)
        if not set(others) <= set(shared_with):
            raise OfAnotherVillage(account=f"{terms['bank']} {terms['number']}", parties=others)
        logged = {"shared_with": others} if others else {}
        take(Step.PROPOSED, party=party, village_code=village_code, act=act, logged=logged, **terms)


def confirm(*, party: VillageCode, proposal_id: UUID, act: Act, village_code: VillageCode = codes.AT_FEDERATION) -> None:
    """Confirm the account that was shown, by another person than proposed it: it is used 24 hours later. Sent twice, it counts once.

    :raises NothingProposed: if it is not what is proposed now
    :raises ProposedByYou: by whoever proposed it
    :raises permissions.Forbidden: unless `act.by` confirms bank accounts there
    """
    permissions.require_for(act.by, Permission.CONFIRM_BANK_ACCOUNT, VillageCode(party))
    with transaction.atomic(durable=True):
        now = locked(party, act=act)
        known = now.coming or now.account
        if known is not None and known.step_id == proposal_id:
            return
        if now.proposed is None or now.proposed.step_id != proposal_id:
            raise NothingProposed
        if act.by.account_id is None or now.proposed.changed_by == act.by.account_id:
            raise ProposedByYou
        in_force_at = act.at + WAIT
        take(Step.CONFIRMED, party=party, village_code=village_code, act=act, proposal_id=proposal_id, in_force_at=in_force_at)


def withdraw(*, party: VillageCode, proposal_id: UUID, act: Act, village_code: VillageCode = codes.AT_FEDERATION) -> None:
    """Take back an account that nobody confirmed; all is as before it was proposed.

    :raises NothingProposed: if it is not what is proposed now
    :raises permissions.Forbidden: unless `act.by` changes bank accounts there
    """
    permissions.require_for(act.by, Permission.CHANGE_BANK_ACCOUNT, VillageCode(party))
    _drop(party=party, proposal_id=proposal_id, act=act, village_code=village_code)


def drop_again(*, party: VillageCode, proposal_id: UUID, act: Act) -> None:
    """Take back a proposal that was taken back in the time that a restore lost.

    :raises NothingProposed: if it is not what is proposed now
    :raises permissions.Forbidden: unless `act.by` closes villages: whoever runs the machine
    """
    permissions.require(act.by, Permission.ADMIT_VILLAGES, codes.FEDERATION)
    _drop(party=party, proposal_id=proposal_id, act=act, village_code=codes.AT_FEDERATION)


def _drop(*, party: VillageCode, proposal_id: UUID, act: Act, village_code: VillageCode) -> None:
    with transaction.atomic(durable=True):
        now = locked(party, act=act)
        if now.proposed is None or now.proposed.step_id != proposal_id:
            raise NothingProposed
        take(Step.WITHDRAWN, party=party, village_code=village_code, act=act)
        withdrawals.note(what=What.PROPOSED_ACCOUNT, at=act.at, party=party, proposal=str(proposal_id))


def stop(*, party: VillageCode, act: Act) -> None:
    """Let nothing be paid to a party until its own people resume it; an account that is proposed or coming is dropped. Twice counts once.

    :raises permissions.Forbidden: unless `act.by` changes bank accounts in that very place
    """
    _stop_or_resume(party=party, stopped=True, act=act)


def resume(*, party: VillageCode, act: Act) -> None:
    """Pay the party again, to the account in force. Twice counts once.

    :raises permissions.Forbidden: unless `act.by` changes bank accounts in that very place
    """
    _stop_or_resume(party=party, stopped=False, act=act)


def _stop_or_resume(*, party: VillageCode, stopped: bool, act: Act) -> None:
    permissions.require(act.by, Permission.CHANGE_BANK_ACCOUNT, VillageCode(party))
    _be(party=party, stopped=stopped, act=act)


def stop_again(*, party: VillageCode, act: Act) -> None:
    """Stop what was stopped in the time that a restore lost.

    :raises permissions.Forbidden: unless `act.by` closes villages: whoever runs the machine
    """
    permissions.require(act.by, Permission.ADMIT_VILLAGES, codes.FEDERATION)
    _be(party=party, stopped=True, act=act)


def _be(*, party: VillageCode, stopped: bool, act: Act) -> None:
    place = codes.AT_FEDERATION if party == codes.FEDERATION else party
    with transaction.atomic(durable=True):
        now = locked(party, act=act)
        if now.stopped != stopped or (stopped and (now.coming or now.proposed)):
            take(Step.STOPPED if stopped else Step.RESUMED, party=party, village_code=place, act=act)
            if stopped:
                withdrawals.note(what=What.BANK_ACCOUNT, at=act.at, party=party)


def _refuse_federations(*, act: Act, bank_code: str, number: str) -> None:
    own = bank_accounts.status(party=codes.FEDERATION, at=act.at)
    for known in (*bank_accounts.own_accounts(at=act.at), own.coming, own.proposed):
        if known is not None and account_rules.is_same(account=known, bank_code=bank_code, number=number):
            raise FederationsOwn(account=f"{known.bank} {known.number}")


def locked(party: VillageCode, *, act: Act) -> Status:
    """How it stands with the account, which nobody else changes until the transaction ends."""
    BankAccount.objects.get_or_create(party=party)
    BankAccount.objects.select_for_update(no_key=True).get(party=party)
    return bank_accounts.status(party=party, at=act.at)


def take(
    step: Step,
    *,
    party: VillageCode,
    village_code: VillageCode,
    act: Act,
    logged: Mapping[str, object] | None = None,
    **columns: object,
) -> None:
    """Write a step with its entry in the log, which also keeps what is `logged` beside it, and tell whom it concerns."""
    turn = BankAccountStep.objects.filter(party=party).aggregate(last=Max("turn"))["last"] or 0
    row = BankAccountStep.objects.create(
        party=party, turn=turn + 1, step=step, by=act.by.account_id, village_code=village_code, at=act.at, **columns
    )
    detail = {**(logged or {}), "step": str(row.id), **{name: str(value) for name, value in columns.items() if name != "holder"}}
    of_village, of_federation = KINDS[step]
    activity_log.record(action=of_village, subject_id=party, act=act, village_code=village_code, detail=detail)
    if party == codes.FEDERATION:
        events.add(kind=of_federation, subject_id=row.id, at=act.at)
    else:
        events.add(kind=of_village, subject_id=row.id, at=act.at, village_code=party)


def _checked(*, bank: str, bank_code: str, bic: str, number: str, holder: str) -> account_rules.BankAccount:
    account = account_rules.BankAccount(
        bank=texts.clean(bank, most=BANK_MOST),
        bank_code="".join(texts.without_marks(bank_code).split()),
        bic="".join(texts.without_marks(bic).split()).upper(),
        number=account_rules.digits(texts.clean(number, most=NUMBER_MOST, otherwise=account_rules.BadNumber())),
        holder=texts.clean(holder, most=HOLDER_MOST),
    )
    account_rules.check(account=account)
    return account
