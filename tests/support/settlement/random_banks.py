"""Banks of random rounds, which say anything at any time, and the ends of cycles: the pool keeps its word, and none is ever stuck."""

from __future__ import annotations

import datetime
from collections import defaultdict

import pytest
from django.db import transaction
from django.db.models import Exists, OuterRef
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.bank.rails import batches, progress
from settlement.bank.rails import rail_interface as rails
from settlement.bank.statement_files import references
from settlement.cycles import cutoff, lifecycle, objections
from settlement.ledger import federation_books, parties
from settlement.models import CarryTerm, Cycle, Objection, Obligation, PaymentLeg, StatementLine
from settlement.payments import agent_cash, bank_files, bank_payouts, legs, payouts, pool_items, reconciliation
from settlement.reports import agenda, cycle_overview, party_totals
from settlement.statement_lines import explaining, matching, payout_lines, suspense
from tenants import acts
from tenants.acts import Act
from tests.support.settlement import rounds
from tests.support.settlement.random_payments import PERCENT, Payments, Rail, State, picked
from tests.support.settlement.random_rounds import PICK
from tests.support.settlement.random_trade import VILLAGES, WHO
from tests.support.settlement.rounds import MAKER

ACCOUNT = "03370100123450"  # the federation's, by rounds.bank_accounts
MAPPING = {
    "rekening": ACCOUNT,
    **{"tanggal": "Tgl", "format_tanggal": "dd/mm/yyyy", "keterangan": "Uraian", "debit": "Debit", "kredit": "Kredit", "referensi": "Ref"},
}


class Banks(Payments):
    """What banks do, and how a cycle ends."""

    def __init__(self) -> None:
        super().__init__()
        self.bookings: dict[datetime.date, list[str]] = defaultdict(list)

    @precondition(lambda self: self.state in Cycle.TAKES_PAYMENTS)
    @rule()
    def make_bank_file(self):
        number = self.moving().number
        planned = PaymentLeg.objects.filter(giver="F", rail=Rail.BANK, state=State.PLANNED)
        amounts = list(planned.values_list("amount_rupiah", flat=True))
        shown = self.was_shown(*planned.values_list("receiver", flat=True))
        if refusal := bank_payouts.FailedPayoutOnStatement if shown else None if amounts else batches.NothingToPay:
            with pytest.raises(refusal):
                bank_files.make(number=number, act=Act(by=MAKER, at=self.now))
            return
        file = bank_files.make(number=number, act=Act(by=MAKER, at=self.now))
        assert (file.leg_count, file.amount_rupiah) == (len(amounts), sum(amounts))

    @precondition(lambda self: self.moved_once)
    @rule(pick=PICK, said=st.sampled_from(list(rails.OutcomeState)), right=st.sampled_from([True, True, True, False]))
    def hear_of_a_payout(self, pick, said, right):
        """A bank's word, twice, of any payout, long over or not."""
        leg = picked(pick, rail=Rail.BANK, giver="F")
        if leg is not None:
            self.hear(leg, said, leg.amount_rupiah + (not right))

    def hear(self, leg: PaymentLeg, said: rails.OutcomeState, amount: int) -> None:
        outcome = rails.Outcome(state=said, amount_rupiah=amount, at=self.now, evidence="kata bank")
        step = progress.after(state=progress.LegState(leg.state), outcome=outcome, amount_rupiah=leg.amount_rupiah)
        too_late = leg.state == State.SUCCEEDED != step.state and leg.cycle.state not in Cycle.MOVING  # only the account shows that
        for _ in range(2):
            with transaction.atomic(durable=True):
                fits = legs.learn(leg=legs.locked(leg_id=leg.id), outcome=outcome, act=acts.by_system(at=self.now), matched=False)
            assert fits is not bool(step.quarantined or too_late)
        assert PaymentLeg.objects.get(id=leg.id).state == (leg.state if too_late else step.state)
        self.see_what_became_of(leg)

    def see_what_became_of(self, leg: PaymentLeg) -> None:
        """Tell the model, if the leg moved money: after its cycle's end what comes back waits in suspense."""
        now = PaymentLeg.objects.get(id=leg.id).state
        if now == State.SUCCEEDED != leg.state:
            self.moved(leg, sign=1)
        elif leg.state == State.SUCCEEDED != now and leg.cycle.state in Cycle.MOVING:
            self.moved(leg, sign=-1)

    @precondition(lambda self: self.state in Cycle.TAKES_PAYMENTS)
    @rule(pick=PICK)
    def a_payout_does_not_go_by_bank(self, pick):
        """It is brought in cash before the bank is told of it, or an operator says that the bank refused it."""
        leg = picked(pick, rail=Rail.BANK, giver="F", state__in=PaymentLeg.ACTIVE)
        if leg is None:
            return
        terms = {"number": leg.cycle.number, "leg_id": leg.id, "act": Act(by=MAKER, at=self.now, reason="Rekening tutup")}
        if leg.state == State.PLANNED:
            bank_payouts.pay_in_cash(**terms)
        elif StatementLine.objects.filter(key=leg.key, state=StatementLine.State.OPEN).exists():
            with pytest.raises(bank_payouts.LineWaits):
                bank_payouts.refuse(**terms)
        else:
            bank_payouts.refuse(**terms)
        self.see_what_became_of(leg)

    def statement(self, text: str, amount: int, *, incoming: bool) -> StatementLine:
        """The bank's statement of the day so far is imported with one booking more; then once again, the newest first."""
        rows = self.bookings[self.now.date()]
        went, came = ("", amount) if incoming else (amount, "")
        rows.append(f"{self.now:%d/%m/%Y};{text};{went};{came};B{len(rows)}")
        for new, shown in ((1, rows), (0, rows[::-1])):
            contents = "\n".join([f"Rekening;{ACCOUNT}", "Tgl;Uraian;Debit;Kredit;Ref", *shown, ""]).encode()
            done = matching.import_statement(contents=contents, file="rk.csv", mapping=MAPPING, act=Act(by=MAKER, at=self.now))
            assert done.new == new
        return StatementLine.objects.order_by("-id")[0]

    @precondition(lambda self: self.moved_once)
    @rule(pick=PICK, incoming=st.sampled_from([False, False, True]), right=st.sampled_from([True, True, True, False]))
    def a_payout_shows_on_the_account(self, pick, incoming, right):
        leg = picked(pick, rail=Rail.BANK, giver="F")
        if leg is not None:
            self.show(leg, amount=leg.amount_rupiah + (not right), incoming=incoming)

    def show(self, leg: PaymentLeg, *, amount: int, incoming: bool = False) -> None:
        self.statement(leg.key, amount, incoming=incoming)
        self.see_what_became_of(leg)

    @precondition(lambda self: self.state in Cycle.MOVING)
    @rule(who=WHO, percent=PERCENT)
    def pay_in_by_bank(self, who, percent):
        self.pay_in(who, max(1, self.room_by_bank(who) * percent // 100))

    def room_by_bank(self, who: str) -> int:
        """What a statement may show of a village's debt: also after the date to pay, as long as the cycle pays out."""
        return pool_items.pool(cycle=self.moving()).room(who) if self.state in Cycle.TAKES_PAYMENTS else 0

    def pay_in(self, who: str, amount: int) -> None:
        room = self.room_by_bank(who)
        line = self.statement(references.pay_in(cycle_number=self.moving().number, village_code=who), amount, incoming=True)
        assert (line.state == StatementLine.State.MATCHED) == (amount <= room)
        if amount <= room:
            self.net[who] += amount

    @precondition(lambda self: self.state in Cycle.COUNTS_PAY_INS)
    @rule(who=WHO, percent=PERCENT)
    def a_person_counts_a_pay_in(self, who, percent):
        """Also what comes when all else is paid out."""
        if room := pool_items.pool(cycle=self.moving()).room(who):
            amount = min(room, max(1, room * percent // 100))
            line = self.statement("setoran", amount, incoming=True)
            suspense.count_as_pay_in(line_id=line.id, village_code=who, act=Act(by=MAKER, at=self.now, reason="Kata bendahara"))
            self.net[who] += amount

    @precondition(lambda self: self.state in Cycle.MOVING)
    @rule(pick=PICK)
    def pay_in_is_taken_back(self, pick):
        """By the bank, and a person says so; if the money was paid on already, the village owes it to the federation."""
        leg = picked(pick, rail=Rail.BANK, receiver="F", state=State.SUCCEEDED, cycle=self.moving())
        if leg is None:
            return
        line = self.statement(references.pay_in(cycle_number=leg.cycle.number, village_code=leg.giver), leg.amount_rupiah, incoming=False)
        shown = StatementLine.objects.filter(leg=leg, incoming=True).first()
        assert line.state == StatementLine.State.OPEN  # a match is never undone unseen
        if line.why == "taken-back" and shown is not None:
            suspense.take_back(line_id=line.id, pay_in_id=shown.id, act=Act(by=MAKER, at=self.now, reason="Kata bank"))
            self.net[leg.giver] -= leg.amount_rupiah

    @precondition(lambda self: self.moved_once)
    @rule()
    def a_person_decides(self):
        """What no reference explains is the federation's own, unless it is a payout; what came back after its cycle is sent again."""
        for line in StatementLine.objects.filter(state=StatementLine.State.OPEN).order_by("id"):
            self.decide(line)
        for line in StatementLine.objects.filter(state=StatementLine.State.SUSPENSE):
            sent = self.statement("kirim ulang", line.amount_rupiah, incoming=False)
            suspense.pay_back(line_id=sent.id, source_id=line.id, act=Act(by=MAKER, at=self.now, reason="Dikirim ulang"))

    def decide(self, line: StatementLine) -> None:
        try:
            explaining.explain(line_id=line.id, act=Act(by=MAKER, at=self.now, reason="Bukan urusan putaran"))
        except explaining.PayoutOnLine:
            leg = PaymentLeg.objects.get(key=line.key)
            was_word = leg.state == State.SUCCEEDED and not StatementLine.objects.filter(leg=leg, incoming=False).exists()
            payout_lines.count_as_payout(line_id=line.id, payout_id=leg.id, act=Act(by=MAKER, at=self.now, reason="Kata bank"))
            self.net[leg.receiver] -= 0 if was_word else leg.amount_rupiah

    def federation_covers(self) -> None:
        """It brings what it owes of costs, which its own cash never covers in part only."""
        if (short := federation_books.read().uncovered_rupiah) > 0:
            self.decide(self.statement("modal federasi", short, incoming=True))

    @precondition(lambda self: self.state in Cycle.TAKES_PAYMENTS)
    @rule()
    def everything_under_way_arrives(self):
        if self.state in Cycle.TAKES_PAYMENTS:
            payouts.plan(number=self.moving().number, act=Act(by=MAKER, at=self.now))
        self.end_what_is_under_way()

    @rule(percent=st.sampled_from([0, 37, 100]), direct=st.booleans(), collection_days=st.sampled_from([0, 5, 9]))
    def it_goes_on(self, percent, direct, collection_days):
        """What comes next where nothing goes wrong, so that many cycles follow each other."""
        if not self.cycle:
            self.cut_off_and_propose(collection_days=collection_days)
        elif self.state == Cycle.State.PROPOSED:
            self.approve_and_collect()
        elif self.state in Cycle.TAKES_PAYMENTS:
            self.it_ends(percent, direct)
        else:
            self.advance()

    def it_ends(self, percent, direct):
        self.everybody_brings_cash(percent=percent, direct=direct)
        self.end_what_is_under_way()
        if self.state == Cycle.State.COLLECTING:
            self.the_date_to_pay_passes()
        if self.cycle:
            self.everything_under_way_arrives()
            self.advance()

    def pool_keeps_its_word(self) -> None:
        """Never out more than in; shares add up to what is there; both sides of the pool are equal beside what lies between them."""
        closed = Cycle.objects.filter(state=Cycle.State.CLOSED).values("number")
        assert not Obligation.objects.filter(cause="cycle", cycle_number__in=closed, open_rupiah__gt=0).exists()
        if self.state not in Cycle.MOVING:
            return
        pool = pool_items.pool(cycle=self.moving())
        shares, due = pool.entitled(), pool.due()
        whole = sum(pool.claims.values())
        assert whole == sum(pool.debts.values())
        assert pool.paid_rupiah <= pool.committed_rupiah <= pool.collected_rupiah <= whole
        brought = sum(pool.outgoing.values()) - pool.committed_rupiah
        assert sum(shares.values()) == min(whole, pool.collected_rupiah + brought)
        assert sum(due.values()) == pool.collected_rupiah - pool.committed_rupiah
        assert all(due.get(party, 0) + pool.outgoing.get(party, 0) <= claim for party, claim in pool.claims.items())
        lying = pool.collected_rupiah - pool.paid_rupiah
        assert sum(pool.open_claims.values()) - sum(pool.open_debts.values()) == lying
        self.pages_say(pool)
        if self.state == Cycle.State.RECONCILING:
            known = {parties.IN_TRANSIT, parties.SUSPENSE, "not-paid-out", "statement-lines"}
            assert set(reconciliation.unexplained(cycle=self.moving())) <= known

    def pages_say(self, pool: pool_items.CyclePool) -> None:
        """What pages read agrees with what is open by the obligations, party by party and in sum."""
        cycle = cycle_overview.cycle(number=self.moving().number)
        assert cycle.totals is not None
        assert (cycle.totals.collected_rupiah, cycle.totals.paid_out_rupiah) == (pool.collected_rupiah, pool.paid_rupiah)
        open_items = {(True, party): left for party, left in pool.open_debts.items()}
        open_items |= {(False, party): left for party, left in pool.open_claims.items()}
        for one in party_totals.of_cycle(cycle_id=cycle.id):
            assert one.left_rupiah == open_items.get((one.owes, one.party), 0), one
            if one.owes:
                assert one.under_way_rupiah == pool.incoming.get(one.party, 0), one
            else:
                assert one.moved_rupiah + one.under_way_rupiah == pool.outgoing.get(one.party, 0), one
        waiting = agenda.waiting(of=cycle)
        assert waiting.distributable_rupiah == sum(agent_cash.due(pool=pool).values())
        assert waiting.uncollected_rupiah == sum(pool.open_debts.values())

    def settle_everything(self) -> None:
        """From wherever it stands a cycle can be brought to its end, and the next one to zero."""
        if self.cycle:
            self.drive(pay=False)
        self.a_person_decides()  # who was paid twice owes it, and pays it in the last cycle
        CarryTerm.objects.update(debtor_limit_rupiah=0, creditor_agreed_rupiah=0)
        for one in Objection.objects.filter(released_at=None):
            objections.answer(number=one.cycle_number, objection_id=one.id, answer="Benar", act=Act(by=MAKER, at=self.now))
        cutoff.cut_off(number=lifecycle.open_number(), objection_days=0, collection_days=1, act=Act(by=MAKER, at=self.now), days_min=0)
        self.look()
        self.drive(pay=True)
        left = rounds.balances()
        assert "in-transit" not in left
        # Nobody owes any more, and no village waits while there is cash: only what is disputed, or not covered by the federation, lacks.
        assert all(amount >= 0 for amount in self.net.values())
        missing = left.get("uncovered", 0) + left.get("disputed", 0)
        assert not sum(self.net.values()) or (left.get("agent-cash", 0) <= 0 and missing > 0)
        self.books_are_as_the_model_says()

    def drive(self, *, pay: bool) -> None:
        number = self.moving().number
        for _step in ("propose", "collect"):
            if self.state in Cycle.BEFORE_SETOFF:
                self.to_the_end_of(number)
        for village in VILLAGES if pay else ():
            if room := self.room(village):
                self.pay_in(village, room)
        for _round in range(4):
            self.now += datetime.timedelta(days=4)
            self.to_the_end_of(number)
            if not self.cycle:
                return
            self.federation_covers()
            self.end_what_is_under_way()
        raise AssertionError(f"cycle {number} is stuck: {self.state} {reconciliation.unexplained(cycle=self.moving())} {rounds.balances()}")

    def end_what_is_under_way(self) -> None:
        self.a_person_decides()
        shown = StatementLine.objects.filter(leg=OuterRef("id"), incoming=False)
        for leg in PaymentLeg.objects.filter(~Exists(shown), cycle=self.moving()).select_related("cycle").order_by("id"):
            if leg.rail == Rail.CASH and leg.state in PaymentLeg.ACTIVE:
                self.hand_over(leg)
            elif leg.rail == Rail.BANK and leg.giver == "F" and leg.state not in (State.FAILED, State.RETURNED):
                self.show(leg, amount=leg.amount_rupiah)
        self.a_person_decides()
