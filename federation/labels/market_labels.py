"""Labels for what the rows call by code: states, methods, deliveries, categories, news. One place, so that all pages say the same.

Plain sentences about goods and money, as people in the village say them; gettext msgids, translated when they are shown.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from federation.buying import payment_methods

# What a buyer reads about an order: (short tag, kind of the tag).
STATES = {
    "placed": (_("Menunggu diterima penjual"), ""),
    "accepted": (_("Sedang disiapkan"), "ok"),
    "ready": (_("Siap diambil atau dikirim"), "ok"),
    "underway": (_("Dalam perjalanan"), "ok"),
    "delivered": (_("Sudah diserahkan, belum dibayar"), ""),
    "completed": (_("Selesai"), "ok"),
    "cancelled": (_("Dibatalkan"), "bad"),
    "expired": (_("Lewat waktu"), "bad"),
    "returned": (_("Barang dikembalikan"), "bad"),
}

METHODS = {method.value: _(row.buyer_label) for method, row in payment_methods.METHODS.items()}
RECEIPTS = {method.value: _(row.receipt_label) for method, row in payment_methods.METHODS.items()}  # how it was paid

DELIVERIES = {
    "pickup_seller": _("ambil sendiri di penjual"),
    "pickup_home": _("ambil di BUMDes desa Anda"),
    "courier_seller": _("diantar kurir penjual"),
    "courier_home": _("diantar kurir desa Anda"),
}

CATEGORIES = {
    "sembako": _("Sembako"),
    "sayur-buah": _("Sayur & buah"),
    "jajanan": _("Jajanan pasar"),
    "rumah-tangga": _("Rumah tangga"),
    "kerajinan": _("Kerajinan"),
    "wisata": _("Paket wisata"),
}

CONSIGNORS = {
    "bumdes": _("BUMDes sendiri"),
    "warung": _("Warung"),
    "umkm": _("Usaha kecil (UMKM)"),
    "elders": _("Kelompok lansia"),
    "disability": _("Kelompok difabel"),
    "farmer": _("Petani"),
}

ROLES = {
    "manager": _("Pengelola"),
    "cashier": _("Kasir"),
    "courier": _("Kurir"),
    "service": _("Pelayanan"),
    "operator": _("Operator federasi"),
    "approver": _("Pemberi persetujuan"),
    "auditor": _("Pemeriksa"),
}

MOVEMENTS = {
    "received": _("Barang masuk"),
    "sold": _("Diserahkan ke pembeli"),
    "broken": _("Rusak atau hilang"),
    "counted": _("Hasil hitung ulang"),
    "returned": _("Dikembalikan pembeli"),
}

TABLES = {
    "state": {code: label for code, (label, _kind) in STATES.items()},
    "method": METHODS,
    "receipt": RECEIPTS,
    "delivery": DELIVERIES,
    "category": CATEGORIES,
    "consignor": CONSIGNORS,
    "role": ROLES,
    "movement": MOVEMENTS,
}


def of(*, code: str, kind: str) -> str:
    """What a code of one kind is called ("state", "method", ...); an unknown code is shown as it is, never an error page."""
    return str(TABLES[kind].get(code, code))
