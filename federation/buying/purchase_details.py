"""A purchase as its buyer sees it: what was ordered, where it is, what is still to pay, where and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Max
from django.utils.translation import gettext_noop

from federation.buying import order_lines, order_payments, payment_methods, purchase_codes, take_over_rows
from federation.buying.payment_methods import ConfirmedBy, RefundMethod
from federation.members import profiles, terms
from federation.models import Notice, Purchase, SellerOrder
from tenants import archived_villages, keyset, phones, throttle
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind

FIND_TRIES_MAX = 10  # per network address
# Failures only, and of one address: a stranger's wrong phones must not lock out the buyer, whose right phone comes from elsewhere.
FIND_FAILURES_PER_CODE_MAX = 5
# And from everywhere, against somebody with many addresses: at most 96,000 guesses a day, so that a phone, one of some 10^8, takes years.
# To lock a buyer out takes 200 addresses every quarter of an hour, and the buyer's own link goes on working.
FIND_FAILURES_PER_CODE_IN_ALL_MAX = 1_000
FIND_TRIES_SECONDS = 900
VIEW_SECONDS = 86_400
RETURN_SECONDS = 3 * 86_400  # a buyer may come back long after a payment began: a bank code is paid the day after
_return_signer = signing.TimestampSigner(salt="federation.buying.purchase_details.return")
_view_signer = signing.TimestampSigner(salt="federation.buying.purchase_details.view")


class NoSuchPurchase(DomainError):
    """No purchase has this link, or this short code with this phone."""

    kind = Kind.NOT_FOUND
    code = "no-such-purchase"
    sentence = gettext_noop("Belanjaan tidak ditemukan. Periksa lagi kode dan nomor HP yang dipakai waktu memesan.")


@dataclass(frozen=True)
class OrderView:
    """One seller's part as the buyer sees it; `place` is the profile of where to pay or fetch, if anywhere.

    transfer_details: where to send the money, while it is to be sent to the holder's own account; else empty.
    left_name: the seller or counter that has left the federation; else empty
    """

    id: UUID
    seller: VillageCode
    seller_name: str
    seller_slug: str
    state: str
    method: str
    delivery: str
    holder: VillageCode
    holder_name: str
    deliverer_name: str
    carried_by: str
    lines: Sequence[order_lines.BuyerLine]
    goods_rupiah: int
    delivery_fee_rupiah: int
    total_rupiah: int
    paid_at: datetime | None
    handed_over_at: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    refunded_rupiah: int
    place: profiles.VillageProfile | None
    transfer_details: str
    left_name: str

    @property
    def due_rupiah(self) -> int:
        return 0 if self.paid_at or self.ended_at else self.total_rupiah


@dataclass(frozen=True)
class NoticeView:
    """A piece of news: what happened, when, at which seller's."""

    kind: str  # events.EventKind
    at: datetime
    seller_name: str


@dataclass(frozen=True)
class PurchaseView:
    """A purchase as its buyer sees it."""

    id: UUID
    code: str
    token: str  # of the buyer's own link; empty for somebody who may only look
    buyer_name: str
    buyer_phone: str
    buyer_address: str
    home_village: VillageCode
    home_name: str
    placed_at: datetime
    total_rupiah: int
    due_rupiah: int
    refund_due_rupiah: int
    refund_methods: frozenset[RefundMethod]  # of what is due
    orders: Sequence[OrderView]
    notices: Sequence[NoticeView]
    taken_over: Sequence[take_over_rows.TakeOverRow]  # what goes back though a village has left


def by_token(*, token: str) -> PurchaseView:
    """The purchase of a buyer's link.

    :raises NoSuchPurchase: if there is none
    """
    purchase = Purchase.objects.filter(token=token).first()
    if purchase is None:
        raise NoSuchPurchase
    return _view(purchase, token=token)


def by_view_key(*, key: str) -> PurchaseView:
    """The purchase that `find_again` found, to read: without its link nothing of it can be changed.

    :raises NoSuchPurchase: if the key is none, or older than a day
    """
    try:
        purchase_id = _view_signer.unsign(key, max_age=VIEW_SECONDS)
    except signing.BadSignature as error:
        raise NoSuchPurchase from error
    return _view(Purchase.objects.get(id=purchase_id), token="")


def return_key(*, purchase_id: UUID) -> str:
    """By which a buyer comes back from a payment gateway: it passes through other hands, so it shows the purchase and changes nothing."""
    return _return_signer.sign(purchase_id.hex)


def by_return_key(*, key: str, token: str | None, account_id: UUID | None) -> PurchaseView:
    """The purchase of who comes back from a gateway: with its link where they hold it anyhow, by `token` or as its account; else to read.

    :raises NoSuchPurchase: if the key is none, or older than three days
    """
    try:
        purchase_id = _return_signer.unsign(key, max_age=RETURN_SECONDS)
    except signing.BadSignature as error:
        raise NoSuchPurchase from error
    purchase = Purchase.objects.get(id=purchase_id)
    is_own = purchase.token == token or (account_id is not None and purchase.account_id == account_id)
    return _view(purchase, token=purchase.token if is_own else "")


def _view(purchase: Purchase, *, token: str) -> PurchaseView:
    rows = list(SellerOrder.objects.filter(purchase=purchase).order_by("seller"))
    codes = {row.seller for row in rows} | {row.holder for row in rows} | {row.deliverer for row in rows} | {purchase.home_village}
    shops = profiles.several(village_codes={VillageCode(code) for code in codes if code})
    orders = [_order(row, shops) for row in rows]
    notices = Notice.objects.filter(purchase=purchase).order_by("-at", "-id").values_list("kind", "at", "order_id")
    names = {order.id: order.seller_name for order in orders}
    refunds_due = list(order_payments.refunds_due().filter(order__purchase=purchase).values_list("amount_rupiah", "order__method"))
    return PurchaseView(
        id=purchase.id,
        code=purchase.code,
        token=token,
        buyer_name=purchase.buyer_name,
        buyer_phone=purchase.buyer_phone,
        buyer_address=purchase.buyer_address,
        home_village=VillageCode(purchase.home_village),
        home_name=shops[VillageCode(purchase.home_village)].name if purchase.home_village in shops else "",
        placed_at=purchase.placed_at,
        total_rupiah=purchase.total_rupiah,
        due_rupiah=sum(order.due_rupiah for order in orders),
        refund_due_rupiah=sum(rupiah for rupiah, _ in refunds_due),
        refund_methods=frozenset(payment_methods.of(method=method).refund_method for _, method in refunds_due),
        orders=orders,
        notices=[NoticeView(kind, at, names[order_id] if order_id else "") for kind, at, order_id in notices],
        taken_over=take_over_rows.of_purchase(purchase_id=purchase.id) if any(order.left_name for order in orders) else (),
    )


def _has_left(party: str) -> bool:
    return archived_villages.is_archived(village_code=party)


def _order(row: SellerOrder, shops: Mapping[VillageCode, profiles.VillageProfile]) -> OrderView:
    pickup = {"pickup_seller": row.seller, "pickup_home": row.home_village}.get(row.delivery)
    confirmed_by = payment_methods.of(method=row.method).confirmed_by
    at_counter = row.holder if confirmed_by is ConfirmedBy.COUNTER and row.paid_at is None else None
    is_sent = confirmed_by is ConfirmedBy.SELLER
    place = at_counter or pickup
    return OrderView(
        id=row.id,
        seller=VillageCode(row.seller),
        seller_name=shops[VillageCode(row.seller)].name,
        seller_slug=shops[VillageCode(row.seller)].slug,
        state=row.state,
        method=row.method,
        delivery=row.delivery,
        holder=VillageCode(row.holder),
        holder_name=terms.current().name if row.holder == FEDERATION else shops[VillageCode(row.holder)].name,
        deliverer_name=shops[VillageCode(row.deliverer)].name,
        carried_by=row.carried_by,
        lines=order_lines.for_buyer(row.lines),
        goods_rupiah=row.goods_rupiah,
        delivery_fee_rupiah=row.delivery_fee_rupiah,
        total_rupiah=row.total_rupiah,
        paid_at=row.paid_at,
        handed_over_at=row.handed_over_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        refunded_rupiah=row.refunded_rupiah,
        place=shops.get(VillageCode(place)) if place else None,
        transfer_details=shops[VillageCode(row.holder)].transfer_details if is_sent and row.paid_at is None else "",
        left_name=next((shops[VillageCode(party)].name for party in (row.seller, row.holder) if _has_left(party)), ""),
    )


@dataclass(frozen=True, kw_only=True)
class PurchaseSummary:
    """A purchase in the list of an account's."""

    code: str
    token: str
    placed_at: datetime
    total_rupiah: int
    states: Sequence[str]  # of its orders


NEWEST = keyset.Order("purchases", {"placed_at": datetime, "id": UUID}, descending=True)


def of_account(*, account_id: UUID, after: str = "", limit: int = 20) -> keyset.Page[PurchaseSummary]:
    """A page of an account's purchases, newest first; `after`: the cursor of the page before."""
    rows = Purchase.objects.filter(account_id=account_id).order_by(*NEWEST.ordering())
    place = NEWEST.place(after)
    if place is not None:
        rows = rows.filter(NEWEST.beyond(place))
    page = NEWEST.page(list(rows[: limit + 1]), limit=limit, place=lambda row: (row.placed_at, row.id))
    states: dict[UUID, list[str]] = {}
    for purchase_id, state in SellerOrder.objects.filter(purchase__in=page.rows).values_list("purchase_id", "state"):
        states.setdefault(purchase_id, []).append(state)
    summaries = [
        PurchaseSummary(
            code=row.code, token=row.token, placed_at=row.placed_at, total_rupiah=row.total_rupiah, states=states.get(row.id, [])
        )
        for row in page.rows
    ]
    return keyset.Page(summaries, page.after)


def homes_of(*, account_id: UUID, most: int) -> list[VillageCode]:
    """The homes to which an account ordered last, the newest first; codes.OUTSIDE for one outside the federation."""
    rows = Purchase.objects.filter(account_id=account_id, ordered_by=None).values("home_village")
    found = rows.annotate(last=Max("placed_at")).order_by("-last", "home_village").values_list("home_village", flat=True)
    return [VillageCode(code) for code in found[:most]]


def find_again(*, code: str, phone: str, source: str) -> str:
    """A key by which to look at a purchase for a day, by its short code and the phone number it was ordered with.

    Never its link: every seller's staff sees code and phone on its own order, and must not cancel what was ordered from others.

    :raises NoSuchPurchase: if they do not belong together
    :raises tenants.throttle.TooManyTries: in 15 minutes beyond ten failed tries of one network, or for one code beyond five that failed
        there or a thousand that failed anywhere
    """
    normal = purchase_codes.normal(code)
    code_key = f"find-code:{normal}"
    throttle.hit_from(key="find", source=source, limit=FIND_TRIES_MAX, seconds=FIND_TRIES_SECONDS)
    # First: what it refuses is no guess.
    throttle.hit_from(key=code_key, source=source, limit=FIND_FAILURES_PER_CODE_MAX, seconds=FIND_TRIES_SECONDS)
    throttle.hit(key=code_key, limit=FIND_FAILURES_PER_CODE_IN_ALL_MAX, seconds=FIND_TRIES_SECONDS)
    try:
        number = phones.normalise(phone)
    except phones.BadPhone as error:
        raise NoSuchPurchase from error
    purchase_id = Purchase.objects.filter(code=normal, buyer_phone=number).values_list("id", flat=True).first()
    if purchase_id is None:
        raise NoSuchPurchase
    for key in ("find", code_key):
        throttle.give_back_from(key=key, source=source, seconds=FIND_TRIES_SECONDS)
    throttle.give_back(key=code_key, seconds=FIND_TRIES_SECONDS)
    return _view_signer.sign(purchase_id.hex)
