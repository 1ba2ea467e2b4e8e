"""Where a party's money is sent: the account of each village's BUMDes, and the federation's own, as they stand at one moment.

No row says which account is in force. It follows from what was done about it (BankAccountStep) and from the time: account_changes writes
those steps, and whoever sends money asks here with its own clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from settlement.bank.rails import account_rules
from settlement.models import BankAccount, BankAccountStep
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode

BANK_MOST, HOLDER_MOST = 60, account_rules.NAME_LETTERS_MAX

# Banks where villages usually have their account, by their code in Indonesian clearing. Any other can be written down by hand.
BANKS = {
    "002": "BRI",
    "008": "Mandiri",
    "009": "BNI",
    "200": "BTN",
    "451": "BSI",
    "014": "BCA",
    "110": "Bank BJB",
    "111": "Bank DKI",
    "112": "BPD DIY",
    "113": "Bank Jateng",
    "114": "Bank Jatim",
    "129": "BPD Bali",
}

TERMS = tuple(field.name for field in fields(account_rules.BankAccount))
Step = BankAccountStep.Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Account(account_rules.BankAccount):
    """A party's bank account: the step that names it, who wrote it down (None: the system) and when, and from when on it is used.

    `in_force_at` is None until somebody else confirmed it; `confirmed_by` None where nobody had to.
    """

    step_id: UUID
    changed_by: UUID | None
    changed_at: datetime
    confirmed_by: UUID | None = None
    in_force_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """How it stands with a party's account at one moment.

    account   the one in force
    coming    confirmed, and used from its `in_force_at` on
    proposed  nobody confirmed it yet
    stopped   the party lets nothing be paid to it
    restored  nor is it, since the account is a backup's, until it is confirmed again
    """

    account: Account | None = None
    coming: Account | None = None
    proposed: Account | None = None
    stopped: bool = False
    restored: bool = False

    @property
    def shown(self) -> Account | None:
        """The one that a list names: in force, else to come."""
        return self.account or self.coming or self.proposed

    @property
    def usable(self) -> Account | None:
        """Where money may be sent now."""
        return None if self.stopped else self.account

    @property
    def waits(self) -> bool:
        """Whether money for the party waits for its account: it is not brought in cash instead."""
        return self.stopped or (self.account is None and (self.coming or self.proposed) is not None)

    @property
    def changes(self) -> bool:
        """Whether something is under way that its people should know of."""
        return self.stopped or (self.coming or self.proposed) is not None


NOTHING = Status()


def statuses(*, at: datetime, parties: Collection[str] | None = None) -> dict[str, Status]:
    """How it stands with every account that was ever written down, or with those of these parties, by party. One statement."""
    rows = BankAccountStep.objects.all()
    return _of_steps(rows if parties is None else rows.filter(party__in=parties), at=at)


def _of_steps(rows: QuerySet[BankAccountStep], *, at: datetime) -> dict[str, Status]:
    steps: dict[str, list[BankAccountStep]] = defaultdict(list)
    for row in rows.order_by("party", "turn"):
        steps[row.party].append(row)
    return {party: _status(found, at=at) for party, found in steps.items()}


# The parties that simply have an account in force at an instant: nothing was proposed since, nor is to come, nor was ever stopped or taken
# back. What the others have follows from their steps (`_status`); whoever has no step has no account.
SETTLED = """
SELECT party FROM public.settlement_bankaccountstep GROUP BY party
HAVING (array_agg(step ORDER BY turn DESC))[1] IN ('kept', 'confirmed')
    AND bool_and(step IN ('kept', 'proposed') OR (step = 'confirmed' AND coalesce(in_force_at <= %(at)s, false)))
"""


def unsettled(*, at: datetime) -> dict[str, Status]:
    """How it stands with the accounts that are not SETTLED, by party: few, however many villages have one. One statement."""
    return _of_steps(BankAccountStep.objects.exclude(party__in=RawSQL(SETTLED.replace("%(at)s", "%s"), [at])), at=at)  # noqa: S611 - a constant


def status(*, party: VillageCode, at: datetime) -> Status:
    """How it stands with one party's account."""
    return statuses(at=at, parties=[party]).get(party, NOTHING)


def holders(*, number: str, bank_code: str, but: VillageCode, at: datetime) -> list[VillageCode]:
    """The villages whose account this is, in force, coming or proposed, in the order of codes; `but` this party."""
    ever = BankAccountStep.objects.filter(number=number).exclude(party__in=[but, FEDERATION]).values_list("party", flat=True)
    found = statuses(at=at, parties=set(ever))
    return [
        VillageCode(party)
        for party, one in sorted(found.items())
        if any(
            known is not None and account_rules.is_same(account=known, bank_code=bank_code, number=number)
            for known in (one.account, one.coming, one.proposed)
        )
    ]


def usable(*, at: datetime, parties: Collection[str]) -> dict[str, Account]:
    """Where money may be sent now, of these parties, by party."""
    return {party: one.usable for party, one in statuses(at=at, parties=parties).items() if one.usable is not None}


def named(*, step_id: UUID) -> Account:
    """The account that a step names, whatever became of it."""
    return of_step(row=BankAccountStep.objects.get(id=step_id))


def _status(steps: Sequence[BankAccountStep], *, at: datetime) -> Status:
    account: Account | None = None
    coming: Account | None = None
    proposed: Account | None = None
    stopped = restored = False
    for row in steps:
        account, coming = _come(account, coming, by=min(row.at, at))
        if row.step == Step.KEPT:
            account = of_step(row=row)
        elif row.step == Step.PROPOSED:
            proposed = of_step(row=row)
        elif row.step == Step.CONFIRMED and proposed is not None:
            coming, proposed = _account_of(proposed, confirmed=row), None
            if restored and row.party != FEDERATION:  # instead of what the backup had, which nobody confirmed again
                account, stopped, restored = None, False, False
        elif row.step == Step.WITHDRAWN:
            proposed = None
        elif row.step in (Step.STOPPED, Step.RESTORED):
            coming, proposed, stopped, restored = None, None, True, row.step == Step.RESTORED
        elif row.step == Step.RESUMED:
            stopped = restored = False
    account, coming = _come(account, coming, by=at)
    return Status(account=account, coming=coming, proposed=proposed, stopped=stopped, restored=restored)


def _come(account: Account | None, coming: Account | None, *, by: datetime) -> tuple[Account | None, Account | None]:
    """The account in force and the one to come, by this instant."""
    if coming is not None and coming.in_force_at is not None and coming.in_force_at <= by:
        return coming, None
    return account, coming


def of_step(*, row: BankAccountStep) -> Account:
    """The account that a step names."""
    terms = {name: getattr(row, name) for name in TERMS}
    return Account(**terms, step_id=row.id, changed_by=row.by, changed_at=row.at)


def _account_of(proposed: Account, *, confirmed: BankAccountStep) -> Account:
    terms = {name: getattr(proposed, name) for name in TERMS}
    return Account(
        **terms,
        step_id=proposed.step_id,
        changed_by=proposed.changed_by,
        changed_at=proposed.changed_at,
        confirmed_by=confirmed.by,
        in_force_at=confirmed.in_force_at,
    )


def hold_own() -> None:
    """Let nobody else import a statement of the federation's, or change its account, until the caller's transaction ends."""
    BankAccount.objects.select_for_update(no_key=True).filter(party=FEDERATION).first()


def own_accounts(*, at: datetime) -> list[Account]:
    """The federation's accounts, that of now first, then those it had: the bank goes on writing about one that was left. One statement.

    Empty while it has none.
    """
    steps = list(BankAccountStep.objects.filter(party=FEDERATION).order_by("turn"))
    now = _status(steps, at=at).account
    if now is None:
        return []
    rows = {row.id: row for row in steps}
    found = {now.number: now}
    for row in reversed(steps):
        if row.step == Step.KEPT:
            found.setdefault(row.number, of_step(row=row))
        elif row.step == Step.CONFIRMED and row.in_force_at is not None and row.in_force_at <= at and row.proposal_id is not None:
            found.setdefault(rows[row.proposal_id].number, of_step(row=rows[row.proposal_id]))
    return list(found.values())


def own_numbers(*, at: datetime) -> list[str]:
    """The numbers of those."""
    return [account.number for account in own_accounts(at=at)]


def remember_mapping(*, party: VillageCode, mapping: Mapping[str, str], act: Act) -> None:
    """Remember, in the caller's transaction, how the bank of a party writes its tables, to be offered the next time.

    `mapping`: the names of statement_files.csv_lines; the account's own number is no part of it, and without an account there is no
    place for any. What is remembered already is not recorded twice; the activity log keeps each change.
    """
    columns = {name: column for name, column in mapping.items() if name != "rekening"}
    row = BankAccount.objects.select_for_update(no_key=True).filter(party=party).first()
    if row is None or row.csv_mapping == columns:
        return
    row.csv_mapping = columns
    row.save(update_fields=["csv_mapping"])
    activity_log.record(action="statement.form-kept", subject_id=party, act=act, detail={"mapping": columns})


def mapping_of(*, party: VillageCode) -> dict[str, str]:
    """The mapping that read a table of this party's bank last; empty before the first."""
    found: dict[str, str] | None = BankAccount.objects.filter(party=party).values_list("csv_mapping", flat=True).first()
    return found or {}
