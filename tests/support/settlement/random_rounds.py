"""Rounds of settlement at random over random trade: cut off, objected to, approved by the right and the wrong, given up, set off."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement import advancing
from settlement.cycles import approving, carry_terms, cutoff, lifecycle, objections
from settlement.ledger import parties
from settlement.models import Cycle, CycleEdge, Objection, PaymentLeg
from tenants.acts import Act
from tests.support.settlement import rounds
from tests.support.settlement.random_gateways import Gateways
from tests.support.settlement.random_trade import WHO
from tests.support.settlement.rounds import APPROVER, MAKER, MAKER_AS_APPROVER, SECOND, signature

State = Cycle.State
DAYS = st.sampled_from([0, 0, 1, 3])
PICK = st.integers(0, 1_000)


class Rounds(Gateways):
    """What the federation's people do until the set-off."""

    def __init__(self) -> None:
        super().__init__()
        self.cycle: Cycle | None = None  # the one between cut-off and close
        self.moved_once = False  # whether any cycle came to its payments

    @property
    def state(self) -> str:
        return self.cycle.state if self.cycle else ""

    @property
    def closed(self) -> int:
        return Cycle.objects.filter(state=State.CLOSED).count()

    def look(self) -> None:
        self.cycle = lifecycle.unfinished()

    @precondition(lambda self: not self.cycle)
    @rule(objection_days=DAYS, collection_days=DAYS)
    def cut_off(self, objection_days, collection_days):
        number = lifecycle.open_number()
        terms = {"objection_days": objection_days, "collection_days": collection_days, "act": Act(by=MAKER, at=self.now), "days_min": 0}
        for _ in range(2):
            cutoff.cut_off(number=number, **terms)
        assert lifecycle.open_number() == number + 1
        with pytest.raises(cutoff.AnotherUnfinished):
            cutoff.cut_off(number=number + 1, **terms)
        self.look()

    @precondition(lambda self: not self.cycle)
    @rule(collection_days=st.sampled_from([0, 5, 9]))
    def cut_off_and_propose(self, collection_days):
        self.cut_off(objection_days=0, collection_days=collection_days)
        self.advance()
        assert self.state == State.PROPOSED

    @precondition(lambda self: self.state == State.PROPOSED)
    @rule()
    def approve_and_collect(self):
        assert self.cycle is not None
        self.to_the_end_of(self.cycle.number)
        self.moved_once = True

    @precondition(lambda self: self.state == State.COLLECTING)
    @rule()
    def the_date_to_pay_passes(self):
        assert self.cycle is not None
        assert self.cycle.collect_until_at is not None
        self.now = max(self.now, self.cycle.collect_until_at)
        self.advance()
        assert self.state != State.COLLECTING

    @precondition(lambda self: self.state in (State.PAYING, State.RECONCILING))
    @rule(really=st.sampled_from([True, False, False]))
    def the_time_to_pay_out_passes(self, really):
        """What was only planned rolls on with its money, and holds no cycle open."""
        assert self.cycle is not None
        assert self.cycle.collect_until_at is not None
        if really:
            self.now = max(self.now, self.cycle.collect_until_at + Cycle.PAYOUT_TIME)
            self.advance()
            if self.cycle:
                assert not PaymentLeg.objects.filter(cycle=self.cycle, state=PaymentLeg.State.PLANNED).exists()

    @precondition(lambda self: self.cycle)
    @rule()
    def advance(self):
        """What needs no person; and nothing is changed by doing it again."""
        assert self.cycle is not None
        number = self.cycle.number
        reached = advancing.advance(number=number, at=self.now)
        assert advancing.advance(number=number, at=self.now) == reached
        assert reached not in (State.CUTOFF, State.SNAPSHOT, State.COMPUTED, State.APPROVED, State.SETOFF_POSTED)
        self.moved_once |= reached in Cycle.MOVING
        self.look()

    @precondition(lambda self: self.state in Cycle.BEFORE_SETOFF)
    @rule(pick=PICK, by_debtor=st.booleans())
    def object_to(self, pick, by_debtor):
        assert self.cycle is not None
        edges = list(CycleEdge.objects.filter(snapshot_id=self.cycle.snapshot_id).order_by("place")) if self.cycle.snapshot_id else []
        if not edges:
            return
        edge = edges[pick % len(edges)]
        sides = [edge.debtor, edge.creditor] if by_debtor else [edge.creditor, edge.debtor]
        who = next((side for side in sides if side in rounds.VILLAGES), None)
        if who is None:  # the federation and the pool object to nothing
            return
        terms = {
            "number": self.cycle.number,
            "obligation_id": edge.obligation_id,
            "village_code": who,
            "act": Act(by=MAKER, at=self.now, reason="Barang tidak sampai"),
        }
        until = self.cycle.objections_until_at
        if self.state not in (State.SNAPSHOT, State.COMPUTED, State.PROPOSED) or until is None or self.now > until:
            with pytest.raises(objections.TooLateToObject):
                objections.object_to(**terms)
        elif parties.POOL in (edge.debtor, edge.creditor):
            with pytest.raises(objections.AgreedAlready):
                objections.object_to(**terms)
        else:
            objections.object_to(**terms)
            objections.object_to(**terms)
        self.look()

    @precondition(lambda self: self.moved_once or self.cycle)
    @rule(pick=PICK)
    def answer(self, pick):
        waiting = list(Objection.objects.filter(released_at=None).order_by("id"))
        if waiting:
            one = waiting[pick % len(waiting)]
            for _tap in range(2):
                objections.answer(number=one.cycle_number, objection_id=one.id, answer="Sudah diperiksa", act=Act(by=MAKER, at=self.now))
            with pytest.raises(objections.NothingToAnswer):
                objections.answer(number=one.cycle_number, objection_id=one.id, answer="Sudah diperiksa", act=Act(by=SECOND, at=self.now))

    @precondition(lambda self: self.cycle)
    @rule(by=st.sampled_from([APPROVER, APPROVER, APPROVER, MAKER_AS_APPROVER]), as_shown=st.sampled_from([True, True, True, False]))
    def approve(self, by, as_shown):
        assert self.cycle is not None
        signed = signature(number=self.cycle.number) if as_shown else "0" * 64
        terms = {"number": self.cycle.number, "signed_sha256": signed, "act": Act(by=by, at=self.now)}
        terms["checked"] = rounds.checked(by=by, at=self.now)
        until = self.cycle.objections_until_at
        if self.state != State.PROPOSED or until is None:
            refusal = lifecycle.CycleMovedOn
        elif by == MAKER_AS_APPROVER:
            refusal = approving.MakerCannotApprove
        elif self.now < until:
            refusal = approving.ObjectionsStillOpen
        else:
            refusal = approving.ProposalChanged if not as_shown else None
        approved_before = self.state in (State.APPROVED, *Cycle.MOVING) and by == APPROVER and as_shown
        if refusal is None or approved_before:
            approving.approve(**terms)
        else:
            with pytest.raises(refusal):
                approving.approve(**terms)
        self.look()

    @precondition(lambda self: self.cycle)
    @rule(really=st.sampled_from([True, False, False]))
    def abort(self, really):
        assert self.cycle is not None
        if not really and self.state in Cycle.BEFORE_SETOFF:
            return
        terms = {"number": self.cycle.number, "act": Act(by=MAKER, at=self.now, reason="Diulang bulan depan")}
        if self.state in Cycle.BEFORE_SETOFF:
            approving.abort(**terms)
            approving.abort(**terms)
        else:
            with pytest.raises(lifecycle.CycleMovedOn):
                approving.abort(**terms)
        self.look()

    @precondition(lambda self: not self.cycle)
    @rule(who=WHO, debtor=st.sampled_from([0, 1_000, 100_000]), creditor=st.sampled_from([0, 1_000, 100_000]))
    def carry(self, who, debtor, creditor):
        carry_terms.set_debtor_limit(village_code=who, amount_rupiah=debtor, act=Act(by=MAKER, at=self.now, reason="Musyawarah"))
        carry_terms.agree(village_code=who, amount_rupiah=creditor, act=Act(by=MAKER, at=self.now))

    def to_the_end_of(self, number: int) -> None:
        """Bring a cycle to where it collects, whatever it takes."""
        if self.state == State.PROPOSED:
            assert self.cycle is not None
            assert self.cycle.objections_until_at is not None
            self.now = max(self.now, self.cycle.objections_until_at)
            rounds.approve(number=number, at=self.now)
        advancing.advance(number=number, at=self.now + datetime.timedelta(seconds=1))
        self.look()
