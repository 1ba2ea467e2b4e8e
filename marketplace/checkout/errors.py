"""Why a basket could not be ordered: each names the item or the village, and the way on."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop

from federation.buying import order_drafts, purchases
from marketplace.models import Product, Shop
from tenants.errors import DomainError, Kind


class BasketEmpty(DomainError):
    """There is nothing to order."""

    kind = Kind.CONFLICT
    code = "basket-empty"
    sentence = gettext_noop("Keranjang masih kosong. Pilih barang dulu di pasar.")


class BadBuyer(DomainError):
    """A purchase needs a name of at most 100 and a phone number, and an address of at most 300 characters."""

    kind = Kind.INVALID
    code = "bad-buyer"
    sentence = gettext_noop("Isi nama dan nomor HP Anda, supaya penjual bisa menghubungi.")


class BadForm(DomainError):
    """The form carries no key by which it could be known again."""

    kind = Kind.INVALID
    code = "bad-form"
    sentence = gettext_noop("Formulir ini rusak di jalan, jadi belum ada yang dipesan. Periksa lagi, lalu kirim sekali lagi.")


class NotYourVillage(DomainError):
    """Staff order on behalf of people of their own village only."""

    kind = Kind.FORBIDDEN
    code = "not-your-village"
    sentence = gettext_noop("Petugas hanya bisa memesankan untuk warga desanya sendiri. Mulai lagi dari kas desa Anda.")


class AddressMissing(DomainError):
    """Goods that are brought home need an address."""

    kind = Kind.INVALID
    code = "address-missing"
    sentence = gettext_noop("Isi alamat rumah: ada barang yang minta diantar.")


class HomeUnknown(DomainError):
    """The home village is no active member."""

    kind = Kind.INVALID
    code = "home-unknown"
    sentence = gettext_noop("Pilih desa tempat tinggal dari daftar, atau “di luar federasi”.")


class SoldOut(DomainError):
    """Fewer pieces are left than wanted."""

    kind = Kind.CONFLICT
    code = "sold-out"
    sentence = gettext_noop("%(name)s dari %(village)s tinggal %(left)s. Kurangi jumlahnya atau hapus dari keranjang, lalu pesan lagi.")


class NotSold(DomainError):
    """The shop does not sell the product any more."""

    kind = Kind.CONFLICT
    code = "not-sold"
    sentence = gettext_noop("%(name)s tidak dijual lagi oleh %(village)s. Hapus dari keranjang, lalu pesan lagi.")


class ShopClosed(DomainError):
    """The seller takes no orders at the moment."""

    kind = Kind.CONFLICT
    code = "shop-closed"
    sentence = gettext_noop("Toko %(village)s sedang tutup. Hapus barangnya dari keranjang, atau coba lagi nanti.")


class GoodsChanged(DomainError):
    """A product is another than the one that the buyer was shown: its name, maker or unit."""

    kind = Kind.CONFLICT
    code = "goods-changed"
    sentence = gettext_noop(
        "%(name)s dari %(village)s berubah sejak halaman ini dibuka. Periksa perubahannya, lalu pesan lagi bila setuju."
    )


class PriceChanged(DomainError):
    """The price is another than the one that the buyer was shown."""

    kind = Kind.CONFLICT
    code = "price-changed"
    sentence = gettext_noop("Harga %(name)s dari %(village)s berubah. Periksa jumlah yang baru, lalu pesan lagi bila setuju.")


class AmountChanged(DomainError):
    """The sum is another than the one that the buyer was shown."""

    kind = Kind.CONFLICT
    code = "amount-changed"
    sentence = gettext_noop("Jumlah untuk %(village)s berubah. Periksa jumlah yang baru, lalu pesan lagi bila setuju.")


class BasketChanged(DomainError):
    """The basket holds other goods than the page that was sent showed."""

    kind = Kind.CONFLICT
    code = "basket-changed"
    sentence = gettext_noop(
        "Isi keranjang berubah sejak halaman ini dibuka, jadi belum ada yang dipesan."
        " Periksa barang dan jumlahnya, lalu pesan lagi bila setuju."
    )


class ChoiceNotOffered(DomainError):
    """This way of paying and getting the goods is not open for this seller and home."""

    kind = Kind.CONFLICT
    code = "choice-not-offered"
    sentence = gettext_noop("Pilih lagi cara bayar dan cara terima untuk %(village)s: yang tadi sedang tidak tersedia.")


class ChoiceMissing(DomainError):
    """Nothing was chosen for this seller."""

    kind = Kind.CONFLICT
    code = "choice-missing"
    sentence = gettext_noop("Pilih dulu cara bayar dan cara terima untuk %(village)s.")


class TooMuchAtOnce(DomainError):
    """What goes through a gateway is one payment, and larger than the gateway takes by this channel."""

    kind = Kind.LIMIT
    code = "too-much-at-once"
    sentence = gettext_noop(
        "Yang dibayar lewat federasi seluruhnya Rp %(total)s, sedangkan cara bayar itu menerima paling banyak Rp %(most)s sekaligus."
        " Pilih cara bayar lain untuk sebagian penjual."
    )


class TooManyUnpaid(DomainError):
    """The account has too many unpaid purchases."""

    kind = Kind.LIMIT
    code = "too-many-unpaid"
    sentence = gettext_noop(
        "Akun Anda masih punya belanjaan yang belum dibayar (paling banyak %(most)s). Bayar atau batalkan dulu, lalu pesan lagi."
    )


class TooManyUnpaidOfPhone(TooManyUnpaid):
    """The phone number has too many unpaid purchases, whoever ordered them."""

    sentence = gettext_noop(
        "Dengan nomor HP ini masih ada belanjaan yang belum dibayar (paling banyak %(most)s). Bayar atau batalkan dulu, lalu pesan lagi."
        " Bila bukan Anda yang memesannya, minta BUMDes memesankan."
    )


class TooManyUnpaidOfHelped(TooManyUnpaid):
    """Staff order for somebody whose phone number has too many unpaid purchases."""

    sentence = gettext_noop(
        "Dengan nomor HP pembeli ini masih ada belanjaan yang belum dibayar (paling banyak %(most)s). Terima dulu uangnya di Kas, atau"
        " minta pembeli membatalkan yang tidak jadi. Kalau belanjaan itu bukan miliknya, kosongkan nomor HP-nya di sini."
    )


class TooManyUnpaidOfAddress(DomainError):
    """Guests and accounts that never completed an order, behind one network address, have too many unpaid purchases together."""

    kind = Kind.LIMIT
    code = "too-many-unpaid-of-address"
    sentence = gettext_noop(
        "Lewat jaringan internet yang Anda pakai sudah terlalu banyak belanjaan tamu dan akun baru yang belum dibayar, mungkin milik orang"
        " lain: itu tidak perlu Anda bayar. Pakai jaringan lain, masuk dengan akun yang pernah menerima pesanan, atau minta BUMDes"
        " memesankan."
    )


class UnpaidSumTooLarge(DomainError):
    """Who never completed an order with an account would have more rupiah unpaid, with this purchase, than the federation allows."""

    kind = Kind.LIMIT
    code = "unpaid-sum-too-large"
    sentence = gettext_noop(
        "Tamu dan akun baru boleh punya belanjaan belum dibayar paling banyak Rp %(most_rupiah)s. Kurangi isi keranjang, bayar dulu"
        " belanjaan yang lama, atau minta BUMDes memesankan. Akun tidak baru lagi setelah satu pesanannya dibayar dan diterima."
    )


class LimitReached(DomainError):
    """The home village may not hold more cash for others."""

    kind = Kind.LIMIT
    code = "limit-reached"
    sentence = gettext_noop(
        "BUMDes %(village)s untuk sementara tidak bisa menerima uang untuk desa lain (batasnya tercapai)."
        " Pilih bayar ke penjual saat barang diterima."
    )


class GuestLimitReached(DomainError):
    """Unpaid purchases of guests, and of accounts without a completed order, may fill only a part of a village's limit."""

    kind = Kind.LIMIT
    code = "guest-limit-reached"
    sentence = gettext_noop(
        "Terlalu banyak belanjaan tamu dan akun baru yang belum dibayar di BUMDes %(village)s. Pilih bayar ke penjual, atau minta BUMDes"
        " memesankan. Akun tidak baru lagi setelah satu pesanannya dibayar dan diterima."
    )


def not_available(*, requested: Sequence[purchases.RequestedLine], reserved: set[str], village: str) -> DomainError:
    """Why the first product that could not be reserved is not to be had; asked inside the seller's schema, the transaction still open."""
    if not Shop.objects.values_list("open_to_buyers", flat=True).get(id=1):
        return ShopClosed(village=village)
    for line in requested:
        if line.product_id in reserved:
            continue
        product = Product.objects.filter(id=line.product_id).values("name", "published", "on_hand", "reserved").first()
        if product is None or not product["published"]:
            return NotSold(name=product["name"] if product else "?", village=village)
        return SoldOut(name=product["name"], village=village, left=max(0, product["on_hand"] - product["reserved"]))
    return AmountChanged(village=village)


def not_as_shown(*, selection: order_drafts.Selection, order: order_drafts.OrderDraft, village: str) -> DomainError:
    """Why an order is not what its buyer saw: the first product that is another, or another price, or only that the sum is."""
    was = {line.product_id: line for line in selection.shown or ()}
    for line in order.shown:
        shown = was.get(line.product_id, line)
        if shown == line:
            continue
        return (PriceChanged if shown._replace(price_rupiah=line.price_rupiah) == line else GoodsChanged)(name=shown.name, village=village)
    return AmountChanged(village=village)
