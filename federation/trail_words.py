"""The words for what was done: trail entries and news say the same in the back office and at the federation's desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "purchase.placed": _("Pesanan baru masuk"),
    "payment.confirmed": _("Uangnya sudah masuk kas"),
    "payment.reversed": _("Pembayaran yang keliru dibatalkan"),
    "order.accepted": _("Pesanan diterima"),
    "order.ready": _("Barang sudah siap"),
    "order.underway": _("Barang berangkat"),
    "order.arrived": _("Barang sampai di BUMDes pembeli"),
    "order.delivered": _("Barang sudah diserahkan"),
    "order.cancelled": _("Pesanan dibatalkan"),
    "order.expired": _("Pesanan lewat waktu, belum dibayar"),
    "order.shortened": _("Pesanan dikurangi"),
    "order.broken": _("Barang pesanan rusak"),
    "order.returned": _("Barang dikembalikan pembeli"),
    "refund.due": _("Uang harus dikembalikan ke pembeli"),
    "refund.paid_out": _("Uang sudah dikembalikan ke pembeli"),
    "product.added": _("Barang baru ditambahkan"),
    "product.changed": _("Barang diubah"),
    "stock.received": _("Stok masuk"),
    "stock.broken": _("Kerusakan barang dicatat"),
    "stock.counted": _("Stok dihitung ulang"),
    "consignor.added": _("Penitip baru ditambahkan"),
    "consignor.changed": _("Penitip diubah"),
    "shop.changed": _("Keterangan toko diubah"),
    "village.created": _("Desa didaftarkan"),
    "village.opened": _("Toko desa dibuka"),
    "village.suspended": _("Toko desa ditutup sementara"),
    "village.resumed": _("Toko desa dibuka lagi"),
    "village.archived": _("Desa diarsipkan"),
    "village.exported": _("Data desa disalin ke luar"),
    "account.opened": _("Akun baru dibuat"),
    "account.password-set": _("Kata sandi dibuat atau diganti"),
    "factor.enrolled": _("Kode sekali pakai dipasang"),
    "factor.replaced": _("Kode sekali pakai diganti"),
    "factor.removed": _("Kode sekali pakai dilepas"),
    "factor.reset": _("Kode sekali pakai dihapus pengelola sistem"),
    "role.granted": _("Peran diberikan"),
    "role.ended": _("Peran diakhiri"),
    "limit.changed": _("Batas utang diubah"),
    "federation.terms-changed": _("Ketentuan federasi diubah"),
}


def said(*, action: str) -> str:
    """What was done, in words; an unknown deed is shown by its code, never an error page."""
    return str(WORDS.get(action, action))
