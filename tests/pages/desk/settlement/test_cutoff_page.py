"""Closing the books of a cycle at the desk: by the operator alone, once, with days that can be."""

from __future__ import annotations

import pytest

from tenants.models import ActivityEntry
from tests.support import desks, factories, page_text
from tests.support.settlement import rounds

pytestmark = pytest.mark.usefixtures("market")
LIST = "/federasi/putaran/"
PATH = f"{LIST}1/tutup/"
DAYS = {"objection_days": "3", "collection_days": "9"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of day at the desk."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: rounds.T0)


def test_the_operator_closes_the_books_once_however_often_the_button_is_tapped() -> None:
    rounds.worked_example()
    operator = desks.browser(factories.OPERATOR)
    listed = operator.get(LIST)
    assert "Sekarang terbuka 6 kewajiban antardesa, seluruhnya Rp 240.000." in desks.text(listed)
    assert PATH in page_text.read(listed).links

    asked = page_text.send(operator, desks.filled(operator, PATH), **DAYS)
    said = desks.text(asked)
    assert "Tutup buku putaran 1?" in said
    assert "Hari untuk keberatan 3 Hari untuk membayar 9 Kewajiban yang ikut 6 Seluruhnya Rp 240.000" in said
    assert "tidak bisa dibuka lagi" in said
    assert rounds.get(1).state == "open"  # asking did nothing
    form = desks.question(asked)
    taps = [page_text.send(operator, form) for _ in range(2)]

    assert [tap.status_code for tap in taps] == [303, 303]
    said = desks.text(operator.get(taps[0]["Location"]))
    assert "Buku sudah ditutup." in said
    assert "Putaran 1: Sedang dikerjakan sistem" in said
    cycle = rounds.get(1)
    assert (cycle.state, cycle.made_by, cycle.objection_days, cycle.collection_days) == ("cutoff", factories.OPERATOR.id, 3, 9)
    assert rounds.get(2).state == "open"
    assert [entry.by for entry in ActivityEntry.objects.filter(action="cycle.cutoff")] == [factories.OPERATOR.id]
    assert operator.get(PATH)["Location"] == LIST  # nothing to close there any more


def test_other_days_are_asked_about_again() -> None:
    operator = desks.browser(factories.OPERATOR)
    form = desks.question(page_text.send(operator, desks.filled(operator, PATH), **DAYS))

    again = page_text.send(operator, form, collection_days="7")

    assert "Hari untuk membayar 7" in desks.text(again)
    assert rounds.get(1).state == "open"
    for without in ("", "ya"):
        assert operator.post(PATH, {**DAYS, "yakin": without}).status_code == 200
    assert rounds.get(1).state == "open"


def test_days_that_cannot_be_are_said_where_they_were_typed() -> None:
    operator = desks.browser(factories.OPERATOR)
    bounds, too_long = "Isi jumlah hari dengan angka bulat dari 1 sampai 90.", "Angkanya terlalu besar: tulis paling banyak 12 angka."
    for days, said in (*[(days, bounds) for days in ("", "-1", "0", "91", "tiga")], ("9" * 400, too_long)):
        answer = desks.press(operator, PATH, objection_days=days, collection_days="7")

        assert answer.status_code == 422
        assert said in desks.text(answer)
        assert page_text.read(answer).form("").values["objection_days"] == days
    assert rounds.get(1).state == "open"


def test_a_second_cycle_is_not_closed_while_the_first_is_under_way() -> None:
    rounds.proposed(number=1)
    operator = desks.browser(factories.OPERATOR)
    listed = page_text.read(operator.get(LIST))
    assert listed.text.count("Bukunya baru bisa ditutup sesudah putaran 1 selesai") == 2
    assert [link for link in listed.links if link.endswith("/tutup/")] == []

    answer = operator.post(f"{LIST}2/tutup/", DAYS)

    assert answer.status_code == 409
    assert "Putaran 1 belum selesai." in desks.text(answer)
    assert rounds.get(2).state == "open"


def test_a_cycle_that_is_not_there_is_404() -> None:
    operator = desks.browser(factories.OPERATOR)
    for number in (7, 0, 2**31, 10**30):
        assert operator.get(f"{LIST}{number}/tutup/").status_code == 404
        assert operator.post(f"{LIST}{number}/tutup/", DAYS).status_code == 404


def test_only_the_operator_closes_books() -> None:
    for person in (factories.APPROVER, factories.AUDITOR, factories.RATNA):
        client = desks.browser(person)
        assert client.get(PATH).status_code == 404
        assert client.post(PATH, DAYS).status_code == 404
    for person in (factories.APPROVER, factories.AUDITOR):
        assert PATH not in page_text.read(desks.browser(person).get(LIST)).links
    assert rounds.get(1).state == "open"
