"""One village's limit at the desk: seen by everybody there with its history, changed by the operator alone and by a second tap."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from settlement.ledger import limits
from settlement.reports import limit_history
from tenants import acts
from tenants.models import ActivityEntry
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")
SUKAMAJU = f"/federasi/batas/{factories.SUKAMAJU}/"
CHANGE = f"{SUKAMAJU}ubah/"


def limit(rupiah: int) -> None:
    limits.set_limit(village_code=factories.SUKAMAJU, limit_rupiah=rupiah, act=acts.by_command_line(at=shopping.NOON, reason="uji"))


def send(client: Client, page: HttpResponse, **typed: str) -> HttpResponse:
    """Send the form of the page that asks for a limit, or of the question that shows it before and after."""
    [form] = [form for form in page_text.read(page).forms if "limit_rupiah" in form.values]
    form.action = CHANGE
    return page_text.send(client, form, **typed)


def test_the_operator_sees_before_and_after_and_then_changes_it() -> None:
    operator = desks.browser(factories.OPERATOR)
    opened = operator.get(CHANGE)
    assert page_text.read(opened).form(CHANGE).values.items() >= {"limit_rupiah": "50.000.000", "guest_share": "20"}.items()

    asked = send(operator, opened, limit_rupiah="Rp 75.000.000", guest_share="12,5", reason="Modal bertambah")
    assert asked.status_code == 200
    assert desks.question(asked) is not None
    assert "Batas Rp 50.000.000 → Rp 75.000.000 Batas tamu Rp 10.000.000 → Rp 9.375.000 Alasannya Modal bertambah" in desks.text(asked)
    assert limit_history.changes(village_code=factories.SUKAMAJU) == []  # nothing was done yet

    done = [send(operator, asked) for _tap in range(2)]
    assert {(answer.status_code, answer["Location"]) for answer in done} == {(303, f"{SUKAMAJU}?hasil=limit_changed")}
    said = desks.text(operator.get(done[0]["Location"]))
    assert "Batas sudah diubah dan berlaku mulai sekarang" in said
    assert re.search(r"Galih Rp 50\.000\.000 → Rp 75\.000\.000 Rp 10\.000\.000 → Rp 9\.375\.000 Modal bertambah", said)
    [entry] = ActivityEntry.objects.filter(action="limit.changed")
    assert (entry.by, entry.subject_id) == (factories.OPERATOR.id, factories.SUKAMAJU)
    again = operator.get(CHANGE)
    assert page_text.read(again).form(CHANGE).values.items() >= {"limit_rupiah": "75.000.000", "guest_share": "12,5"}.items()


def test_a_form_that_was_sent_does_not_do_something_else() -> None:
    operator = desks.browser(factories.OPERATOR)
    asked = send(operator, operator.get(CHANGE), limit_rupiah="75000000", reason="Modal")
    send(operator, asked)

    asked_again = send(operator, asked, limit_rupiah="76000000")
    other = send(operator, asked_again)

    assert "Batas Rp 75.000.000 → Rp 76.000.000" in desks.text(asked_again)
    assert other.status_code == 422
    assert "sudah pernah dikirim dengan isi lain" in desks.text(other)
    assert limits.use(village_code=factories.SUKAMAJU).limit_rupiah == 75_000_000
    answer = send(operator, other, limit_rupiah="76000000", reason="Modal")  # the page that said no has a fresh form
    assert send(operator, answer).status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"limit_rupiah": ""}, "Tulis batasnya, misalnya 75.000.000."),
        ({"limit_rupiah": "banyak"}, "Tulis rupiah bulat tanpa sen"),
        ({"limit_rupiah": "-5"}, "Tulis rupiah bulat tanpa sen"),
        ({"limit_rupiah": "9" * 13}, "Angkanya terlalu besar: tulis paling banyak 12 angka."),
        ({"guest_share": "101"}, "Tulis persen dari 0 sampai 100"),
        ({"guest_share": ""}, "Tulis bagian tamu dalam persen"),
        ({"reason": "  "}, "Tulis alasan perubahan batas."),
        ({"reason": "a" * 301}, "300"),
        ({"limit_rupiah": "50.000.000", "guest_share": "20"}, "Batas dan bagian tamu itu sudah berlaku"),
    ],
)
def test_bad_numbers_are_said_clearly_and_change_nothing(typed, said) -> None:
    operator = desks.browser(factories.OPERATOR)
    good = {"limit_rupiah": "75.000.000", "guest_share": "20", "reason": "Modal"}

    for answered in ({}, {"yakin": "x"}) if "sudah berlaku" not in said else ({},):
        answer = operator.post(CHANGE, {**good, **typed, **answered, "form_key": "k" * 32})
        assert answer.status_code == 422
        assert said in desks.text(answer)

    assert limit_history.changes(village_code=factories.SUKAMAJU) == []


def test_a_limit_below_what_is_in_use_is_said_before_it_is_set() -> None:
    desks.sold(price_rupiah=1_000_000)
    operator = desks.browser(factories.OPERATOR)

    asked = send(operator, operator.get(CHANGE), limit_rupiah="2.000.000", reason="Kas seret")

    assert "Batas itu di bawah yang sudah terpakai, Rp 3.000.000." in desks.text(asked)
    assert send(operator, asked).status_code == 303
    assert limits.use(village_code=factories.SUKAMAJU).state == "reached"


def test_what_changed_between_question_and_answer_is_asked_about_again() -> None:
    operator = desks.browser(factories.OPERATOR)
    asked = send(operator, operator.get(CHANGE), limit_rupiah="75000000", reason="Modal")
    limit(20_000_000)

    again = send(operator, asked)

    assert again.status_code == 200
    assert "Batas Rp 20.000.000 → Rp 75.000.000" in desks.text(again)
    assert limits.use(village_code=factories.SUKAMAJU).limit_rupiah == 20_000_000
    assert send(operator, again).status_code == 303


@pytest.mark.parametrize("person", [factories.APPROVER, factories.AUDITOR], ids=lambda person: person.role)
def test_others_at_the_desk_look_and_do_not_change(person) -> None:
    client = desks.browser(person)

    page = client.get(SUKAMAJU)

    assert page.status_code == 200
    assert "Ubah batas" not in desks.text(page)
    typed = {"limit_rupiah": "1", "guest_share": "1", "reason": "iseng", "form_key": "k" * 32}
    assert client.get(CHANGE).status_code == 404
    assert client.post(CHANGE, typed).status_code == 404
    assert limit_history.changes(village_code=factories.SUKAMAJU) == []


def test_what_was_changed_from_the_machine_stands_in_the_history_too() -> None:
    limit(60_000_000)

    said = desks.text(desks.browser(factories.AUDITOR).get(SUKAMAJU))

    assert "pengelola sistem Rp 50.000.000 → Rp 60.000.000" in said
