"""A buyer on the pages of a purchase that is paid at the gateway of tests."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from federation.models import GatewayPayment
from marketplace.gateway_payments import payment_round
from tests.support import buying, factories, page_text
from tests.support.gateways.stateful import NAME


def order(visitor: Client, goods: dict, *, method: str = "card") -> str:
    """Order with this method at every seller; gives the purchase's address."""
    page = buying.to_checkout(visitor, goods)
    answer = visitor.get("/keranjang/pesan/")
    ways = {
        f"cara-{seller}": next(way for way in buying.ways(answer, seller) if way.startswith(f"{method}:pickup"))
        for seller in factories.VILLAGES
        if buying.ways(answer, seller)
    }
    form = page.form("/keranjang/pesan/")
    return page_text.send(visitor, form, name="Bu Wati", phone="0812 9999 0001", address="Dusun", **ways)["Location"]


def read(visitor: Client, url: str) -> page_text.Page:
    return page_text.read(visitor.get(url))


def press(visitor: Client, url: str, channel: str = "card"):
    """Choose a channel and press the button."""
    return page_text.send(visitor, read(visitor, url).form(f"{url}bayar/"), cara=channel)


def key() -> str:
    """Of the newest payment."""
    return GatewayPayment.objects.latest("id").key


def told(gateway) -> None:
    for _kind, spoken_of in gateway.notifications:
        payment_round.ask_about(gateway=NAME, key=spoken_of, at=timezone.now())
    gateway.notifications.clear()


def refreshes(page: page_text.Page) -> list[str]:
    return [has["content"] for tag, has in page.tags if tag == "meta" and has.get("http-equiv") == "refresh"]
