"""Labels of the back office: what happened to goods and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from federation.buying import order_states, payment_methods
from federation.buying.payment_methods import Holder
from federation.labels import account_labels, figures
from marketplace.orders import counter_queries, order_queries, steps
from tenants import text_direction

OUTCOMES = {
    "accept": gettext_lazy("Pesanan diterima. Sekarang siapkan barangnya."),
    "pack": gettext_lazy("Barang sudah siap. Kirim, atau tunggu diambil."),
    "send": gettext_lazy("Barang sudah berangkat."),
    "hand_over": gettext_lazy("Barang sudah diserahkan."),
    "hand_over_paid": gettext_lazy("Barang sudah diserahkan dan uangnya sudah diterima."),
    "handed_in": gettext_lazy("Uang dari kurir sudah masuk kas."),
    "arrived": gettext_lazy("Titipan sudah sampai di sini. Tinggal diserahkan ke pembeli."),
    "already": gettext_lazy("Langkah itu sudah dilakukan. Beginilah keadaannya sekarang."),
    "moved_on": gettext_lazy("Pesanan ini sudah berubah. Beginilah keadaannya sekarang."),
    "cancelled": gettext_lazy("Pesanan dibatalkan dan pembeli diberi tahu."),
    "shortened": gettext_lazy("Pesanan dikurangi. Pembeli membayar yang ada saja, dan sudah diberi tahu."),
    "taken_back": gettext_lazy("Barang diterima kembali. Uangnya menunggu dibayarkan di kas yang menerimanya."),
    "taken_back_unpaid": gettext_lazy("Barang diterima kembali. Tidak ada uang yang harus dikembalikan."),
    "given_back": gettext_lazy("Uang kembali dicatat dan pembeli diberi tahu. Uangnya menunggu dibayarkan di kas yang menerimanya."),
    "received": gettext_lazy("Stok bertambah."),
    "broken": gettext_lazy("Kerusakan dicatat dan stok dikurangi."),
    "counted": gettext_lazy("Stok sekarang sesuai dengan hitungan."),
    "reopened": gettext_lazy("Toko sudah dibuka lagi: pesanan baru bisa masuk, dan uang kembali bisa dibayarkan."),
    "product_added": gettext_lazy("Barang baru disimpan."),
    "product_changed": gettext_lazy("Perubahan barang disimpan. Pembeli langsung melihatnya."),
    "consignor_added": gettext_lazy("Penitip baru disimpan."),
    "consignor_changed": gettext_lazy("Perubahan penitip disimpan."),
    "undone": gettext_lazy("Pembayaran itu dibatalkan. Pembeli masih harus membayar."),
    "taken_late": gettext_lazy("Uangnya dicatat masuk. Karena pesanannya sudah berakhir, semuanya harus dikembalikan ke pembeli."),
    "paid_out": gettext_lazy("Uang sudah dikembalikan ke pembeli."),
    "objected": gettext_lazy("Catatan ini ditahan, putaran dihitung ulang. Federasi akan menjawab di lembar ini."),
    "cash_planned": gettext_lazy("Rencana tunai dicatat. Sesudah uangnya diserahkan, nyatakan di sini."),
    "cash_given": gettext_lazy("Dicatat: uang sudah diserahkan. Sekarang yang menerima menyatakannya."),
    "cash_received": gettext_lazy("Dicatat: uang sudah diterima."),
    "cash_stated": gettext_lazy("Dicatat. Orang federasi menegaskannya; sesudah itu desa bisa dibayar lagi."),
    "cash_called_off": gettext_lazy("Penyerahan tunai itu batal. Jumlahnya masih harus dibayar."),
    "carry_agreed": gettext_lazy("Persetujuan disimpan. Berlaku mulai putaran berikutnya dihitung."),
    "bank_account_proposed": format_lazy("{} {}", gettext_lazy("Rekening diajukan. Orang lain menegaskannya."), account_labels.USED_LATER),
    "bank_account_confirmed": format_lazy("{} {}", gettext_lazy("Rekening ditegaskan."), account_labels.USED_LATER),
    "bank_account_stopped": gettext_lazy("Pembayaran dihentikan. Uang desa ini menunggu sampai Anda melanjutkannya."),
    "bank_account_resumed": gettext_lazy("Pembayaran dilanjutkan, ke rekening yang sekarang dipakai."),
    "shop_changed": gettext_lazy("Keterangan toko disimpan. Pembeli langsung melihatnya."),
}

STATES = {
    "placed": gettext_lazy("Baru"),
    "accepted": gettext_lazy("Disiapkan"),
    "ready": gettext_lazy("Siap"),
    "underway": gettext_lazy("Di jalan"),
    "delivered": gettext_lazy("Diserahkan, belum dibayar"),
    "completed": gettext_lazy("Selesai"),
    "cancelled": gettext_lazy("Dibatalkan"),
    "expired": gettext_lazy("Lewat waktu"),
    "returned": gettext_lazy("Dikembalikan"),
}
STATE_TONES = {"ready": "ok", "underway": "ok", "completed": "ok", "cancelled": "bad", "expired": "bad", "returned": "bad"}

DELIVERIES = {
    "pickup_seller": gettext_lazy("diambil di sini"),
    "pickup_home": gettext_lazy("diambil di BUMDes %(home)s"),
    "courier_seller": gettext_lazy("diantar kurir kita"),
    "courier_home": gettext_lazy("diantar kurir BUMDes %(home)s"),
}

DELIVERIES_OF_HOME = {
    "pickup_home": gettext_lazy("pembeli mengambil di sini"),
    "courier_home": gettext_lazy("diantar kurir kita"),
}

TABS = (
    ("new", gettext_lazy("Baru")),
    ("packing", gettext_lazy("Disiapkan")),
    ("ready", gettext_lazy("Siap")),
    ("unpaid", gettext_lazy("Belum dibayar")),
    ("all", gettext_lazy("Semua")),
)

STEPS = {
    "accept": gettext_lazy("Terima pesanan"),
    "pack": gettext_lazy("Barang sudah siap"),
    "send": gettext_lazy("Barang berangkat"),
    "hand_over": gettext_lazy("Sudah diserahkan"),
}
HAND_OVER_WITH_CASH = gettext_lazy("Sudah diserahkan dan uangnya diterima")
CASH_OF_OTHERS = gettext_lazy("Belum dibayar. Pengelola atau kasir yang menyerahkan barang ini dan menerima uangnya.")
CASH_AT_THE_DOOR = gettext_lazy("Belum dibayar. Kurir, kasir atau pengelola yang menyerahkan barang ini dan menerima uangnya.")

_NUMBERS = (
    gettext_lazy("Satu"),
    gettext_lazy("Dua"),
    gettext_lazy("Tiga"),
    gettext_lazy("Empat"),
    gettext_lazy("Lima"),
    gettext_lazy("Enam"),
    gettext_lazy("Tujuh"),
    gettext_lazy("Delapan"),
    gettext_lazy("Sembilan"),
    gettext_lazy("Sepuluh"),
)


def number(count: int) -> str:
    """One to ten in words, more in figures: how a person would begin a sentence."""
    return str(_NUMBERS[count - 1]) if 1 <= count <= len(_NUMBERS) else str(count)


def tab_sentence(*, tab: str, count: int, oldest_at: datetime | None) -> str:
    """What is going on in a tab, in one sentence."""
    if count == 0:
        return {
            "new": _("Tidak ada pesanan baru. Pesanan yang masuk langsung muncul di sini."),
            "packing": _("Tidak ada barang yang harus disiapkan."),
            "ready": _("Tidak ada barang yang menunggu diserahkan."),
            "unpaid": _("Tidak ada pesanan yang menunggu pembayaran."),
        }.get(tab, _("Belum ada pesanan."))
    values = {"number": number(count)}
    sentence = {
        "new": ngettext("%(number)s pesanan baru menunggu.", "%(number)s pesanan baru menunggu.", count),
        "packing": ngettext("%(number)s pesanan sedang disiapkan.", "%(number)s pesanan sedang disiapkan.", count),
        "ready": ngettext("%(number)s pesanan siap diserahkan.", "%(number)s pesanan siap diserahkan.", count),
        "unpaid": ngettext("%(number)s pesanan belum dibayar.", "%(number)s pesanan belum dibayar.", count),
    }.get(tab, ngettext("%(number)s pesanan terakhir.", "%(number)s pesanan terakhir.", count)) % values
    if tab == "new" and oldest_at is not None:
        sentence += " " + _("Yang tertua masuk %(time)s lalu.") % {"time": figures.ago(oldest_at)}
    return sentence


def found_sentence(*, count: int) -> str:
    """What a search gave."""
    if count == 0:
        return _("Tidak ada pesanan dengan kode atau nama itu.")
    return ngettext("%(number)s pesanan ditemukan.", "%(number)s pesanan ditemukan.", count) % {"number": number(count)}


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledOrder:
    """An order with the labels of its card. step: the next tap's label, empty where there is none for whoever looks."""

    order: order_queries.OrderCard
    state: str | Promise
    tone: str
    paying: str
    until: datetime | None  # until when its money is waited for
    delivery: str | Promise
    home: str
    step: str | Promise
    step_url: str = ""
    cash: bool  # the tap takes the money too
    waits: str  # for what it waits instead of a tap
    asks_carrier: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledParcel:
    """Another village's goods with the labels of their card. step: arrived or hand_over, or empty."""

    order: order_queries.Parcel
    state: str | Promise
    tone: str
    paying: str
    delivery: str | Promise
    step: str
    step_label: str | Promise
    step_url: str = ""
    cash: bool
    waits: str


def card(order: order_queries.OrderCard, *, here: str, takes_cash: bool) -> LabelledOrder:
    """An order with the labels of its card: state, delivery, next step.

    `here`: the code of the shop's own village. `takes_cash`: whether who looks may take the money with a hand-over.
    """
    home = order.home_name or _("luar federasi")
    at_home = {"home": home}
    waits_for_money = steps.asks_money_first(method=order.method, paid=order.paid)
    waits = ""
    if waits_for_money and order.next_step in ("send", "hand_over"):
        waits = _(payment_methods.of(method=order.method).waiting_label) % at_home
    elif order.next_asks_cash and not takes_cash:
        waits = _cash_of_others(order.delivery)
    elif order.state == "underway" and not order.next_step:
        waits = _("Dalam perjalanan; BUMDes %(home)s yang menyerahkan ke pembeli.") % at_home
    elif order.state == "delivered":
        waits = _("Sudah di tangan pembeli, belum dibayar. Terima uangnya di Kas dengan kode %(code)s.") % {"code": order.code}
    return LabelledOrder(
        order=order,
        state=STATES.get(order.state, order.state),
        tone=STATE_TONES.get(order.state, ""),
        paying=_paid(order) if order.paid else _method(order.method, at_home),
        until=order.expires_at if waits_for_money else None,
        delivery=DELIVERIES.get(order.delivery, "") % at_home,
        home=home,
        step="" if waits or not order.next_step else HAND_OVER_WITH_CASH if order.next_asks_cash else STEPS[order.next_step],
        cash=order.next_asks_cash and takes_cash,
        waits=waits,
        asks_carrier=order.next_step == "send" and order.home_village not in ("", here),
    )


def _paid(order: order_queries.OrderCard) -> str:
    """That an order was paid, and where its money is if the federation has it."""
    holder = payment_methods.of(method=order.method).holder
    return f"{paid_label(order)} {_('lewat federasi')}" if holder is Holder.FEDERATION else paid_label(order)


def paid_label(order: order_queries.OrderCard | counter_queries.CounterOrder) -> str:
    """That an order was paid, and how much of it goes back."""
    if order.refunded_rupiah == order.total_rupiah:
        return _("seluruh uangnya dikembalikan")
    if order.refunded_rupiah:
        return _("sudah dibayar, %(amount)s dikembalikan") % {"amount": figures.rupiah(order.refunded_rupiah)}
    return _("sudah dibayar")


def _method(method: str, names: dict[str, str]) -> str:
    return _(payment_methods.of(method=method).office_label) % names


def _cash_of_others(delivery: str) -> str:
    """Who hands these goods over, since cash goes with them."""
    return str(CASH_AT_THE_DOOR if delivery in order_states.BROUGHT else CASH_OF_OTHERS)


def _money_of_others(order: order_queries.Parcel) -> str:
    """Why another village's goods wait, which must be paid before they are handed over."""
    match payment_methods.of(method=order.method).holder:
        case Holder.HOME:
            return _("Belum dibayar. Minta pembeli membayar dulu di Kas dengan kode %(code)s.") % {"code": order.code}
        case Holder.SELLER:
            return _("Uangnya belum dikonfirmasi %(seller)s. Tunggu dulu sebelum menyerahkan.") % {
                "seller": text_direction.isolated(order.seller_name)
            }
        case Holder.FEDERATION:
            return _("Belum dibayar. Pembeli membayar lewat federasi; tunggu sampai tercatat lunas.")
        case other:
            assert_never(other)


def parcel(order: order_queries.Parcel, *, village: str, takes_cash: bool) -> LabelledParcel:
    """Another village's goods with the labels of their card. `village`: the name of this village; `takes_cash` as in `card`."""
    at_home = {"home": text_direction.isolated(village)}
    step, waits = "", ""
    if order.state != "underway":
        waits = _("Masih disiapkan di %(seller)s.") % {"seller": text_direction.isolated(order.seller_name)}
    elif not order.arrived:
        step = "arrived"
    elif order.paid or (order.next_asks_cash and takes_cash):
        step = "hand_over"
    elif order.next_asks_cash:
        waits = _cash_of_others(order.delivery)
    else:
        waits = _money_of_others(order)
    hand_over = HAND_OVER_WITH_CASH if order.next_asks_cash else STEPS["hand_over"]
    return LabelledParcel(
        order=order,
        state=_("Sudah di sini") if order.arrived else STATES.get(order.state, order.state),
        tone="ok" if order.arrived else "",
        paying=_("sudah dibayar") if order.paid else _method(order.method, at_home),
        delivery=DELIVERIES_OF_HOME.get(order.delivery, ""),
        step=step,
        step_label=hand_over if step == "hand_over" else _("Sudah sampai di sini"),
        cash=step == "hand_over" and order.next_asks_cash,
        waits=waits,
    )


def parcel_sentence(*, count: int) -> str:
    """What is going on with other villages' goods."""
    if count == 0:
        return _("Tidak ada titipan. Barang dari desa lain untuk warga kita muncul di sini.")
    text = ngettext("%(number)s titipan dari desa lain untuk warga kita.", "%(number)s titipan dari desa lain untuk warga kita.", count)
    return text % {"number": number(count)}
