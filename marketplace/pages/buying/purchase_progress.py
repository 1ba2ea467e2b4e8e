"""Where a purchase stands, in sentences: what to do next, where, until when, and what happens otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.buying import order_states, payment_methods, purchase_details
from federation.buying.order_states import Delivery, State
from federation.buying.payment_methods import ConfirmedBy, RefundMethod
from federation.labels import figures
from marketplace.gateway_payments.payment_offer import Stage
from tenants import text_direction
from tenants.events import EventKind

OPEN = {str(state) for state in order_states.OPEN}
REACHED = {State.PLACED: 0, State.ACCEPTED: 1, State.READY: 1, State.UNDERWAY: 2, State.DELIVERED: 3, State.COMPLETED: 3}
ROADS = {
    Delivery.PICKUP_SELLER: gettext_lazy("Siap diambil"),
    Delivery.PICKUP_HOME: gettext_lazy("Dikirim"),
    Delivery.COURIER_SELLER: gettext_lazy("Diantar"),
    Delivery.COURIER_HOME: gettext_lazy("Diantar"),
}

# What a buyer reads of an event; a kind that is not named here is not shown.
NEWS: dict[str, Promise] = {
    EventKind.PURCHASE_PLACED: gettext_lazy("Pesanan masuk."),
    EventKind.ORDER_ACCEPTED: gettext_lazy("%(seller)s menerima pesanan."),
    EventKind.ORDER_READY: gettext_lazy("%(seller)s sudah mengemas barangnya."),
    EventKind.ORDER_UNDERWAY: gettext_lazy("Barang dari %(seller)s berangkat."),
    EventKind.ORDER_ARRIVED: gettext_lazy("Barang dari %(seller)s sudah sampai di BUMDes desa Anda."),
    EventKind.ORDER_DELIVERED: gettext_lazy("Barang dari %(seller)s sudah diserahkan."),
    EventKind.ORDER_CANCELLED: gettext_lazy("Pesanan dari %(seller)s dibatalkan."),
    EventKind.ORDER_EXPIRED: gettext_lazy("Pesanan dari %(seller)s lewat waktu dan batal sendiri."),
    EventKind.ORDER_SHORTENED: gettext_lazy("Pesanan dari %(seller)s dikurangi karena barangnya tidak cukup."),
    EventKind.ORDER_RETURNED: gettext_lazy("Barang dari %(seller)s dikembalikan."),
    EventKind.PAYMENT_CONFIRMED: gettext_lazy("Uangnya sudah diterima."),
    EventKind.PAYMENT_LATE: gettext_lazy("Uangnya datang sesudah pesanan dari %(seller)s berakhir, jadi dikembalikan."),
    EventKind.PAYMENT_REVERSED: gettext_lazy("Catatan pembayaran yang keliru sudah dibatalkan."),
    EventKind.REFUND_GRANTED: gettext_lazy("%(seller)s mengembalikan uang untuk pesanan ini; barangnya tetap milik Anda."),
    EventKind.REFUND_DUE: gettext_lazy("Ada uang kembali untuk Anda."),
    EventKind.REFUND_PAID_OUT: gettext_lazy("Uang kembali sudah Anda terima."),
}


@dataclass(frozen=True)
class Progress:
    """An order in words; `kind` as of parts/message.html, `steps` (label, done, current), `cancellable` by the buyer."""

    sentence: str
    kind: str
    steps: Sequence[tuple[str, bool, bool]]
    cancellable: bool


def of_purchase(purchase: purchase_details.PurchaseView, *, payment: str = "") -> str:
    """The sentence above all orders; `payment`: the one about paying through the federation, where there is something to say."""
    comes_by_itself = purchase.refund_methods == {RefundMethod.GATEWAY}
    if purchase.refund_due_rupiah and not (comes_by_itself and payment and purchase.due_rupiah):
        return _refunds_due(purchase)
    counter = [order for order in purchase.orders if order.due_rupiah and _confirmed_by(order) is ConfirmedBy.COUNTER]
    if counter:
        last = min((order.expires_at for order in counter if order.expires_at), default=None)
        values = {
            "amount": figures.rupiah(sum(order.due_rupiah for order in counter)),
            "holder": text_direction.isolated(counter[0].place.bumdes_name if counter[0].place else counter[0].holder_name),
            "hours": text_direction.isolated(counter[0].place.hours) if counter[0].place else "",
            "last": figures.moment(last),
        }
        if last is None:
            return _("Bayar %(amount)s di loket %(holder)s. Sebutkan kode ini.") % values
        return _("Bayar %(amount)s di loket %(holder)s selama buka (%(hours)s), paling lambat %(last)s. Sebutkan kode ini.") % values
    sent = [order for order in purchase.orders if order.due_rupiah and _confirmed_by(order) is ConfirmedBy.SELLER]
    if sent:
        return _("Bayar %(amount)s ke QRIS atau rekening penjual; alamatnya di bawah. Belum dikonfirmasi penjual.") % {
            "amount": figures.rupiah(sum(order.due_rupiah for order in sent))
        }
    if payment:
        return payment
    living = sum(order.state in OPEN for order in purchase.orders)
    if living:
        return _("Pesanan Anda sedang dikerjakan. Kabar terbaru ada di bawah.")
    if all(order.state in (State.CANCELLED, State.EXPIRED) for order in purchase.orders):
        return _("Pesanan ini batal. Barangnya bisa dipesan lagi di pasar.")
    return _("Pesanan ini sudah selesai. Terima kasih sudah berbelanja di desa sendiri.")


def _refunds_due(purchase: purchase_details.PurchaseView) -> str:
    """How the money that goes back comes to the buyer."""
    amount = {"amount": figures.rupiah(purchase.refund_due_rupiah)}
    if purchase.refund_methods == {RefundMethod.GATEWAY}:
        return _("Uang kembali %(amount)s untuk Anda sedang dikirim lewat cara bayarnya. Anda tidak perlu berbuat apa-apa.") % amount
    if purchase.refund_methods == {RefundMethod.COUNTER}:
        return _("Ada uang kembali %(amount)s untuk Anda. Ambil di loket yang dulu menerima uangnya, sebutkan kode ini.") % amount
    return _("Ada uang kembali %(amount)s untuk Anda. Siapa yang mengembalikannya tertulis di bawah.") % amount


def of_order(order: purchase_details.OrderView, *, payment: Stage | None = None) -> Progress:
    """One seller's part in words; `payment`: how paying through the federation stands."""
    sentence, kind = _sentence(order, payment)
    return Progress(sentence=sentence, kind=kind, steps=_steps(order), cancellable=order.state == State.PLACED)


def _sentence(order: purchase_details.OrderView, payment: Stage | None) -> tuple[str, str]:
    place = order.place
    values = {
        "seller": text_direction.isolated(order.seller_name),
        "holder": text_direction.isolated(order.holder_name),
        "deliverer": text_direction.isolated(order.deliverer_name),
        "carrier": text_direction.isolated(order.carried_by),
        "amount": figures.rupiah(order.due_rupiah or order.total_rupiah),
        "refunded": figures.rupiah(order.refunded_rupiah),
        "last": figures.moment(order.expires_at),
        "reason": text_direction.isolated(order.end_reason) or _("atas permintaan Anda"),  # a buyer who cancels gives no reason
        "way_back": _(payment_methods.of(method=order.method).refund_label) % {"holder": text_direction.isolated(order.holder_name)},
        "place": text_direction.isolated(place.bumdes_name) if place else "",
        "hours": text_direction.isolated(place.hours) if place else "",
    }
    if order.ended_at or order.state in (State.CANCELLED, State.EXPIRED, State.RETURNED, State.COMPLETED):
        return _ended(order, values)
    if order.paid_at:
        return _underway(order) % values, ""
    match _confirmed_by(order):
        case ConfirmedBy.COUNTER:
            return _unpaid(order, values), "wait"
        case ConfirmedBy.SELLER:
            return _unconfirmed(order) % values, "wait"
        case ConfirmedBy.GATEWAY if payment in (Stage.PROCESSING, Stage.UNDER_REVIEW):
            return _("Pembayarannya sedang diperiksa. Jangan membayar lagi."), "wait"
        case ConfirmedBy.GATEWAY:
            return _("Belum dibayar. Bayar sebelum %(last)s; kalau lewat, pesanan ini batal sendiri.") % values, "wait"
        case ConfirmedBy.DELIVERER:
            return _underway(order) % values, "wait" if order.state == State.DELIVERED else ""
        case other:
            assert_never(other)


def _confirmed_by(order: purchase_details.OrderView) -> ConfirmedBy:
    return payment_methods.of(method=order.method).confirmed_by


def _ended(order: purchase_details.OrderView, values: dict[str, str]) -> tuple[str, str]:
    if order.state == State.COMPLETED:
        if order.refunded_rupiah:
            return _("Selesai: barang sudah diserahkan, dan %(refunded)s dikembalikan.") % values, ""
        return _("Selesai: barang sudah diserahkan dan lunas.") % values, ""
    if order.state == State.EXPIRED and order.refunded_rupiah:
        return _("Lewat waktu, jadi batal sendiri. Uangnya datang sesudah itu: %(refunded)s %(way_back)s.") % values, "warn"
    if order.state == State.EXPIRED and _confirmed_by(order) is ConfirmedBy.SELLER:
        return _("Lewat waktu, jadi batal sendiri. Kalau Anda sudah membayar, hubungi %(seller)s: uangnya dikembalikan.") % values, "warn"
    if order.state == State.EXPIRED:
        return _("Lewat waktu, jadi batal sendiri. Anda tidak membayar apa-apa; pesan lagi kalau masih mau.") % values, "warn"
    if order.state == State.RETURNED:
        if not order.refunded_rupiah:
            return _("Barang dikembalikan: %(reason)s. Anda tidak membayar apa-apa.") % values, ""
        return _("Barang dikembalikan: %(reason)s. Uang kembali %(refunded)s.") % values, ""
    if order.refunded_rupiah:
        return _("Dibatalkan: %(reason)s. Uang kembali %(refunded)s %(way_back)s.") % values, "warn"
    return _("Dibatalkan: %(reason)s. Anda tidak membayar apa-apa.") % values, "warn"


def _unpaid(order: purchase_details.OrderView, values: dict[str, str]) -> str:
    if order.expires_at is None:
        return _("Bayar %(amount)s di loket %(place)s, buka %(hours)s.") % values
    return (
        _("Bayar %(amount)s di loket %(place)s selama buka (%(hours)s), paling lambat %(last)s. Kalau lewat, pesanan ini batal sendiri.")
        % values
    )


def _unconfirmed(order: purchase_details.OrderView) -> str:
    """What is sent to the seller's account is unpaid until its cashier has seen it there."""
    if order.expires_at is None:
        return _("Belum dikonfirmasi. Bayar %(amount)s ke alamat di bawah; %(seller)s mengonfirmasi sesudah uangnya masuk.")
    return _(
        "Belum dikonfirmasi. Bayar %(amount)s ke alamat di bawah; %(seller)s mengonfirmasi sesudah uangnya masuk. Kalau sampai %(last)s"
        " belum dikonfirmasi, pesanan ini batal sendiri."
    )


def _underway(order: purchase_details.OrderView) -> str:
    """The sentence of an order that goes its way; unpaid ones here are paid when the goods are received."""
    pay = "" if order.paid_at else " " + _("Siapkan uang pas %(amount)s.")
    if order.state == State.PLACED:
        if order.paid_at:
            return _("Sudah dibayar. %(seller)s segera menyiapkan barangnya.")
        if order.expires_at is None:
            return _("Menunggu %(seller)s menerima pesanan.")
        return _(
            "Menunggu %(seller)s menerima pesanan, paling lambat %(last)s. Kalau tidak, pesanan batal sendiri"
            " dan Anda tidak membayar apa-apa."
        )
    if order.state == State.ACCEPTED:
        return _("%(seller)s sedang menyiapkan barangnya.") + pay
    if order.state == State.READY:
        if order.delivery == Delivery.PICKUP_SELLER:
            return _("Barang siap diambil di %(place)s, buka %(hours)s. Sebutkan kode belanja.") + pay
        return _("Barang sudah dikemas dan segera berangkat.") + pay
    if order.state == State.UNDERWAY:
        return _on_the_road(order) + pay
    return _("Barang sudah Anda terima. Uangnya %(amount)s belum tercatat; bayar ke %(holder)s.")


def _on_the_road(order: purchase_details.OrderView) -> str:
    if order.delivery == Delivery.PICKUP_HOME:
        if order.carried_by:
            return _("Barang dibawa %(carrier)s ke %(place)s (buka %(hours)s). Ambil di sana, sebutkan kode belanja.")
        return _("Barang dalam perjalanan ke %(place)s (buka %(hours)s). Ambil di sana, sebutkan kode belanja.")
    return _("Barang dalam perjalanan ke rumah Anda, diantar %(deliverer)s.")


def _steps(order: purchase_details.OrderView) -> list[tuple[str, bool, bool]]:
    """Ordered, prepared, on the way, received; none for what was given up."""
    if order.state in (State.CANCELLED, State.EXPIRED, State.RETURNED):
        return []
    labels = [_("Dipesan"), _("Disiapkan"), str(ROADS[Delivery(order.delivery)]), _("Diterima")]
    reached = REACHED[State(order.state)]
    if order.state == State.READY and order.delivery == Delivery.PICKUP_SELLER:
        reached = 2
    return [(label, number <= reached, number == reached) for number, label in enumerate(labels)]


def news(notices: Sequence[purchase_details.NoticeView]) -> list[tuple[datetime, str]]:
    """What happened, newest first."""
    return [
        (notice.at, str(NEWS[notice.kind]) % {"seller": text_direction.isolated(notice.seller_name)})
        for notice in notices
        if notice.kind in NEWS
    ]
