"""Backup, payouts by bank and in cash, disaster, restore, statements, release, the next cycle: nobody is paid twice in all worlds.

Without the hold the same play pays twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from deploy.audit import examination
from settlement import advancing, money_hold
from settlement.after_restore import releasing
from settlement.cycles import lifecycle
from settlement.models import Obligation, PaymentLeg
from settlement.payments import bank_files, cash_payments, payouts
from tenants.acts import Act
from tests.support.settlement import bank_days, restoring, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

DAY = timedelta(days=1)
OWED = {B: 18_000, C: 18_400}
NUMBER_OF_B = "03370100123451"


class Outside:
    """What the world knows and no restore takes back: the bank's bookings, and who has how much of what was paid out."""

    def __init__(self) -> None:
        self.bookings: list[bank_days.Booking] = []
        self.got: Counter[str] = Counter()
        self.cash: Counter[str] = Counter()  # since the backup, in cash

    def pay_in(self, amount: int, *, number: int = 1) -> None:
        self.bookings.append((f"TRSF PS{number:04}-3402902001", amount))
        self._read()

    def pay_by_bank(self, *, number: int = 1, at=T0) -> None:
        """The bank makes the payouts of a new file; its statement is read at once."""
        file = bank_files.make(number=number, act=Act(by=MAKER, at=at))
        for leg in PaymentLeg.objects.filter(bank_file=file).order_by("id"):
            self.bookings.append((f"{leg.key} {NUMBER_OF_B}", -leg.amount_rupiah))
            self.got[leg.receiver] += leg.amount_rupiah
        self._read()

    def pay_in_cash(self, *, number: int = 1, at=T0) -> None:
        for leg in PaymentLeg.objects.filter(cycle__number=number, giver="F", rail="cash", state="planned").order_by("id"):
            cash_payments.give(number=number, leg_id=leg.id, party="F", act=Act(by=MAKER, at=at))
            cash_payments.receive(number=number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=at))
            self.got[leg.receiver] += leg.amount_rupiah
            self.cash[leg.receiver] += leg.amount_rupiah

    def _read(self) -> None:
        bank_days.read(*self.bookings)


def to_open(outside: Outside) -> None:
    """Nothing was cut off yet."""


def to_proposed(outside: Outside) -> None:
    rounds.proposed()


def to_collecting(outside: Outside) -> None:
    rounds.collecting()


def to_paying(outside: Outside) -> None:
    rounds.collecting()
    outside.pay_in(41_200)
    advancing.advance(number=1, at=T0)


BACKUPS: list[Callable[[Outside], None]] = [to_open, to_proposed, to_collecting, to_paying]


def go_on(outside: Outside) -> None:
    """From wherever the backup found it until all villages are paid, A by bank, B by bank, C in cash."""
    state = rounds.get().state
    if state == "open":
        rounds.proposed()
        state = "proposed"
    if state == "proposed":
        rounds.approve()
        advancing.advance(number=1, at=T0)
        state = "collecting"
    if state == "collecting":
        outside.pay_in(41_200)
        advancing.advance(number=1, at=T0)
    outside.cash.clear()
    outside.pay_by_bank()
    outside.pay_in_cash()


def settle_again(outside: Outside, *, at) -> None:
    """What the federation does next in the books it has: another cycle where none is under way, and everybody is asked and paid."""
    advancing.advance_all(at=at)
    under_way = lifecycle.unfinished()
    number = under_way.number if under_way else lifecycle.open_number()
    if under_way is None:
        rounds.proposed(number=number, at=at)
    if rounds.get(number).state == "proposed":
        rounds.approve(number=number, at=at)
        advancing.advance(number=number, at=at)
    for item in Obligation.objects.filter(creditor="P", cycle_number=number, open_rupiah__gt=0).exclude(debtor="F"):
        outside.bookings.append((f"TRSF PS{number:04}-{item.debtor.replace('.', '')}", item.open_rupiah))
        bank_days.read(outside.bookings[-1], first=40)
    advancing.advance(number=number, at=at)
    if rounds.get(number).state in ("collecting", "paying"):
        payouts.plan(number=number, act=Act(by=MAKER, at=at))
    if PaymentLeg.objects.filter(cycle__number=number, rail="bank", giver="F", state="planned").exists():
        file = bank_files.make(number=number, act=Act(by=MAKER, at=at))
        for leg in PaymentLeg.objects.filter(bank_file=file):
            outside.got[leg.receiver] += leg.amount_rupiah
    outside.pay_in_cash(number=number, at=at)


def states_cash(outside: Outside, *, at) -> None:
    for village in (A, B, C):
        restoring.states(village, at=at, received=outside.cash[village])


def lived_until(backup: Callable[[Outside], None]) -> Outside:
    rounds.worked_example()
    rounds.bank_accounts(B)
    outside = Outside()
    backup(outside)
    return outside


@pytest.mark.parametrize("backup", BACKUPS)
def test_nobody_is_paid_twice_over_a_restore(template, backup):
    with restoring.world(template) as world:
        outside = lived_until(backup)
        kept = world.backup()
        go_on(outside)
        assert outside.got == OWED
        restored_at = T0 + 3 * DAY
        world.restore(kept, backup_at=T0, restored_at=restored_at)
        assert not examination.broken_books()

        with pytest.raises(money_hold.MoneyHeld):
            rounds.cut_off(number=lifecycle.open_number(), at=restored_at)
        with pytest.raises(releasing.DaysMissing):
            restoring.release(at=restored_at)

        restoring.read_again(outside.bookings, until=restored_at, at=restored_at + DAY)
        assert not examination.broken_books()
        states_cash(outside, at=restored_at + DAY)
        restoring.release(at=restored_at + DAY)
        assert not examination.broken_books()
        restoring.confirm_accounts(at=restored_at + DAY)
        settle_again(outside, at=restored_at + DAY)
        assert outside.got == OWED
        assert not examination.broken_books()


@pytest.mark.parametrize("backup", BACKUPS)
def test_without_the_hold_the_same_play_pays_twice(template, backup):
    with restoring.world(template) as world:
        outside = lived_until(backup)
        kept = world.backup()
        go_on(outside)
        world.restore(kept, backup_at=T0, restored_at=T0 + 3 * DAY, held=False)
        settle_again(outside, at=T0 + 4 * DAY)
        assert sum(outside.got.values()) > sum(OWED.values())
