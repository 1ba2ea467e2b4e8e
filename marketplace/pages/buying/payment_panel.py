"""What a purchase's page says and offers about paying through the federation: one sentence, and what can be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from django.utils.translation import gettext as _

from federation.labels import channel_labels, figures
from marketplace.gateway_payments.payment_offer import PaymentOffer, Stage

# A buyer who comes back from the gateway sees the page load itself again: so often, each time after so many seconds, then no more.
LOOKS_MAX = 18
LOOK_SECONDS = 10
_LOOKS = {str(number): number for number in range(1, LOOKS_MAX + 1)}


@dataclass(frozen=True)
class ChannelChoice:
    """A channel as the form offers it."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Panel:
    """kind: as of parts/message.html. go_on_url: the gateway's page of the payment under way. can_check: ask the gateway again.

    choices: the channels of the form, folded away while another payment is under way. look_again: the next number of looks, 0 for none.
    rest_back: a sentence about money that paid nothing.
    """

    sentence: str = ""
    kind: str = ""
    amount_rupiah: int = 0
    go_on_url: str = ""
    choices: Sequence[ChannelChoice] = ()
    can_check: bool = False
    look_again: int = 0
    rest_back: str = ""

    @property
    def folded(self) -> bool:
        return bool(self.go_on_url)


def looks(text: str) -> int:
    """How often the page was loaded since the buyer came back from the gateway, as its address says; 0: not from there, or long ago."""
    return _LOOKS.get(text, 0)


def of(offer: PaymentOffer, *, may_pay: bool, looks: int, at: datetime) -> Panel:
    """The panel of a purchase. `may_pay`: whoever looks holds the buyer's own link."""
    sentence, kind = _sentence(offer, may_pay=may_pay, looks=looks, at=at)
    under_way = offer.stage in (Stage.WAITING, Stage.PROCESSING)
    payable = may_pay and offer.stage in (Stage.TO_PAY, Stage.WAITING, Stage.FAILED) and not offer.is_over(at=at)
    rest = _("Ada uang %(amount)s yang tidak terpakai untuk pesanan ini; sedang dikirim kembali lewat cara bayarnya.")
    return Panel(
        sentence=sentence,
        kind=kind,
        amount_rupiah=offer.amount_rupiah,
        go_on_url=offer.url if payable else "",
        choices=_choices(offer) if payable else (),
        can_check=may_pay and under_way,
        look_again=looks + 1 if under_way and 0 < looks < LOOKS_MAX else 0,
        rest_back=rest % {"amount": figures.rupiah(offer.rest_back_rupiah)} if offer.rest_back_rupiah else "",
    )


def _choices(offer: PaymentOffer) -> list[ChannelChoice]:
    """The channels; only the one that the buyer chose is marked."""
    return [ChannelChoice(channel.value, str(channel_labels.CHANNELS[channel]), channel == offer.chosen) for channel in offer.channels]


def _sentence(offer: PaymentOffer, *, may_pay: bool, looks: int, at: datetime) -> tuple[str, str]:
    match offer.stage:
        case Stage.NOTHING if offer.outdated:
            return _("Tidak ada lagi yang perlu dibayar. Kalau Anda memegang nomor atau kode bayar, jangan dipakai lagi."), "warn"
        case Stage.NOTHING:
            return "", ""
        case Stage.HELD:
            return _(
                "Belum bisa dibayar: toko penjualnya dibuka lagi setelah pengelolanya memeriksa stok dan loket. Coba lagi nanti."
            ), "wait"
        case Stage.PAID:
            return (_("Pembayaran Anda sudah diterima. Terima kasih."), "") if looks else ("", "")
        case Stage.PROCESSING:
            return _("Pembayaran Anda sedang diproses. Jangan membayar lagi; biasanya selesai dalam beberapa menit."), "wait"
        case Stage.UNDER_REVIEW:
            return _under_review(offer), "warn"
        case Stage.WAITING if offer.is_over(at=at):
            return _("Waktu membayarnya sudah habis. Kalau Anda baru saja membayar, tunggu: kami sedang memeriksanya."), "wait"
        case Stage.TO_PAY | Stage.WAITING | Stage.FAILED:
            sentence, kind = _unpaid(offer, may_pay=may_pay, looks=looks, at=at)
            channel = channel_labels.CHANNELS[offer.chosen] if offer.chosen is not None else ""
            named = {"amount": figures.rupiah(offer.amount_rupiah), "last": figures.moment(offer.expires_at), "channel": channel}
            return sentence % named, kind
        case other:
            assert_never(other)


def _under_review(offer: PaymentOffer) -> str:
    if offer.is_under_way:
        return _("Kabar tentang pembayaran Anda belum bisa kami baca. Federasi memeriksanya; jangan membayar lagi.")
    return _("Uang Anda masuk, tetapi tidak cocok dengan yang diminta. Federasi memeriksanya; jangan membayar lagi.")


def _unpaid(offer: PaymentOffer, *, may_pay: bool, looks: int, at: datetime) -> tuple[str, str]:
    """Something is still to be paid; the sentence's names are filled by the caller."""
    if offer.is_over(at=at):
        return _("Waktu membayarnya sudah habis, jadi pesanan ini batal sendiri. Pesan lagi kalau masih mau."), "warn"
    if not may_pay and looks and offer.stage is Stage.WAITING and offer.url:
        return _waiting(offer, looks=looks), "wait"
    if not may_pay and looks and offer.stage is Stage.FAILED:
        return _("Pembayaran tadi tidak jadi. Bayar lagi %(amount)s dari tautan yang Anda simpan, paling lambat %(last)s."), "warn"
    if not may_pay:
        return _("Belum dibayar: %(amount)s, paling lambat %(last)s. Membayarnya dari tautan yang Anda simpan waktu memesan."), "wait"
    if not offer.channels:
        return _("Pembayaran %(amount)s lewat federasi sedang tidak tersedia. Coba lagi nanti, paling lambat %(last)s."), "warn"
    if offer.stage is Stage.WAITING:
        return _waiting(offer, looks=looks), "wait"
    if offer.stage is Stage.FAILED:
        return _("Pembayaran tadi tidak jadi. Bayar lagi %(amount)s di bawah, paling lambat %(last)s."), "warn"
    return _("Bayar %(amount)s di bawah, paling lambat %(last)s."), "wait"


def _waiting(offer: PaymentOffer, *, looks: int) -> str:
    """A payment was begun and not ended; its names are filled by the caller."""
    if offer.outdated:
        return _("Yang harus dibayar berubah menjadi %(amount)s. Jangan pakai lagi nomor atau kode bayar yang lama; bayar lagi di bawah.")
    if not offer.url:
        return _("Pembayaran %(amount)s belum terbuka. Tekan tombolnya sekali lagi, paling lambat %(last)s; Anda tidak membayar dua kali.")
    if looks:
        return _("Pembayaran %(amount)s belum kami terima. Kalau Anda sudah membayar, tunggu sebentar: halaman ini memeriksanya sendiri.")
    if offer.replaced:
        return _("Pembayaran %(amount)s (%(channel)s) sudah disiapkan, paling lambat %(last)s. Yang sebelumnya tidak berlaku lagi.")
    return _("Pembayaran %(amount)s sudah disiapkan. Selesaikan di halaman pembayaran, paling lambat %(last)s.")
