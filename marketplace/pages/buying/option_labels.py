"""The labels of the options to pay and to get goods: where, until when, at what hours, and what happens otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from django.utils.translation import gettext as _

from federation.buying import order_drafts, order_states, payment_methods
from federation.buying.payment_methods import ConfirmedBy
from federation.labels import figures
from federation.members.profiles import VillageProfile
from federation.members.terms import Terms
from federation.web import form_fields
from tenants import text_direction

HOME_PICKUP = order_states.Delivery.PICKUP_HOME


@dataclass(frozen=True)
class Option:
    """One choice as a buyer reads it; `value` is what the form sends back, `delivery` how the goods are got."""

    value: str
    delivery: str
    label: str
    detail: str
    fee_rupiah: int
    total_rupiah: int
    refusal: str
    chosen: bool


def value_of(choice: order_drafts.Choice) -> str:
    """The fee is part of it: what the buyer agreed to is what the buyer saw."""
    return f"{choice.method}:{choice.delivery}:{choice.fee_rupiah}"


@dataclass(frozen=True)
class SentOption:
    """What a form sent back; nonsense is an option that is not offered, for a fee that is never due."""

    option: order_drafts.CheckoutOption
    fee_rupiah: int


def read(value: str) -> SentOption:
    """The option whose value this is."""
    method, _colon, rest = value.partition(":")
    delivery, _colon, fee = rest.partition(":")
    return SentOption(order_drafts.CheckoutOption(method, delivery), form_fields.ExpectedRupiah().clean(fee))


def of(
    *,
    choice: order_drafts.Choice,
    goods_rupiah: int,
    seller: VillageProfile,
    home: VillageProfile | None,
    terms: Terms,
    chosen: bool,
) -> Option:
    """A choice with its labels."""
    total = goods_rupiah + choice.fee_rupiah
    return Option(
        value=value_of(choice),
        delivery=_get(choice, seller, home),
        label=f"{_get(choice, seller, home)}, {_pay(choice, seller, home)}",
        detail=f"{_where(choice, seller, home)} {_until(choice, total, seller, home, terms)}",
        fee_rupiah=choice.fee_rupiah,
        total_rupiah=total,
        refusal=choice.refused,
        chosen=chosen,
    )


def _names(seller: VillageProfile, home: VillageProfile | None) -> dict[str, str]:
    return {"seller": text_direction.isolated(seller.bumdes_name), "home": text_direction.isolated(home.bumdes_name) if home else ""}


def _get(choice: order_drafts.Choice, seller: VillageProfile, home: VillageProfile | None) -> str:
    sentence = {
        order_states.Delivery.PICKUP_HOME: _("Ambil di %(home)s"),
        order_states.Delivery.COURIER_HOME: _("Diantar kurir %(home)s"),
        order_states.Delivery.PICKUP_SELLER: _("Ambil di %(seller)s"),
        order_states.Delivery.COURIER_SELLER: _("Diantar kurir %(seller)s"),
    }[order_states.Delivery(choice.delivery)]
    return sentence % _names(seller, home)


def _pay(choice: order_drafts.Choice, seller: VillageProfile, home: VillageProfile | None) -> str:
    method = payment_methods.of(method=choice.method)
    if method.confirmed_by is ConfirmedBy.COUNTER and choice.delivery == HOME_PICKUP:
        return _("bayar dulu di loketnya")  # the goods are got there too
    return _(method.choice_label) % _names(seller, home)


def _where(choice: order_drafts.Choice, seller: VillageProfile, home: VillageProfile | None) -> str:
    if choice.delivery in order_states.BROUGHT:
        return _("Barang dibawa ke alamat Anda.")
    place = home if choice.delivery == order_states.Delivery.PICKUP_HOME and home else seller
    return _("%(address)s, buka %(hours)s.") % {
        "address": text_direction.isolated(place.address),
        "hours": text_direction.isolated(place.hours),
    }


def _until(choice: order_drafts.Choice, total_rupiah: int, seller: VillageProfile, home: VillageProfile | None, terms: Terms) -> str:
    taker = seller.bumdes_name if choice.holder == seller.village_code or home is None else home.bumdes_name
    values = {
        **_names(seller, home),
        "total": figures.rupiah(total_rupiah),
        "hours": text_direction.isolated(home.hours) if home else "",
        "taker": taker,
    }
    method = payment_methods.of(method=choice.method)
    values["limit"] = str(method.hold.hours(terms=terms))
    return _deadline(method.confirmed_by, at_home=choice.delivery == HOME_PICKUP) % values


def _deadline(confirmed_by: ConfirmedBy, *, at_home: bool) -> str:
    """Until when and how to pay, and what happens otherwise; its names are filled by the caller."""
    match confirmed_by:
        case ConfirmedBy.COUNTER if at_home:
            return _("Bayar %(total)s selama loket buka, paling lambat %(limit)s jam setelah memesan; kalau lewat, pesanan batal sendiri.")
        case ConfirmedBy.COUNTER:
            return _(
                "Bayar %(total)s di loket %(home)s selama buka (%(hours)s), paling lambat %(limit)s jam setelah memesan;"
                " kalau lewat, pesanan batal sendiri."
            )
        case ConfirmedBy.SELLER:
            return _(
                "Bayar %(total)s ke QRIS atau rekening %(seller)s; alamatnya muncul sesudah memesan. Kalau dalam %(limit)s jam %(seller)s"
                " belum mengonfirmasi uangnya, pesanan batal sendiri."
            )
        case ConfirmedBy.GATEWAY:
            return _("Bayar %(total)s sesudah memesan, paling lambat %(limit)s jam kemudian; kalau lewat, pesanan batal sendiri.")
        case ConfirmedBy.DELIVERER:
            return _(
                "Siapkan uang pas %(total)s untuk %(taker)s. Kalau penjual tidak menerima pesanan dalam %(limit)s jam,"
                " pesanan batal sendiri dan Anda tidak membayar apa-apa."
            )
        case other:
            assert_never(other)
