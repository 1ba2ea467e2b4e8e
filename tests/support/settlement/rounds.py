"""What tests of cycles say: a day's trade, a cut-off, and the steps that need no person, with the clock passed in."""

from __future__ import annotations

import datetime
import uuid
from datetime import timedelta

from django.db.models import Sum

from settlement import advancing
from settlement.bank import account_changes
from settlement.bank import bank_accounts as accounts
from settlement.cycles import approving, cutoff, lifecycle
from settlement.models import Cycle, Obligation, Solution
from settlement.reports import cycle_overview, proposals
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.people import second_factor
from tenants.people.permissions import Principal
from tests.support.settlement import books

VILLAGES = (books.A, books.B, books.C, *(VillageCode(f"34.02.91.200{number}") for number in range(1, 4)))
# Two who operate cycles and mind every village's side as well, one who approves, and the first of them after a change of roles.
_EVERYWHERE = frozenset({(FEDERATION, "operator"), *((code, "manager") for code in VILLAGES)})
MAKER, SECOND = Principal(uuid.UUID(int=1), _EVERYWHERE), Principal(uuid.UUID(int=3), _EVERYWHERE)
APPROVER, MAKER_AS_APPROVER = (Principal(uuid.UUID(int=number), frozenset({(FEDERATION, "approver")})) for number in (2, 1))
T0 = datetime.datetime(2026, 7, 1, 3, 0, tzinfo=datetime.UTC)
A, B, C = books.A, books.B, books.C


def trade(home: str, seller: str, goods: int, *, fee_percent: int = 2, delivery: int = 0) -> None:
    """A sale paid at the home village's counter and handed over."""
    books.complete(books.sale(home=home, seller=seller, goods=goods, fee=goods * fee_percent // 100, delivery=delivery))


def worked_example() -> None:
    """The example by which the clearing is explained: A buys from B, B from C, C from A; thousands become rupiah."""
    trade(A, B, 100_000)
    books.complete(books.sale(home=B, seller=C, goods=80_000, fee=1_600, delivery=5_000, deliverer=B))
    trade(C, A, 60_000)


def cut_off(*, number: int = 1, at: datetime.datetime = T0, objection_days: int = 0, collection_days: int = 7) -> None:
    cutoff.cut_off(number=number, objection_days=objection_days, collection_days=collection_days, act=Act(by=MAKER, at=at), days_min=0)


def proposed(*, number: int = 1, at: datetime.datetime = T0, **days: int) -> Cycle:
    cut_off(number=number, at=at, **days)
    advancing.advance(number=number, at=at)
    return get(number)


def checked(*, by: Principal = APPROVER, at: datetime.datetime = T0) -> second_factor.Checked:
    """As if this person's one-time code had just been taken."""
    assert by.account_id is not None
    return second_factor.Checked(user_id=by.account_id, at=at)


def signature(*, number: int = 1) -> str:
    """What an approver is shown, and sends back; empty where nothing is computed."""
    proof = proposals.proof(of=cycle_overview.cycle(number=number))
    return proof.signature if proof else ""


def approve(*, number: int = 1, at: datetime.datetime = T0, by: Principal = APPROVER) -> None:
    approving.approve(number=number, signed_sha256=signature(number=number), act=Act(by=by, at=at), checked=checked(by=by, at=at))


def collecting(*, number: int = 1, at: datetime.datetime = T0, **days: int) -> Cycle:
    """A cycle that waits for money."""
    proposed(number=number, at=at, **days)
    approve(number=number, at=at)
    advancing.advance(number=number, at=at)
    return get(number)


def get(number: int = 1) -> Cycle:
    return Cycle.objects.get(number=number)


def solution(number: int = 1) -> Solution:
    return Solution.objects.get(snapshot_id=lifecycle.snapshot_of(get(number)))


def open_items(number: int) -> dict[tuple[str, str], int]:
    """What is open with a stamp of this cycle, by debtor and creditor."""
    rows = Obligation.objects.filter(cycle_number=number, open_rupiah__gt=0).values("debtor", "creditor").annotate(sum=Sum("open_rupiah"))
    return {(row["debtor"], row["creditor"]): row["sum"] for row in rows}


def balances() -> dict[str, int]:
    """What stands on the federation's accounts, debits above zero; nothing is left out but zeros."""
    names = [str(code) for (code,) in books.rows("SELECT code FROM settlement_account WHERE village_code = ''")]
    found = {name: books.sums(name) for name in names}
    balances = {name: one.get("debit_posted", 0) - one.get("credit_posted", 0) for name, one in found.items()}
    return {name: balance for name, balance in balances.items() if balance}


def bank_accounts(*parties: str) -> None:
    """Give these parties an account, the federation too: proposed by one, confirmed by another, in force since T0."""
    for number, party in enumerate(("F", *parties)):
        account(party, number=f"0337010012345{number}", at=T0 - timedelta(days=1), holder=f"BUMDes {party}")


def account(party: str, *, number: str, at: datetime.datetime, holder: str = "BUMDes", **terms: str) -> uuid.UUID:
    """An account of this party's, in force a day later; gives the step that names it."""
    named = {"bank": "BRI", "bank_code": "002", "bic": "", "number": number, "holder": holder, **terms}
    account_changes.propose(party=VillageCode(party), **named, act=Act(by=MAKER, at=at))
    return confirm_account(party, at=at)


def confirm_account(party: str, *, at: datetime.datetime) -> uuid.UUID:
    """Confirm what is proposed, by another person of the federation's."""
    proposed = accounts.status(party=VillageCode(party), at=at).proposed
    if proposed is not None:
        account_changes.confirm(party=VillageCode(party), proposal_id=proposed.step_id, act=Act(by=APPROVER, at=at))
    newest = accounts.status(party=VillageCode(party), at=at + timedelta(days=1)).account
    assert newest is not None
    return newest.step_id
