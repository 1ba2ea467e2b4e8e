"""What is decided about one cycle at the desk: approval by a second person with a one-time code, answers to objections, giving it up."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.http import HttpResponse

from settlement import advancing
from settlement.cycles import objections
from settlement.models import Approval, CycleEdge, Objection
from tenants.acts import Act
from tests.support import authenticator, desks, factories, page_text
from tests.support.settlement import rounds

pytestmark = pytest.mark.usefixtures("market")
FIRST = "/federasi/putaran/1/"
APPROVE, ABORT = f"{FIRST}setujui/", f"{FIRST}batal/"
LATER = rounds.T0 + timedelta(minutes=5)  # a step of one-time codes begins here
PAGES = {"uang/", "cocok/", "pihak.csv"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list:
    """The time of day at the desk; a test moves it on."""
    now = [LATER]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    return now


def press(url: str, person: factories.Person, **typed: str) -> HttpResponse:
    return desks.press(desks.browser(person), url, **typed)


def text(url: str = FIRST, person: factories.Person = factories.APPROVER) -> str:
    return desks.text(desks.browser(person).get(url))


def actions(person: factories.Person) -> set[str]:
    """What the page of the cycle leads this person to do."""
    return desks.offered(desks.browser(person), FIRST) - PAGES


def may_approve(person: factories.Person = factories.APPROVER) -> bool:
    """Whether the page of the approval has its form."""
    return [form for form in page_text.read(desks.browser(person).get(APPROVE)).forms if "signature" in form.values] != []


def object_to(*, reason: str = "Barangnya tidak sampai") -> Objection:
    """Sukamaju objects to what it owes Cibiru."""
    snapshot = rounds.get().snapshot_id
    edge = CycleEdge.objects.get(snapshot_id=snapshot, debtor=rounds.A, creditor=rounds.B)
    terms = {"number": 1, "obligation_id": edge.obligation_id, "village_code": rounds.A}
    objections.object_to(**terms, act=Act(by=factories.RATNA.principal, at=rounds.T0, reason=reason))
    advancing.advance(number=1, at=rounds.T0)
    return Objection.objects.get()


def test_a_wrong_code_approves_nothing() -> None:
    rounds.worked_example()
    rounds.proposed()
    secret = authenticator.enrolled(at=LATER - timedelta(days=1))
    assert "176.400 utang dihapus, Rp 41.200 ditagih" in text(APPROVE)

    wrong = press(APPROVE, factories.APPROVER, code=authenticator.wrong(secret, LATER))
    assert wrong.status_code == 422
    assert "Kodenya tidak cocok" in desks.text(wrong)
    assert rounds.get().state == "proposed"


def test_tapping_twice_approves_once_and_both_taps_say_so(clock) -> None:
    rounds.worked_example()
    rounds.proposed()
    secret = authenticator.enrolled(at=LATER - timedelta(days=1))
    client = desks.browser(factories.APPROVER)
    form = desks.filled(client, APPROVE)

    taps = [page_text.send(client, form, code=authenticator.code(secret, LATER)) for _ in range(2)]

    assert [tap.status_code for tap in taps] == [303, 303]
    assert "Putaran disetujui." in desks.text(client.get(taps[1]["Location"]))
    assert rounds.get().state == "approved"
    [approval] = Approval.objects.all()
    assert (approval.approver, approval.maker) == (factories.APPROVER.id, rounds.MAKER.account_id)
    assert approval.sha256 == form.values["signature"]
    assert actions(factories.APPROVER) == set()


def test_a_code_used_for_something_else_is_said_so(clock) -> None:
    rounds.worked_example()
    rounds.proposed()
    secret = authenticator.enrolled(at=LATER)

    answer = press(APPROVE, factories.APPROVER, code=authenticator.code(secret, LATER))

    assert answer.status_code == 422
    assert "Kode ini sudah dipakai." in desks.text(answer)
    assert rounds.get().state == "proposed"


def test_what_changed_since_the_page_was_opened_is_not_approved(clock) -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=1)
    secret = authenticator.enrolled(at=LATER - timedelta(days=1))
    clock[0] = LATER + timedelta(days=2)
    client = desks.browser(factories.APPROVER)
    form = desks.filled(client, APPROVE)
    object_to()

    answer = page_text.send(client, form, code=authenticator.code(secret, clock[0]))

    assert answer.status_code == 409
    assert "Hitungan putaran ini berubah sejak halaman dibuka." in desks.text(answer)
    assert page_text.read(answer).form("").values["signature"] != form.values["signature"]
    assert not Approval.objects.exists()


def test_the_form_is_there_only_for_who_can_use_it(clock) -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=2)
    authenticator.enrolled(at=LATER - timedelta(days=1))
    assert actions(factories.APPROVER) == {"setujui/"}
    assert not may_approve()
    assert "Bisa disetujui mulai 03/07/2026 10.00" in text(APPROVE)

    clock[0] = LATER + timedelta(days=2)

    assert may_approve()
    assert actions(factories.OPERATOR) == {"batal/"}
    assert actions(factories.AUDITOR) == set()


def test_without_codes_the_page_leads_to_where_they_are_set_up() -> None:
    rounds.worked_example()
    rounds.proposed()

    page = page_text.read(desks.browser(factories.APPROVER).get(APPROVE))

    assert "Kode sekali pakai Anda belum dipasang." in page.text
    assert "/federasi/kode/" in page.links
    assert not may_approve()


def test_who_closed_the_books_is_told_that_another_approves() -> None:
    rounds.worked_example()
    factories.MembershipFactory(user_id=factories.OPERATOR.id, user=None, village_code="", role="approver")
    client = desks.browser(factories.OPERATOR)
    desks.answered(client, client.post(f"{FIRST}tutup/", {"objection_days": "1", "collection_days": "7"}))
    advancing.advance(number=1, at=rounds.T0)

    assert "Anda sendiri yang menutup buku putaran ini" in text(APPROVE, factories.OPERATOR)
    assert not may_approve(factories.OPERATOR)


def test_what_is_decided_already_leads_back_to_the_cycle() -> None:
    rounds.worked_example()
    rounds.collecting()
    for url, person in ((APPROVE, factories.APPROVER), (ABORT, factories.OPERATOR)):
        answer = desks.browser(person).get(url)
        assert (answer.status_code, answer["Location"]) == (303, FIRST)


def test_an_objection_waits_for_the_operator_and_is_answered_once() -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=2)
    objection = object_to()
    assert "1 keberatan desa menunggu jawaban operator. Desa masih boleh keberatan sampai" in text(person=factories.AUDITOR)
    assert actions(factories.AUDITOR) == set()
    client, url = desks.browser(factories.OPERATOR), f"{FIRST}keberatan/{objection.id}/"
    assert url in page_text.read(client.get(FIRST)).links
    assert "Kewajiban Sukamaju kepada Cibiru, Rp 98.000" in desks.text(client.get(url))
    form = desks.filled(client, url)

    empty = page_text.send(client, form, answer=" ")
    assert empty.status_code == 422
    assert "Tulis alasannya, supaya desa lain" in desks.text(empty)
    taps = [page_text.send(client, form, answer="Sudah  diterima Pak RT") for _ in range(2)]
    other = page_text.send(client, form, answer="Lain lagi")

    assert [tap.status_code for tap in taps] == [303, 303]
    assert other.status_code == 409
    objection.refresh_from_db()
    assert (objection.answer, objection.released_by) == ("Sudah diterima Pak RT", factories.OPERATOR.id)
    assert "“Sudah diterima Pak RT”" in text(person=factories.AUDITOR)
    assert client.get(url)["Location"] == FIRST


def test_an_objection_that_outlives_its_cycle_is_not_forgotten() -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=2)
    objection = object_to()

    press(ABORT, factories.OPERATOR, reason="Tanggalnya keliru")

    listed = page_text.read(desks.browser(factories.AUDITOR).get("/federasi/putaran/"))
    assert "Putaran 1: 1 keberatan desa menunggu jawaban operator." in listed.text
    assert press(f"{FIRST}keberatan/{objection.id}/", factories.OPERATOR, answer="Sudah dikembalikan").status_code == 303
    assert "keberatan desa menunggu" not in desks.text(desks.browser(factories.AUDITOR).get("/federasi/putaran/"))


def test_a_cycle_is_given_up_with_a_reason_and_only_before_its_set_off() -> None:
    rounds.worked_example()
    rounds.proposed()

    assert press(ABORT, factories.OPERATOR, reason="").status_code == 422
    done = press(ABORT, factories.OPERATOR, reason="Tanggalnya keliru.")

    assert done.status_code == 303
    assert rounds.get().state == "aborted"
    assert "Dibatalkan: Tanggalnya keliru. Semua utangnya masuk putaran berikutnya." in text()
    assert actions(factories.OPERATOR) == set()
    rounds.collecting(number=2)
    late = desks.browser(factories.OPERATOR).post("/federasi/putaran/2/batal/", {"reason": "terlambat"})
    assert late.status_code == 409
    assert "terlambat" not in desks.text(late)  # the form is gone with the right to it
    assert rounds.get(2).state == "collecting"


def test_an_objection_that_is_not_there_is_404() -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=2)
    objection, operator = object_to(), desks.browser(factories.OPERATOR)

    for url in (f"{FIRST}keberatan/{uuid.uuid4()}/", f"/federasi/putaran/2/keberatan/{objection.id}/", f"{FIRST}keberatan/x/"):
        assert operator.get(url).status_code == 404
        assert operator.post(url, {"answer": "ya"}).status_code == 404


def test_actions_are_404_for_whoever_may_not_do_them() -> None:
    rounds.worked_example()
    rounds.proposed(objection_days=2)
    answer = f"{FIRST}keberatan/{object_to().id}/"
    wrong = {APPROVE: (factories.OPERATOR, factories.AUDITOR), ABORT: (factories.APPROVER,), answer: (factories.AUDITOR,)}

    for url, people in wrong.items():
        for person in (*people, factories.TINI):
            client = desks.browser(person)
            assert client.get(url).status_code == 404, (url, person)
            assert client.post(url, {"reason": "x", "answer": "x", "code": "123456"}).status_code == 404, (url, person)
    assert rounds.get().state == "proposed"
