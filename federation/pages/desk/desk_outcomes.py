"""What became of an action, as the page after it says. The key stands in that page's address (?hasil=)."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from federation.labels import account_labels

OUTCOMES = {
    # cycles
    "cut_off": gettext_lazy("Buku sudah ditutup. Sistem mencatat dan menghitung kewajibannya; belanja jalan terus di putaran baru."),
    "approved": gettext_lazy("Putaran disetujui. Sistem sekarang menghapus utang yang berputar, lalu menagih sisanya."),
    "aborted": gettext_lazy("Putaran dibatalkan. Semua utangnya masuk putaran berikutnya."),
    "answered": gettext_lazy("Keberatan sudah dijawab. Kewajibannya ikut dihitung lagi di pencatatan berikutnya."),
    "carry_changed": gettext_lazy("Batas sisa disimpan. Berlaku mulai putaran berikutnya dihitung."),
    # a cycle's payments
    "payouts_prepared": gettext_lazy("Pembayaran ke desa sudah disiapkan menurut bagian masing-masing."),
    "file_made": gettext_lazy("Berkas bank sudah dibuat. Unduh, lalu unggah di portal bank; unduhannya boleh diulang kapan saja."),
    "payout_refused": gettext_lazy("Dicatat: bank menolak pembayaran itu. Jumlahnya terbuka lagi dan bisa disiapkan dengan jalan lain."),
    "payout_in_cash": gettext_lazy("Pembayaran itu sekarang disiapkan tunai. Anda dan desa penerima menyatakannya masing-masing."),
    "payout_answer_proposed": gettext_lazy("Dicatat. Sekarang orang lain di federasi menegaskan atau menolaknya."),
    "payout_answer_confirmed": gettext_lazy("Ditegaskan. Pembayaran itu sekarang tercatat seperti jawaban gerbang."),
    "payout_answer_declined": gettext_lazy("Ditolak. Pembayaran itu tetap seperti sebelumnya."),
    "restored_list_proposed": gettext_lazy("Diusulkan. Sekarang orang lain di federasi menegaskan daftar yang sama."),
    "restored_list_confirmed": gettext_lazy("Ditegaskan. Daftarnya masuk buku, dan uang federasi tidak ditahan lagi."),
    "line_owner_said": gettext_lazy("Dicatat. Baris itu masuk daftar, dan dihitung sesudah orang lain menegaskan daftarnya."),
    "cash_stated": gettext_lazy("Dicatat. Sekarang orang lain menegaskannya."),
    "cash_confirmed": gettext_lazy("Ditegaskan. Desa itu bisa dibayar lagi."),
    "cash_declined": gettext_lazy("Ditolak. Uang tunai desa itu harus dinyatakan lagi."),
    "account_confirmed_again": gettext_lazy("Ditegaskan. Rekening itu dipakai lagi."),
    "cash_planned": gettext_lazy("Penyerahan tunai sudah disiapkan. Yang menyerahkan dan yang menerima menyatakannya masing-masing."),
    "cash_given": gettext_lazy("Tercatat: uangnya Anda serahkan. Desa penerima menyatakan terimanya di kantornya."),
    "cash_received": gettext_lazy("Tercatat: uangnya Anda terima, dan sudah dibukukan."),
    "cash_called_off": gettext_lazy("Penyerahan dibatalkan; jumlahnya terbuka lagi."),
    # bank
    "line_explained": gettext_lazy("Dicatat sebagai biaya atau pendapatan federasi sendiri; kas sendirinya yang menanggung atau menerima."),
    "line_misread": gettext_lazy("Dicatat: baris itu salah baca, dan tidak ada yang dibukukan."),
    "line_payout": gettext_lazy("Dicatat sebagai pembayaran itu. Yang lebih daripadanya menjadi biaya federasi."),
    "import_taken_back": gettext_lazy(
        "Berkas itu ditarik: baris-barisnya tidak dihitung lagi. Masukkan lagi dengan susunan kolom yang benar."
    ),
    "line_held": gettext_lazy("Uangnya disimpan sebagai belum jelas, sampai diketahui milik siapa."),
    "line_paid_in": gettext_lazy("Dicatat sebagai setoran desa itu."),
    "line_of_gateway": gettext_lazy("Dicatat sebagai uang yang dikirim atau ditarik gerbang pembayaran."),
    "line_taken_back": gettext_lazy("Dicatat: setoran itu ditarik kembali oleh bank, dan desanya masih harus membayar."),
    "line_paid_back": gettext_lazy("Dicatat: uang yang tersimpan sudah dikembalikan."),
    "bank_account_proposed": format_lazy(
        "{} {}", gettext_lazy("Rekening diajukan dan diberitahukan. Orang lain menegaskannya."), account_labels.USED_LATER
    ),
    "bank_account_confirmed": format_lazy(
        "{} {}", gettext_lazy("Rekening ditegaskan. Yang sudah masuk berkas bank tidak berubah."), account_labels.USED_LATER
    ),
    "bank_account_withdrawn": gettext_lazy("Pengajuan rekening ditarik. Yang dipakai tetap seperti sebelumnya."),
    "bank_account_stopped": gettext_lazy("Pembayaran dari rekening federasi dihentikan sampai dilanjutkan."),
    "bank_account_resumed": gettext_lazy("Pembayaran dari rekening federasi dilanjutkan."),
    # members
    "take_over_proposed": gettext_lazy("Diusulkan. Sekarang orang lain di federasi menyetujui atau menolaknya."),
    "take_over_approved": gettext_lazy("Disetujui dan dibukukan. Pembeli menerima uangnya dari yang tertulis di daftar."),
    "take_over_declined": gettext_lazy("Dicatat: pengambilalihan itu tidak jadi."),
    "trade_release_proposed": gettext_lazy("Diusulkan. Sekarang orang lain di federasi menegaskan atau menolaknya."),
    "trade_released": gettext_lazy("Ditegaskan. Toko itu menerima pesanan lagi, dan loketnya membayar uang kembali lagi."),
    "trade_release_declined": gettext_lazy("Ditolak. Toko itu tetap ditahan."),
    "limit_changed": gettext_lazy("Batas sudah diubah dan berlaku mulai sekarang. Perubahannya tercatat di bawah."),
    # deliveries of events
    "delivery_resent": gettext_lazy("Kiriman dicoba lagi. Kalau tetap gagal, ia kembali ke sini."),
    "delivery_skipped": gettext_lazy("Kiriman dilewati dan tidak akan dicoba lagi."),
    # payment gateways
    "gateway_sent_back": gettext_lazy("Dicatat. Uangnya dikirim kembali lewat gerbang dalam beberapa menit."),
    "gateway_written_off": gettext_lazy("Dicatat: uang itu hilang dan menjadi biaya federasi."),
    "gateway_corrected": gettext_lazy("Dicatat: buku sekarang sama dengan uang di gerbang."),
    "gateway_given_up": gettext_lazy("Dicatat: pembayaran itu dianggap tidak jadi, dan pesanannya batal dalam beberapa menit."),
    "gateway_closed": gettext_lazy("Dicatat: sudah diperiksa, dan tidak ada yang perlu dilakukan lagi."),
    "gateway_refund_again": gettext_lazy("Gerbang mencoba lagi dalam beberapa menit. Kalau gagal lagi, ia kembali ke sini."),
    "gateway_refund_paid": gettext_lazy("Dicatat: pembeli sudah menerima uangnya dari kas federasi."),
    # one's own second factor
    "factor_confirmed": gettext_lazy("Kode sekali pakai sudah aktif. Kode tadi terpakai; untuk langkah berikutnya tunggu kode yang baru."),
    "factor_removed": gettext_lazy("Kode sekali pakai sudah dilepas. Hapus juga akunnya di aplikasi kode."),
}
