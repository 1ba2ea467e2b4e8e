"""What gateways send to the door for notifications: it says where to look, and only what is read there counts."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client

from api import gateway_notifications
from federation.models import GatewayPayment, SellerOrder
from tenants import clock, throttle
from tests.support import factories, shopping
from tests.support.gateways import paying
from tests.support.gateways.stateful import NAME, SIGNATURE
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules

pytestmark = pytest.mark.usefixtures("static_files")
PATH = f"/api/gerbang/{NAME}/kabar/"


@pytest.fixture
def key(market, gateway, monkeypatch) -> str:
    """Our key of a payment that waits at the gateway."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: shopping.later(5))
    monkeypatch.setattr(clock, "required", lambda: shopping.later(5))
    return paying.key_of(paying.start(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card")))


def send(body: object, *, path: str = PATH, signature: str = SIGNATURE, client: Client | None = None):
    """A notification as a gateway sends it: without any cookie or token of ours."""
    client = client or Client(enforce_csrf_checks=True)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content, content_type="application/json", headers={"X-Signature": signature})


def state() -> str:
    return GatewayPayment.objects.get().state


def test_a_payment_is_read_at_the_gateway_and_counts_once(gateway, key):
    gateway.pay(key)
    for _again in range(3):
        answer = send({"key": key})
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert SellerOrder.objects.get().paid_at is not None
    assert broken_rules() == []


def test_what_the_body_says_is_not_believed(gateway, key):
    assert send({"key": key, "state": "succeeded", "amount": 1}).status_code == 200
    assert state() == "pending"
    assert SellerOrder.objects.get().paid_at is None


def test_a_key_of_nothing_is_answered_like_one_of_ours(gateway, key):
    for other in (uuid.uuid4().hex, "kunci", "", "0" * 40_000):
        answer = send({"key": other})
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert send({"event": "balance.changed"}).status_code == 200
    assert "read" not in " ".join(gateway.calls)


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"{", b"[1]", b"null"])
def test_garbage_is_refused(gateway, key, body):
    assert send(body).status_code == 400


@pytest.mark.parametrize("other", [5, True, ["a"], {"a": 1}, 1.5])
def test_so_is_a_key_that_is_no_text(gateway, key, other):
    assert send({"key": other}).status_code == 400
    assert "read" not in " ".join(gateway.calls)


def test_so_is_what_the_gateway_has_not_signed(gateway, key):
    gateway.pay(key)
    assert send({"key": key}, signature="saya juga").status_code == 400
    assert state() == "pending"


def test_a_form_is_refused(gateway, key):
    assert Client().post(PATH, {"key": key}).status_code == 400  # in pieces
    answer = Client().post(PATH, f"key={key}", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_a_huge_body_is_not_read(gateway, key):
    assert send(b"x" * (gateway_notifications.BODY_BYTES_MAX + 1)).status_code == 413
    assert send({"key": key, "filling": "x" * 60_000}).status_code == 200


def test_an_unknown_gateway_has_no_door(gateway, key):
    for name in ("lain", "uji2", "%00"):
        assert send({"key": key}, path=f"/api/gerbang/{name}/kabar/").status_code in (400, 404)
    assert state() == "pending"


def test_without_any_gateway_there_is_no_door(market):
    assert send({"key": "x"}).status_code == 404


def test_while_the_gateway_is_silent_it_shall_say_so_again(gateway, key):
    gateway.pay(key)
    gateway.does_not_answer("read")
    assert send({"key": key}).status_code == 503
    assert state() == "pending"
    gateway.does_not_answer()
    assert send({"key": key}).status_code == 200
    assert state() == "succeeded"


def test_what_it_says_and_nobody_can_book_is_taken_in_for_a_person(gateway, key):
    gateway.pay(key, charge_rupiah=-100)
    assert send({"key": key}).status_code == 200
    assert (state(), GatewayPayment.objects.get().problem) == ("pending", "unreadable")


def test_nobody_hammers_it(gateway, key, monkeypatch):
    monkeypatch.setattr(gateway_notifications, "PER_ADDRESS_MAX", 3)
    answers = [send({"key": key}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


def test_it_sets_no_cookie_and_takes_no_look(gateway, key):
    client = Client()
    answer = send({"key": key}, client=client)
    assert client.cookies == {}
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get(PATH).status_code == 405


@pytest.mark.parametrize(
    ("module", "function", "error", "status"),
    [
        (clock, "required", clock.ClockJumped(now="2027-01-14", expected="2026-11-30"), "clock-doubted"),
        (throttle, "hit", throttle.CannotCount(), "cannot-count"),
    ],
)
def test_what_cannot_be_taken_in_now_shall_come_again(gateway, key, monkeypatch, module, function, error, status):
    def refuse(**_):
        raise error

    monkeypatch.setattr(module, function, refuse)
    answer = send({"key": key})
    assert (answer.status_code, answer.json()) == (503, {"status": status})
