"""What is decided about one cycle at the desk: approval by a second person with a one-time code, answers to objections, giving it up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse

from settlement import advancing
from settlement.cycles import objections
from settlement.models import Approval, CycleEdge, Objection
from tests.support import authenticator, desks, factories, page_text
from tests.unit.settlement.cycles import rounds

pytestmark = pytest.mark.usefixtures("market")
FIRST = "/federasi/putaran/1/"
LATER = rounds.T0 + timedelta(minutes=5)  # a step of one-time codes begins here


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list:
    """The time of day at the desk; a test moves it on."""
    now = [LATER]
    monkeypatch.setattr("federation.pages.desk.settlement.cycle_page.timezone.now", lambda: now[0])
    return now


def press(deed: str, person: factories.Person, **typed: str) -> HttpResponse:
    client = desks.browser(person)
    form = page_text.read(client.get(FIRST)).form("", deed=deed)
    form.action = FIRST
    return page_text.send(client, form, **typed)


def text(person: factories.Person = factories.APPROVER) -> str:
    return desks.text(desks.browser(person).get(FIRST))


def deeds(person: factories.Person) -> set[str]:
    """What the page lets this person do."""
    page = page_text.read(desks.browser(person).get(FIRST))
    return {form.values["deed"] for form in page.forms if "deed" in form.values}


def object_to(*, reason: str = "Barangnya tidak sampai") -> Objection:
    """Sukamaju objects to what it owes Cibiru."""
    snapshot = rounds.get().snapshot_id
    edge = CycleEdge.objects.get(snapshot_id=snapshot, debtor=rounds.A, creditor=rounds.B)
    terms = {"number": 1, "obligation_id": edge.obligation_id, "village_code": rounds.A, "by": factories.RATNA.id}
    objections.object_to(reason=reason, at=rounds.T0, **terms)
    advancing.advance(number=1, at=rounds.T0)
    return Objection.objects.get()


def test_a_wrong_code_approves_nothing() -> None:
    rounds.worked_example()
    rounds.proposed()
    secret = authenticator.enrolled(at=LATER - timedelta(days=1))
    assert "176.400 utang dihapus, Rp 41.200 ditagih" in text()

    wrong = press("approve", factories.APPROVER, code=authenticator.wrong(secret, LATER))
    assert wrong.status_code == 422
    assert "Kodenya tidak cocok" in desks.text(wrong)
    assert rounds.get().state == "proposed"


def test_tapping_twice_approves_once_and_both_taps_say_so(clock) -> None:
    rounds.worked_example()
    rounds.proposed()
    secret = authenticator.enrolled(at=LATER - timedelta(days=1))
    client = desks.browser(factories.APPROVER)
    form = page_text.read(client.get(FIRST)).form("", deed="approve")
    form.action = FIRST

    taps = [page_text.send(client, form, code=authenticator.code(secret, LATER)) for _ in range(2)]

    assert [tap.status_code for tap in taps] == [303, 303]
    assert "Putaran disetujui." in desks.text(client.get(taps[1]["Location"]))
    assert rounds.get().state == "approved"
    [approval] = Approval.objects.all()
    assert (approval.approver, approval.maker) == (factories.APPROVER.id, rounds.MAKER)
    assert approval.sha256 == form.values["signature"]
    assert deeds(factories.APPROVER) == set()


def test_a_code_used_for_something_else_is_said_so(clock) -> None:
    rounds.worked_example()
    rounds.proposed()
    secret = authenticator.enrolled(at=LATER)

    answer = press("approve", factories.APPROVER, code=authenticator.code(secret, LATER))

    assert answer.status_code == 422
    assert "Kode ini sudah dipakai." in desks.text(answer)
    assert rounds.get().state == "proposed"


def test_what_changed_since_the_page_was_opened_is_not_approved(clock) -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=1)
    secret = authenticator.enrolled(at=LATER - timedelta(days=1))
    clock[0] = LATER + timedelta(days=2)
    client = desks.browser(factories.APPROVER)
    form = page_text.read(client.get(FIRST)).form("", deed="approve")
    form.action = FIRST
    object_to()

    answer = page_text.send(client, form, code=authenticator.code(secret, clock[0]))

    assert answer.status_code == 409
    assert "Hitungan putaran ini berubah sejak halaman dibuka." in desks.text(answer)
    assert page_text.read(answer).form("", deed="approve").values["signature"] != form.values["signature"]
    assert not Approval.objects.exists()


def test_the_form_is_there_only_for_who_can_use_it(clock) -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=2)
    authenticator.enrolled(at=LATER - timedelta(days=1))
    assert deeds(factories.APPROVER) == set()
    assert "Bisa disetujui mulai 03/07/2026 10.00" in text()

    clock[0] = LATER + timedelta(days=2)

    assert deeds(factories.APPROVER) == {"approve"}
    assert deeds(factories.OPERATOR) == {"abort"}
    assert deeds(factories.AUDITOR) == set()


def test_without_codes_the_page_leads_to_where_they_are_set_up() -> None:
    rounds.worked_example()
    rounds.proposed()

    page = page_text.read(desks.browser(factories.APPROVER).get(FIRST))

    assert "Kode sekali pakai Anda belum dipasang." in page.text
    assert "/federasi/kode/" in page.links


def test_who_closed_the_books_is_told_that_another_approves() -> None:
    rounds.worked_example()
    factories.MembershipFactory(user_id=factories.OPERATOR.id, user=None, village_code="", role="approver")
    client = desks.browser(factories.OPERATOR)
    client.post("/federasi/putaran/", {"deed": "cutoff", "number": "1", "objection_days": "1", "collection_days": "7"})
    advancing.advance(number=1, at=rounds.T0)

    page = page_text.read(client.get(FIRST))

    assert "Anda sendiri yang menutup buku putaran ini" in page.text
    assert {form.values.get("deed") for form in page.forms} - {None} == {"abort"}


def test_an_objection_waits_for_the_operator_and_is_answered_once() -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=2)
    objection = object_to()
    assert "1 keberatan desa menunggu jawaban operator. Desa masih boleh keberatan sampai" in text(factories.AUDITOR)
    assert "answer" not in deeds(factories.AUDITOR)
    client = desks.browser(factories.OPERATOR)
    assert "Kewajiban Sukamaju kepada Cibiru, Rp 98.000" in desks.text(client.get(FIRST))
    form = page_text.read(client.get(FIRST)).form("", deed="answer", objection=str(objection.id))
    form.action = FIRST

    empty = page_text.send(client, form, answer=" ")
    assert empty.status_code == 422
    assert "Tulis alasannya, supaya desa lain" in desks.text(empty)
    taps = [page_text.send(client, form, answer="Sudah  diterima Pak RT") for _ in range(2)]
    other = page_text.send(client, form, answer="Lain lagi")

    assert [tap.status_code for tap in taps] == [303, 303]
    assert other.status_code == 409
    objection.refresh_from_db()
    assert (objection.answer, objection.released_by) == ("Sudah diterima Pak RT", factories.OPERATOR.id)
    assert "“Sudah diterima Pak RT”" in text(factories.AUDITOR)


def test_an_objection_that_outlives_its_cycle_is_not_forgotten() -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=2)
    object_to()

    press("abort", factories.OPERATOR, reason="Tanggalnya keliru")

    listed = page_text.read(desks.browser(factories.AUDITOR).get("/federasi/putaran/"))
    assert "Putaran 1: 1 keberatan desa menunggu jawaban operator." in listed.text
    assert press("answer", factories.OPERATOR, answer="Sudah dikembalikan").status_code == 303
    assert "keberatan desa menunggu" not in desks.text(desks.browser(factories.AUDITOR).get("/federasi/putaran/"))


def test_a_cycle_is_given_up_with_a_reason_and_only_before_its_set_off() -> None:
    rounds.worked_example()
    rounds.proposed()

    assert press("abort", factories.OPERATOR, reason="").status_code == 422
    done = press("abort", factories.OPERATOR, reason="Tanggalnya keliru.")

    assert done.status_code == 303
    assert rounds.get().state == "aborted"
    assert "Dibatalkan: Tanggalnya keliru. Semua utangnya masuk putaran berikutnya." in text()
    assert deeds(factories.OPERATOR) == set()
    rounds.collecting(number=2)
    late = desks.browser(factories.OPERATOR).post("/federasi/putaran/2/", {"deed": "abort", "reason": "terlambat"})
    assert late.status_code == 409
    assert "terlambat" not in desks.text(late)  # the form is gone with the right to it
    assert rounds.get(2).state == "collecting"


def test_deeds_are_404_for_whoever_may_not_do_them() -> None:
    rounds.worked_example()
    rounds.proposed()
    wrong = {"approve": (factories.OPERATOR, factories.AUDITOR), "abort": (factories.APPROVER,), "answer": (factories.AUDITOR,)}

    for deed, people in wrong.items():
        for person in (*people, factories.TINI):
            answer = desks.browser(person).post(FIRST, {"deed": deed, "reason": "x", "answer": "x", "code": "123456"})
            assert answer.status_code == 404, (deed, person)
    assert rounds.get().state == "proposed"
