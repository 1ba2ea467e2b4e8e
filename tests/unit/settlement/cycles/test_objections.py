"""Objections put orders on hold, at any time of the proposal, and never what an approved cycle left with its pool."""

from __future__ import annotations

from datetime import timedelta

import pytest

from settlement import advancing
from settlement.cycles import approving, lifecycle, objections
from settlement.ledger import parties
from settlement.models import Objection, Obligation
from settlement.reports import village_statement
from tenants.acts import Act
from tenants.models import ActivityEntry
from tenants.people.permissions import Principal
from tests.support.settlement import books, races, rounds
from tests.support.settlement.rounds import APPROVER, MAKER, SECOND, T0, A, B


def object_to(obligation: Obligation, *, village: str, number: int = 1, form_key: str = "") -> None:
    objections.object_to(
        number=number, obligation_id=obligation.id, village_code=village, act=Act(by=MAKER, at=T0, key=form_key, reason="Salah hitung")
    )


def statement_of(village: str) -> village_statement.VillageStatement:
    found = village_statement.of(number=1, village_code=village)
    assert found is not None
    return found


def test_what_a_cycle_left_with_its_pool_cannot_be_held_back_on_one_side(market):
    rounds.worked_example()
    rounds.collecting(collection_days=1)
    late = T0 + timedelta(days=1)
    assert advancing.advance(number=1, at=late) == "closed"
    rounds.proposed(number=2, objection_days=1)
    rolled = Obligation.objects.get(debtor=parties.POOL, creditor=B, open_rupiah__gt=0)

    with pytest.raises(objections.AgreedAlready):
        object_to(rolled, village=B, number=2)

    assert rounds.get(2).state == "proposed"


def test_two_villages_may_object_before_the_cycle_is_computed_again(market):
    rounds.worked_example()
    rounds.proposed(objection_days=1)
    first, second = Obligation.objects.filter(debtor=A, creditor=B).get(), Obligation.objects.filter(debtor=B).exclude(creditor="F").get()
    assert not statement_of(B).may_object(at=T0 + timedelta(days=1, seconds=1))
    object_to(first, village=A)

    assert rounds.get().state == "snapshot"
    assert statement_of(B).may_object(at=T0)
    object_to(second, village=B)

    assert advancing.advance(number=1, at=T0) == "proposed"
    assert rounds.solution().gross_rupiah == 240_000 - first.open_rupiah - second.open_rupiah


def test_a_form_that_is_sent_again_after_the_answer_objects_to_nothing(market):
    rounds.worked_example()
    rounds.proposed(objection_days=1)
    held = Obligation.objects.get(debtor=A, creditor=B)
    object_to(held, village=A, form_key="a")
    objections.answer(number=1, objection_id=held.objections.get().id, answer="Benar", act=Act(by=SECOND, at=T0))
    assert advancing.advance(number=1, at=T0) == "proposed"

    object_to(held, village=A, form_key="a")

    assert (held.objections.count(), rounds.get().state) == (1, "proposed")


def test_an_obligation_is_objected_to_once(market):
    rounds.worked_example()
    rounds.proposed(objection_days=1)
    held = Obligation.objects.get(debtor=A, creditor=B)

    object_to(held, village=A)
    object_to(held, village=A)

    assert held.objections.count() == 1
    with pytest.raises(objections.NotYourObligation):
        object_to(held, village=B)


def test_a_cycle_without_a_proposal_is_neither_approved_nor_objected_to(market):
    books.complete(books.sale())
    for cut in (False, True):
        if cut:
            rounds.cut_off()
            assert not statement_of(B).may_object(at=T0)
        with pytest.raises(lifecycle.CycleMovedOn):
            approving.approve(number=1, signed_sha256="0" * 64, act=Act(by=APPROVER, at=T0), checked=rounds.checked())
        with pytest.raises(objections.TooLateToObject):
            object_to(Obligation.objects.get(creditor=B), village=B)


def test_who_answered_an_objection_does_not_approve_the_cycle(market):
    rounds.worked_example()
    rounds.proposed(objection_days=1)
    held = Obligation.objects.get(debtor=A, creditor=B)
    object_to(held, village=A)
    answering = Principal(APPROVER.account_id, SECOND.roles)  # an operator that day, an approver on the next
    objections.answer(number=1, objection_id=held.objections.get().id, answer="Benar", act=Act(by=answering, at=T0))
    assert advancing.advance(number=1, at=T0) == "proposed"

    with pytest.raises(approving.MakerCannotApprove):
        rounds.approve(at=T0 + timedelta(days=1))


def test_an_objection_is_answered_once_and_every_other_answer_is_refused(market):
    rounds.worked_example()
    rounds.proposed(objection_days=2)
    owed = Obligation.objects.get(debtor=A, creditor=B)
    objections.object_to(number=1, obligation_id=owed.id, village_code=A, act=Act(by=MAKER, at=T0, reason="Kurang"))
    terms = {"number": 1, "objection_id": Objection.objects.get().id, "answer": "Sudah diterima Pak RT", "act": Act(by=SECOND, at=T0)}

    outcomes = races.run(4, lambda _: objections.answer(**{**terms, "answer": " Sudah diterima  Pak RT"}))

    assert outcomes == ["done"] * 4
    assert ActivityEntry.objects.filter(action="obligation.answered").count() == 1
    for other in ({"act": Act(by=MAKER, at=T0)}, {"answer": "Belum diterima"}):
        with pytest.raises(objections.NothingToAnswer):
            objections.answer(**{**terms, **other})
    with pytest.raises(objections.NoSuchObjection):  # by the address of another cycle
        objections.answer(**{**terms, "number": 2})
    assert Objection.objects.get().answer == "Sudah diterima Pak RT"
