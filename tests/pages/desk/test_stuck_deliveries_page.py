"""The desk's page of deliveries that failed too often: everybody there sees them, the operator decides and says why."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from federation.models import Purchase
from federation.pages.desk import stuck_deliveries_page
from tenants import activity_log, models
from tests.support import desks, factories, page_text

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/kiriman/"


@pytest.fixture
def stuck() -> list[models.EventDelivery]:
    """Two deliveries of news about one purchase that failed too often."""
    desks.placed()
    return [_stuck(), _stuck()]


def _stuck(**changes: object) -> models.EventDelivery:
    event = models.Event.objects.latest("recorded_at")
    event.id, event.fanned_out_at = uuid.uuid4(), timezone.now()
    event.happened_at = timezone.now() - timedelta(hours=3, minutes=5)
    event.save(force_insert=True)
    values = {"subscriber": "notices", "attempts": 5, "last_error": "DataError: rusak", "state": "needs-person", **changes}
    return models.EventDelivery.objects.create(
        event=event, subject_id=event.subject_id, recorded_at=event.recorded_at, due_at=event.happened_at, **values
    )


def address(delivery: models.EventDelivery, way: str = "ulang") -> str:
    return f"{PATH}{delivery.id}/{way}/"


def decide(client, url: str, reason: str = "Sudah diperbaiki"):
    """Fill in the form of a decision and send it, as a browser would."""
    return page_text.send(client, desks.filled(client, url), reason=reason)


def state(delivery: models.EventDelivery) -> str:
    return models.EventDelivery.objects.get(id=delivery.id).state


def test_what_failed_is_shown_with_what_happened_since_when_and_why(stuck) -> None:
    code = Purchase.objects.get().code

    page = desks.text(desks.browser(factories.OPERATOR).get(PATH))

    assert "2 kiriman sudah dicoba berkali-kali dan tetap gagal." in page
    assert f"Pesanan baru masuk · {code} Untuk Kabar bagi pembeli dan desa Terjadi" in page
    assert "3 jam yang lalu Dicoba 5 kali Sebab terakhir DataError: rusak" in page


def test_the_desk_begins_with_how_many_wait(stuck) -> None:
    operator = desks.browser(factories.OPERATOR)

    start = operator.get("/federasi/")

    assert "2 kiriman sistem gagal berkali-kali dan menunggu keputusan." in desks.text(start)
    assert PATH in page_text.read(start).links


def test_without_any_the_page_says_so_and_the_desk_does_not_name_it() -> None:
    operator = desks.browser(factories.OPERATOR)

    assert "Tidak ada kiriman yang menunggu keputusan." in desks.text(operator.get(PATH))
    assert "kiriman sistem" not in desks.text(operator.get("/federasi/"))


def test_the_operator_sends_one_again_with_a_reason(stuck) -> None:
    operator = desks.browser(factories.OPERATOR)

    answer = decide(operator, address(stuck[0]))

    assert (answer.status_code, answer["Location"]) == (303, f"{PATH}?hasil=delivery_resent")
    assert "Kiriman dicoba lagi." in desks.text(operator.get(answer["Location"]))
    assert [state(one) for one in stuck] == ["waiting", "needs-person"]
    [entry] = activity_log.of_subject(subject_id=stuck[0].id)
    assert (entry.action, entry.by_name, entry.reason) == ("delivery.resent", factories.OPERATOR.name, "Sudah diperbaiki")


def test_the_operator_skips_one_with_a_reason(stuck) -> None:
    operator = desks.browser(factories.OPERATOR)

    answer = decide(operator, address(stuck[0], "lewati"), reason="Sudah ditelepon")

    assert (answer.status_code, answer["Location"]) == (303, f"{PATH}?hasil=delivery_skipped")
    assert [state(one) for one in stuck] == ["skipped", "needs-person"]
    assert [entry.reason for entry in activity_log.of_subject(subject_id=stuck[0].id)] == ["Sudah ditelepon"]


def test_all_of_one_subscriber_are_sent_again_after_an_outage(stuck) -> None:
    operator, other = desks.browser(factories.OPERATOR), _stuck(subscriber="gone")

    assert f"{PATH}semua/notices/ulang/" in page_text.read(operator.get(PATH)).links
    answer = decide(operator, f"{PATH}semua/notices/ulang/")

    assert answer.status_code == 303
    assert [state(one) for one in (*stuck, other)] == ["waiting", "waiting", "needs-person"]
    assert operator.get(f"{PATH}semua/notices/ulang/").status_code == 404


@pytest.mark.parametrize(("reason", "status"), [("", 422), ("x" * 301, 422)])
def test_without_a_reason_nothing_is_done(stuck, reason, status) -> None:
    for way in ("ulang", "lewati"):
        answer = decide(desks.browser(factories.OPERATOR), address(stuck[0], way), reason=reason)
        assert answer.status_code == status
    assert state(stuck[0]) == "needs-person"


def test_what_somebody_else_decided_meanwhile_is_said(stuck) -> None:
    operator = desks.browser(factories.OPERATOR)
    form = desks.filled(operator, address(stuck[0], "lewati"))
    decide(operator, address(stuck[0]))

    answer = page_text.send(operator, form, reason="Uji")

    assert answer.status_code == 409
    assert "sudah tidak menunggu keputusan" in desks.text(answer)
    assert operator.get(address(stuck[0])).status_code == 409
    assert operator.get(f"{PATH}{uuid.uuid4()}/ulang/").status_code == 404
    assert state(stuck[0]) == "waiting"


@pytest.mark.parametrize("person", [factories.APPROVER, factories.AUDITOR])
def test_others_at_the_desk_look_and_decide_nothing(stuck, person) -> None:
    client = desks.browser(person)

    page = client.get(PATH)

    assert "DataError: rusak" in desks.text(page)
    assert [link for link in page_text.read(page).links if link.startswith(PATH) and "bahasa" not in link] == []
    for url in (address(stuck[0]), address(stuck[0], "lewati"), f"{PATH}semua/notices/ulang/"):
        assert client.get(url).status_code == 404
        assert client.post(url, {"reason": "Uji"}).status_code == 404
    assert state(stuck[0]) == "needs-person"


def test_a_manager_of_a_village_finds_nothing_there(stuck) -> None:
    assert desks.browser(factories.SARI).get(PATH).status_code == 404


def test_a_long_list_says_how_many_are_left(stuck, monkeypatch) -> None:
    monkeypatch.setattr(stuck_deliveries_page, "DELIVERIES_MAX", 1)

    assert "Masih ada 1 lagi." in desks.text(desks.browser(factories.OPERATOR).get(PATH))


def test_the_page_asks_no_more_for_more_deliveries(stuck) -> None:
    operator, asked = desks.browser(factories.OPERATOR), []
    for _ in range(3):
        operator.get(PATH)
        with page_text.Statements() as statements:
            operator.get(PATH)
        asked.append(len(statements.said))
        _stuck(), _stuck()
    assert len(set(asked)) == 1
    assert asked[0] <= 9, statements.said


def test_in_english(stuck) -> None:
    operator = desks.browser(factories.OPERATOR)

    page = desks.text(operator.get(PATH, {"bahasa": "en"}, follow=True))

    assert "2 deliveries were tried many times and still fail." in page
    assert "For News for buyers and villages" in page
    assert "3 hours ago Tried 5 times Last reason DataError: rusak" in page
