"""Labels for what was done: the activity log and news say the same in the back office and at the federation's desk."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from federation.labels import account_labels, figures

LABELS = {
    "market.restored": _("Pasar dipulihkan dari cadangan"),
    "receipts.left-out": _("Nomor kuitansi dilewati sesudah pemulihan"),
    "cycles.left-out": _("Nomor putaran dilewati sesudah pemulihan"),
    "purchase.placed": _("Pesanan baru masuk"),
    "payment.confirmed": _("Uangnya sudah diterima"),
    "payment.late": _("Uangnya datang sesudah pesanan berakhir"),
    "cash.handed-in": _("Kurir menyerahkan uang ke loket"),
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
    "refund.granted": _("Uang dikembalikan, barang tetap di pembeli"),
    "refund.due": _("Uang harus dikembalikan ke pembeli"),
    "refund.paid_out": _("Uang sudah dikembalikan ke pembeli"),
    "gateway-payment.sent-back": _("Uang yang salah jumlah dikirim kembali"),
    "gateway-payment.written-off": _("Uang yang ditarik kembali gerbang dicatat hilang"),
    "gateway-payment.corrected": _("Buku disamakan dengan uang di gerbang"),
    "gateway-payment.given-up": _("Pembayaran di gerbang yang tidak diputuskan dianggap tidak jadi"),
    "gateway-payment.closed": _("Pembayaran di gerbang selesai diperiksa"),
    "gateway-refund.sent-again": _("Uang kembali dikirim lagi lewat gerbang"),
    "gateway-refund.paid-by-hand": _("Uang kembali dibayar federasi dengan cara lain"),
    "gateway-refund.closed": _("Uang kembali di gerbang selesai diperiksa"),
    "product.added": _("Barang baru ditambahkan"),
    "product.changed": _("Barang diubah"),
    "stock.received": _("Stok masuk"),
    "stock.broken": _("Kerusakan barang dicatat"),
    "stock.counted": _("Stok dihitung ulang"),
    "consignor.added": _("Penitip baru ditambahkan"),
    "consignor.changed": _("Penitip diubah"),
    "shop.changed": _("Keterangan toko diubah"),
    "trade.held": _("Data pasar dipulihkan dari cadangan: toko menunggu pengelola memeriksa stok dan loket"),
    "trade.release-proposed": _("Federasi mengusulkan toko dibuka lagi"),
    "trade.release-declined": _("Usul membuka toko lagi ditolak"),
    "trade.released": _("Toko dibuka lagi sesudah pemulihan data"),
    "village.created": _("Desa didaftarkan"),
    "village.opened": _("Toko desa dibuka"),
    "village.suspended": _("Toko desa ditutup sementara"),
    "village.resumed": _("Toko desa dibuka lagi"),
    "village.archived": _("Desa diarsipkan"),
    "village.exported": _("Data desa disalin ke luar"),
    "village.restored": _("Data desa dipulihkan dari salinan"),
    "account.opened": _("Akun baru dibuat"),
    "account.password-set": _("Kata sandi dibuat atau diganti"),
    "factor.enrolled": _("Kode sekali pakai dipasang"),
    "factor.replaced": _("Kode sekali pakai diganti"),
    "factor.removed": _("Kode sekali pakai dilepas"),
    "factor.reset": _("Kode sekali pakai dihapus pengelola sistem"),
    "role.kept": _("Peran yang sudah ada dicatat"),
    "role.granted": _("Peran diberikan"),
    "role.ended": _("Peran diakhiri"),
    "limit.opened": _("Batas utang dibuka"),
    "limit.kept": _("Batas utang yang sudah ada dicatat"),
    "limit.changed": _("Batas utang diubah"),
    "bank-account.changed": _("Rekening bank diubah"),
    "bank-account.kept": _("Rekening bank yang sudah dipakai tetap dipakai"),
    "bank-account.proposed": _("Rekening bank baru diajukan"),
    "bank-account.confirmed": format_lazy(_("Rekening bank baru ditegaskan, dipakai {hours} jam kemudian"), hours=account_labels.HOURS),
    "bank-account.withdrawn": _("Pengajuan rekening bank ditarik"),
    "bank-account.stopped": _("Pembayaran ke rekening bank dihentikan"),
    "bank-account.restored": _("Rekening bank dari cadangan, menunggu ditegaskan lagi"),
    "bank-account.resumed": _("Pembayaran ke rekening bank dilanjutkan"),
    "payout.answered": _("Gerbang pembayaran menjawab secara tertulis tentang pembayaran ke desa ini"),
    "federation-account.proposed": _("Rekening baru federasi diajukan"),
    "federation-account.confirmed": format_lazy(
        _("Rekening baru federasi ditegaskan, dipakai {hours} jam kemudian"), hours=account_labels.HOURS
    ),
    "federation-account.withdrawn": _("Pengajuan rekening federasi ditarik"),
    "federation-account.stopped": _("Pembayaran dari rekening federasi dihentikan"),
    "federation-account.resumed": _("Pembayaran dari rekening federasi dilanjutkan"),
    "carry.agreed": _("Desa setuju menyisakan piutang"),
    "carry.limit-changed": _("Sisa utang yang boleh dibawa diubah"),
    "cycle.cutoff": _("Buku putaran ditutup"),
    "cycle.snapshot": _("Kewajiban putaran dicatat"),
    "cycle.frozen-again": _("Kewajiban putaran dicatat ulang"),
    "cycle.computed": _("Putaran dihitung"),
    "cycle.proposed": _("Hitungan putaran diperlihatkan ke desa"),
    "cycle.approved": _("Putaran disetujui"),
    "cycle.aborted": _("Putaran dibatalkan"),
    "cycle.setoff-posted": _("Utang yang berputar dihapus"),
    "cycle.collecting": _("Pembayaran putaran mulai ditagih"),
    "cycle.agent-cash-counted": _("Uang titipan federasi yang sudah tiba masuk putaran"),
    "cycle.agent-cash-not-counted": _("Uang titipan federasi keluar lagi dari putaran: gerbang sudah membayarkannya"),
    "cycle.paying": _("Penagihan putaran selesai"),
    "cycle.paying-again": _("Ada uang lagi: putaran membayar sekali lagi"),
    "cycle.reconciling": _("Pembayaran putaran selesai"),
    "cycle.closed": _("Putaran selesai"),
    "obligation.objected": _("Desa keberatan atas satu kewajiban"),
    "obligation.answered": _("Keberatan dijawab"),
    "payout.planned": _("Pembayaran ke desa disiapkan"),
    "payout.file-made": _("Berkas bank dibuat"),
    "payout.refused": _("Pembayaran ditolak bank"),
    "payout.in-cash": _("Pembayaran lewat bank diganti tunai"),
    "payout-answer.proposed": _("Jawaban tertulis gerbang tentang pembayaran dicatat"),
    "payout-answer.confirmed": _("Jawaban tertulis gerbang tentang pembayaran ditegaskan"),
    "payout-answer.declined": _("Jawaban tertulis gerbang tentang pembayaran ditolak"),
    "statement.imported": _("Rekening koran dibaca"),
    "statement.form-kept": _("Susunan kolom rekening koran disimpan"),
    "statement.taken-back": _("Rekening koran yang salah baca ditarik"),
    "statement.line-decided": _("Baris rekening koran diputuskan"),
    "statement.line-owner-said": _("Baris rekening koran dinyatakan uang sebuah desa"),
    "money.held": _("Uang federasi ditahan sesudah pemulihan dari cadangan"),
    "money.release-proposed": _("Daftar yang masuk buku sesudah pemulihan diusulkan"),
    "money.released": _("Daftar yang masuk buku sesudah pemulihan ditegaskan"),
    "cash.stated": _("Uang tunai putaran sejak cadangan dinyatakan"),
    "cash.stated-confirmed": _("Uang tunai putaran sejak cadangan ditegaskan"),
    "cash.stated-declined": _("Uang tunai putaran sejak cadangan ditolak"),
    "handover.planned": _("Penyerahan tunai disiapkan"),
    "handover.given": _("Uang tunai diserahkan"),
    "handover.received": _("Uang tunai diterima"),
    "handover.called-off": _("Penyerahan tunai batal"),
    "take-over.proposed": _("Pengambilalihan uang kembali diusulkan"),
    "take-over.approved": _("Pengambilalihan uang kembali disetujui"),
    "take-over.declined": _("Pengambilalihan uang kembali tidak jadi"),
    "take-over.paid-out": _("Uang kembali yang diambil alih diserahkan"),
    "federation.terms-changed": _("Ketentuan federasi diubah"),
    "clock.confirmed": _("Jam mesin dinyatakan benar"),
    "delivery.resent": _("Kiriman dicoba lagi"),
    "delivery.skipped": _("Kiriman dilewati"),
}

# What a line of a bank statement was said to be, by StatementLine.Decision.
LINE_DECISIONS = {
    "explained": _("biaya atau pendapatan federasi sendiri"),
    "misread": _("salah baca, tidak dibukukan"),
    "unbooked": _("dijelaskan, tidak dibukukan"),
    "payout": _("pembayaran ke desa"),
    "held": _("disimpan dulu, belum jelas"),
    "pay-in": _("setoran desa"),
    "paid-back": _("uang tersimpan dikembalikan"),
    "returned": _("setoran ditarik kembali oleh bank"),
    "gateway": _("uang dari gerbang pembayaran"),
    "adopted": _("uang desa yang hilang dari buku sejak cadangan"),
}


def label(*, action: str) -> str:
    """What was done; an unknown action is shown by its code, never an error page."""
    return str(LABELS.get(action, action))


def of_entry(*, action: str, detail: Mapping[str, object]) -> str:
    """What was done, with what was decided and about how much, where an entry of the log says so."""
    done = label(action=action)
    if action == "trade.released" and detail.get("lost_orders_rupiah"):
        words = _("%(done)s: %(amount)s dibayar loket untuk pesanan yang hilang dari buku")
        return str(words) % {"done": done, "amount": figures.rupiah(int(str(detail["lost_orders_rupiah"])))}
    if action != "statement.line-decided":
        return done
    decision = str(detail.get("decision", ""))
    what = f"{done}: {LINE_DECISIONS.get(decision, decision)}"
    if "rupiah" not in detail and "sen" not in detail:
        return what
    amount = figures.with_sen(int(str(detail.get("rupiah", 0))), int(str(detail.get("sen", 0))))
    moved = _("uang masuk %(amount)s") if detail.get("incoming") else _("uang keluar %(amount)s")
    return f"{what}, {str(moved) % {'amount': amount}}"
