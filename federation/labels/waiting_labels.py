"""What waits for the federation's people, in sentences: each kind has its sentence, and the page where it is looked into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from federation.labels import figures
from federation.reports.waiting import WaitingItem, WaitingKind
from tenants import text_direction


@dataclass(frozen=True)
class Line:
    """One line of what waits: the sentence, and the URL name of the page."""

    sentence: str
    page: str


def of(*, item: WaitingItem) -> Line:
    """What the desk shows of one matter."""
    return Line(SENTENCES[item.kind](item), PAGES[item.kind])


def _money(_item: WaitingItem) -> str:
    return _("Uang federasi ditahan sesudah pemulihan: rekening koran dimasukkan dulu, lalu dua orang menegaskan daftarnya.")


def _held(item: WaitingItem) -> str:
    text = ngettext(
        "%(count)s toko belum dibuka lagi sesudah data pasar dipulihkan dari cadangan.",
        "%(count)s toko belum dibuka lagi sesudah data pasar dipulihkan dari cadangan.",
        item.count,
    )
    return text % {"count": figures.number(item.count)}


def _uncovered(item: WaitingItem) -> str:
    text = _(
        "Federasi masih harus menutup %(amount)s dari kas sendiri: "
        "biaya bank atau gerbang pembayaran, sengketa, atau uang kembali yang ditalangi."
    )
    return text % {"amount": figures.rupiah(item.rupiah)}


def _near_limit(item: WaitingItem) -> str:
    named = ", ".join(f"{text_direction.isolated(name)} {figures.percent(share)}" for name, share in item.shares)
    others = ngettext("dan %(more)s desa lagi", "dan %(more)s desa lagi", item.more) % {"more": figures.number(item.more)}
    return f"{_('Dekat atau lewat batas utangnya:')} {named}{f' {others}' if item.more else ''}."


def _refunds(item: WaitingItem) -> str:
    return _("%(village)s belum mengembalikan %(amount)s ke pembeli, lebih dari tiga hari.") % _of_village(item)


def _unpaid(item: WaitingItem) -> str:
    return _("Barang %(village)s senilai %(amount)s sudah diserahkan lebih dari seminggu, tetapi belum dibayar.") % _of_village(item)


def _gateways(item: WaitingItem) -> str:
    text = ngettext(
        "%(count)s hal tentang uang di gerbang pembayaran menunggu keputusan.",
        "%(count)s hal tentang uang di gerbang pembayaran menunggu keputusan.",
        item.count,
    )
    return text % {"count": figures.number(item.count)}


def _disputes(item: WaitingItem) -> str:
    text = ngettext(
        "%(count)s sengketa sudah dimenangkan, tetapi gerbang belum mengembalikan uangnya: %(amount)s. Tagih ke gerbangnya.",
        "%(count)s sengketa sudah dimenangkan, tetapi gerbang belum mengembalikan uangnya: %(amount)s. Tagih ke gerbangnya.",
        item.count,
    )
    return text % {"count": figures.number(item.count), "amount": figures.rupiah(item.rupiah)}


def _payouts(item: WaitingItem) -> str:
    text = ngettext(
        "%(count)s pembayaran lewat gerbang menunggu jawaban tertulis gerbang atau penegasannya.",
        "%(count)s pembayaran lewat gerbang menunggu jawaban tertulis gerbang atau penegasannya.",
        item.count,
    )
    return text % {"count": figures.number(item.count)}


def _deliveries(item: WaitingItem) -> str:
    text = ngettext(
        "%(count)s kiriman sistem gagal berkali-kali dan menunggu keputusan.",
        "%(count)s kiriman sistem gagal berkali-kali dan menunggu keputusan.",
        item.count,
    )
    return text % {"count": figures.number(item.count)}


def _unready(item: WaitingItem) -> str:
    return _("%(village)s sudah didaftarkan, tetapi tokonya belum selesai dibuka.") % _of_village(item)


def _of_village(item: WaitingItem) -> dict[str, str]:
    return {"village": text_direction.isolated(item.village_name), "amount": figures.rupiah(item.rupiah)}


SENTENCES: Mapping[WaitingKind, Callable[[WaitingItem], str]] = {
    WaitingKind.MONEY: _money,
    WaitingKind.HELD: _held,
    WaitingKind.UNCOVERED: _uncovered,
    WaitingKind.NEAR_LIMIT: _near_limit,
    WaitingKind.REFUNDS: _refunds,
    WaitingKind.UNPAID: _unpaid,
    WaitingKind.GATEWAYS: _gateways,
    WaitingKind.DISPUTES: _disputes,
    WaitingKind.PAYOUTS: _payouts,
    WaitingKind.DELIVERIES: _deliveries,
    WaitingKind.UNREADY: _unready,
}
# The URL name of the page where each is looked into.
PAGES: Mapping[WaitingKind, str] = {
    WaitingKind.MONEY: "desk-restored-money",
    WaitingKind.HELD: "desk-trade-holds",
    WaitingKind.UNCOVERED: "desk-balance",
    WaitingKind.NEAR_LIMIT: "desk-limits",
    WaitingKind.REFUNDS: "desk-villages",
    WaitingKind.UNPAID: "desk-villages",
    WaitingKind.GATEWAYS: "desk-gateways",
    WaitingKind.DISPUTES: "desk-gateways",
    WaitingKind.PAYOUTS: "desk-payout-answers",
    WaitingKind.DELIVERIES: "desk-deliveries",
    WaitingKind.UNREADY: "desk-villages",
}
