"""Why a line of a bank statement waits for a person: what the page that shows it says."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from settlement.bank.rails import progress
from settlement.bank.statement_files import identities

REASONS: Mapping[str, str] = {
    "no-reference": gettext_noop("Tidak ada nomor rujukan kita di berita transfer."),
    "has-cents": gettext_noop(
        "Jumlahnya memuat sen; pembayaran putaran selalu rupiah bulat. Kalau tetap dihitung, hanya rupiahnya yang dibukukan."
    ),
    "several-references": gettext_noop("Ada lebih dari satu nomor rujukan, jadi tidak jelas mana yang dimaksud."),
    "unknown-payment": gettext_noop("Nomor rujukannya tidak dikenal."),
    "cycle-not-collecting": gettext_noop("Putaran itu sedang tidak menagih pembayaran."),
    "more-than-open": gettext_noop("Lebih besar dari yang masih harus dibayar desa itu."),
    "looks-like-another": gettext_noop(
        "Mungkin sama dengan baris yang sudah ada: hari dan jumlahnya sama, hanya nomor bank atau rujukannya lain. Periksa di rekening "
        "apakah uangnya bergerak dua kali."
    ),
    "read-otherwise": gettext_noop(
        "Mungkin baris yang uangnya sudah dibukukan, terbaca terbalik: jumlah dan rujukannya sama, hanya arah atau tanggalnya lain. "
        "Periksa susunan kolom dan bentuk tanggalnya; kalau memang salah baca, nyatakan begitu."
    ),
    "bank-charge": gettext_noop("Biaya yang diambil bank bersama satu pembayaran. Jelaskan saja."),
    "taken-back": gettext_noop("Bank menarik kembali uang masuk. Pilih setoran yang ditarik, lalu nyatakan begitu."),
    "not-seen-leaving": gettext_noop(
        "Uang kembali dari pembayaran yang belum terlihat keluar. Masukkan dulu rekening koran yang menunjukkan keluarnya; kalau kolomnya "
        "terbalik, tarik berkas ini."
    ),
    "seen-before": gettext_noop("Pembayaran dengan nomor ini sudah pernah terlihat di rekening."),
    "no-such-pay-in": gettext_noop("Uang masuk yang ditarik kembali ini tidak cocok dengan satu setoran."),
    "paid-on-already": gettext_noop(  # of lines that were read before every such line waited
        "Setoran ini ditarik kembali, padahal uangnya sudah dibayarkan ke desa lain. Putuskan siapa yang menanggungnya."
    ),
    **progress.REASONS,
}
# Why a line may be no booking of the bank's, or one that another line shows.
DOUBTFUL = frozenset({identities.LOOKS_LIKE_ANOTHER, identities.READ_OTHERWISE})
