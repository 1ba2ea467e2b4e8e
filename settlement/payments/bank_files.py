"""Planned payouts in one file for the bank: made once, kept, and given out unchanged ever after."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from settlement import money_hold
from settlement.bank import bank_accounts
from settlement.bank.rails import batches, pain001, portal_csv
from settlement.bank.rails import rail_interface as rails
from settlement.cycles import lifecycle
from settlement.models import BankFile, Cycle, PaymentLeg
from settlement.payments import bank_file_copies, bank_payouts, legs
from tenants import activity_log, uuids
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

State = PaymentLeg.State


class FederationAccountMissing(DomainError):
    """No account of the federation's is in force from which payouts go, or it is stopped."""

    kind = Kind.CONFLICT
    code = "federation-account-missing"
    sentence = gettext_noop("Rekening bank federasi belum ada, belum mulai dipakai, atau dihentikan. Lihat halaman rekening bank.")


class AccountsWait(DomainError):
    """Every receiver's account is not in force yet, or stopped."""

    kind = Kind.CONFLICT
    code = "bank-accounts-wait"
    sentence = gettext_noop(
        "Semua pembayaran yang menunggu berkas belum boleh dikirim: rekening penerimanya belum dipakai, atau dihentikan oleh desanya."
    )


def make(*, number: int, act: Act) -> BankFile:
    """Write every planned payout by bank into one file and call them submitted; the file is kept and given out unchanged ever after.

    They go to the accounts in force at this moment. A village that stopped its account, or has none any more, waits for a later file; so
    does, after a restore, one that has not stated its cash.

    A form that is sent twice makes one file, and the second time gives that. The table for the portal is empty where the bank of a receiver
    is known by its BIC only: pain.001 says all there is to say.

    :raises errors.FormReused: if the form did something else before
    :raises batches.AccountNotComplete: naming the receiver by its village code (see batches.check)
    :raises bank_payouts.FailedPayoutOnStatement, paid_after_all.Undecided: nothing changed
    :raises money_hold.MoneyHeld, money_hold.PaymentUnknown: since a restore; likewise
    :raises batches.NothingToPay, AccountsWait, FederationAccountMissing, lifecycle.CycleMovedOn: likewise
    :raises permissions.Forbidden: unless `act.by` pays villages
    """
    permissions.require(act.by, Permission.PAY_VILLAGES, FEDERATION)
    money_hold.refuse_to([])
    form = lifecycle.once(number=number, action="bank-file", asked={}, act=act)
    with transaction.atomic(durable=True), form as claim:
        if claim.earlier:
            return BankFile.objects.get(id=claim.earlier.ids["file"])
        cycle = lifecycle.locked(number=number, within=Cycle.TAKES_PAYMENTS)
        planned = list(
            PaymentLeg.objects.select_for_update(no_key=True)
            .filter(cycle=cycle, giver=FEDERATION, rail=PaymentLeg.Rail.BANK, state=State.PLANNED)
            .order_by("receiver", "id")
        )
        if not planned:
            raise batches.NothingToPay
        accounts = bank_accounts.usable(at=act.at, parties=[FEDERATION, *(leg.receiver for leg in planned)])
        if FEDERATION not in accounts:
            raise FederationAccountMissing
        wait = money_hold.waiting([leg.receiver for leg in planned])
        planned = [leg for leg in planned if leg.receiver in accounts and leg.receiver not in wait]
        if not planned:
            raise AccountsWait
        bank_payouts.check_none_has_gone(cycle=cycle, receivers=[leg.receiver for leg in planned])
        payer = accounts[FEDERATION]
        instructions = [
            rails.Instruction(
                key=leg.key,
                payer=payer,
                payee=accounts[leg.receiver],
                amount_rupiah=leg.amount_rupiah,
                remittance=f"Putaran {number} {leg.key}",
                village=leg.receiver,
            )
            for leg in planned
        ]
        table = portal_csv.document(debtor=payer, instructions=instructions) if portal_csv.can_hold(instructions=instructions) else b""
        file_id = uuids.uuid7()
        file = BankFile.objects.create(
            id=file_id,
            cycle=cycle,
            message_id=f"PS{number:04}-{file_id.hex[-12:]}",
            leg_count=len(planned),
            amount_rupiah=sum(leg.amount_rupiah for leg in planned),
            pain001=pain001.document(
                message_id=f"PS{number:04}-{file_id.hex[-12:]}",
                created_at=act.at,
                debtor=payer,
                instructions=instructions,
                execute_on=timezone.localdate(act.at),
            ),
            portal_csv=table,
            made_by=act.by.account_id,
            made_at=act.at,
        )
        legs.file_all(planned=planned, file=file, accounts=accounts, act=act)
        activity_log.record(action="payout.file-made", subject_id=str(number), act=act, detail={"file": file.message_id})
        claim.record(file=file.id)
        transaction.on_commit(lambda: _keep(file), robust=True)
        return file


def contents(*, number: int, message_id: str, as_csv: bool) -> bytes | None:
    """A file as it was made, pain.001 or the portal's table; None if there is none of that name in the cycle, or no table of it.

    :raises full_disk.DiskFull: if it cannot be kept beside the database as well
    :raises money_hold.MoneyHeld: until the money is released after a restore: the bank may have it already
    """
    money_hold.refuse()
    file = BankFile.objects.filter(cycle__number=number, message_id=message_id).first()
    if file is None:
        return None
    _keep(file)
    return bytes(file.portal_csv if as_csv else file.pain001) or None


def _keep(file: BankFile) -> None:
    bank_file_copies.keep(message_id=file.message_id, pain001=bytes(file.pain001), portal_csv=bytes(file.portal_csv))
