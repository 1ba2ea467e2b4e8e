"""Whatever was paid after a backup, by bank or in cash, in whatever order and however far the cycle was: over a restore nobody gets more
than was owed to it, nobody pays more than it owed, and in the end everybody stands where its trade left it."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.audit import examination
from settlement import advancing
from settlement.bank.rails import batches
from settlement.cycles import lifecycle
from settlement.models import Obligation, PaymentLeg
from settlement.payments import bank_files, cash_payments, payouts
from tenants.acts import Act
from tests.support.settlement import bank_days, restoring, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

DAY = timedelta(days=1)
VILLAGES = (A, B, C)
NUMBERS = {B: "03370100123451", C: "03370100123452"}
CYCLES_MAX = 6
EXAMPLES = int(os.environ.get("PASARSAMA_EXAMPLES", "12"))


class Play:
    """What the world knows: an independent account of who paid and got what, which no restore takes back."""

    def __init__(self) -> None:
        self.at = T0
        self.net: Counter[str] = Counter()  # by trade: what a village is owed, below zero: owes
        self.moved: Counter[str] = Counter()  # what it got less what it gave, in all worlds
        self.given: Counter[str] = Counter()  # in cash since the backup
        self.got: Counter[str] = Counter()
        self.bookings: list[bank_days.Booking] = []
        self.read = 0
        self.silent = ""  # the village that states its cash late, and pays nothing more until it has

    def trade(self, home: str, seller: str, goods: int) -> None:
        rounds.trade(home, seller, goods)
        self.net[home] -= goods
        self.net[seller] += goods - goods * 2 // 100

    def move(self, village: str, amount: int) -> None:
        self.moved[village] += amount
        assert min(0, self.net[village]) <= self.moved[village] <= max(0, self.net[village]), village

    def read_statements(self) -> None:
        if len(self.bookings) > self.read:
            bank_days.read(*self.bookings[self.read :], first=self.read + 2)
            self.read = len(self.bookings)

    def cut_off(self) -> None:
        if lifecycle.unfinished() is None:
            rounds.proposed(number=lifecycle.open_number(), at=self.at)

    def approve(self) -> None:
        found = lifecycle.unfinished()
        if found is not None and found.state == "proposed":
            rounds.approve(number=found.number, at=self.at)
            advancing.advance(number=found.number, at=self.at)

    def pay_in(self, part: int, *, in_cash: bool) -> None:
        """Every debtor pays this many tenths of what it still owes."""
        found = lifecycle.unfinished()
        if found is None or found.state != "collecting":
            return
        self.read_statements()  # what is on its way is not paid again
        items = Obligation.objects.filter(cause="cycle", cause_id=found.id, cycle_number=found.number, creditor="P", open_rupiah__gt=0)
        for item in items.exclude(debtor__in=["F", self.silent]).order_by("debtor"):
            amount = item.open_rupiah * part // 10
            if not amount:
                continue
            self.move(item.debtor, -amount)
            if in_cash:
                self.given[item.debtor] += amount
                act = Act(by=MAKER, at=self.at)
                legs = cash_payments.plan(number=found.number, giver=item.debtor, amount_rupiah=amount, direct=False, act=act)
                for leg in legs:
                    self.hand_over(leg)
            else:
                self.bookings.append((f"TRSF PS{found.number:04}-{item.debtor.replace('.', '')}", amount))

    def pay_out(self) -> None:
        found = lifecycle.unfinished()
        if found is None or found.state not in ("collecting", "paying"):
            return
        payouts.plan(number=found.number, act=Act(by=MAKER, at=self.at))
        try:
            file = bank_files.make(number=found.number, act=Act(by=MAKER, at=self.at))
        except (batches.NothingToPay, bank_files.AccountsWait):
            file = None
        for leg in PaymentLeg.objects.filter(bank_file=file).order_by("id") if file else ():
            self.move(leg.receiver, leg.amount_rupiah)
            self.bookings.append((f"{leg.key} {NUMBERS[leg.receiver]}", -leg.amount_rupiah))
        for leg in PaymentLeg.objects.filter(cycle=found, giver="F", rail="cash", state="planned").order_by("id"):
            self.move(leg.receiver, leg.amount_rupiah)
            self.got[leg.receiver] += leg.amount_rupiah
            self.hand_over(leg)

    def hand_over(self, leg: PaymentLeg) -> None:
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=self.at))
        cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=self.at))

    def states(self, village: str) -> None:
        restoring.states(village, at=self.at, handed_over=self.given[village], received=self.got[village])

    def advance(self) -> None:
        advancing.advance_all(at=self.at)

    def do(self, step: str) -> None:
        match step:
            case "read":
                self.read_statements()
            case "cut-off":
                self.cut_off()
            case "approve":
                self.approve()
            case "pay-out":
                self.pay_out()
            case "advance":
                self.advance()
            case _:
                kind, _colon, part = step.partition(":")
                self.pay_in(int(part), in_cash=kind == "cash")

    def settle_all(self) -> None:
        """Cycles go on until nobody owes anything."""
        for _ in range(CYCLES_MAX):
            self.cut_off()
            self.approve()
            self.pay_in(10, in_cash=False)
            self.read_statements()
            self.advance()
            self.pay_out()
            self.read_statements()
            self.advance()
            self.at += 30 * DAY
            self.advance()
            assert examination.broken_books() == {}
            if (
                not Obligation.objects.filter(open_rupiah__gt=0)
                .exclude(debtor="F", creditor="P")
                .exclude(debtor="P", creditor="F")
                .exists()
            ):
                return


TRADES = st.lists(
    st.tuples(st.permutations(VILLAGES), st.integers(1_000, 90_000)).map(lambda drawn: (drawn[0][0], drawn[0][1], drawn[1])),
    min_size=1,
    max_size=5,
)
STEPS = st.lists(
    st.sampled_from(["cut-off", "approve", "bank:10", "bank:4", "cash:5", "cash:10", "pay-out", "pay-out", "read", "advance"]), max_size=14
)


@settings(max_examples=EXAMPLES)
@given(trades=TRADES, before=STEPS, after=STEPS, started=st.booleans(), late=st.sampled_from(("", *VILLAGES)))
def test_a_restore_pays_nobody_twice_and_asks_nobody_twice(template, trades, before, after, started, late):
    with restoring.world(template) as world:
        play = Play()
        rounds.bank_accounts(B, C)
        for home, seller, goods in trades:
            play.trade(home, seller, goods)
        for step in ["cut-off", "approve", *before] if started else before:
            play.do(step)
        backup = world.backup()
        play.given.clear()
        play.got.clear()
        read = play.read
        for step in ["cut-off", "approve", "bank:4", "read", "pay-out", *after]:
            play.do(step)
        world.restore(backup, backup_at=T0, restored_at=T0 + DAY)
        play.at = T0 + 3 * DAY
        play.read = read
        lost = play.bookings[read:]
        restoring.read_again([*lost, ("BUNGA", 1)], until=T0 + DAY, at=play.at, first=read + 2)
        play.read = len(play.bookings)
        restoring.explain_interest(at=play.at)
        for village in VILLAGES:
            if village != late:
                play.states(village)
        restoring.release(at=play.at)
        assert examination.broken_books() == {}
        restoring.confirm_accounts(at=play.at)
        if late:
            play.silent = late
            for step in ("bank:4", "read", "pay-out"):
                play.do(step)
            play.states(late)
            play.silent = ""
            assert examination.broken_books() == {}
        play.settle_all()
        assert {village: play.moved[village] for village in VILLAGES} == {village: play.net[village] for village in VILLAGES}
