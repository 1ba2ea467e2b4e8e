"""Paths of the federation's desk, under /federasi/. An action lies under the page to which a look at its address leads back."""

from django.urls import path

from federation.pages.desk import overview_page, second_factor_pages, stuck_deliveries_page
from federation.pages.desk.bank import (
    bank_account_page,
    bank_accounts_page,
    bank_statements_page,
    statement_import_page,
    statement_line_pages,
)
from federation.pages.desk.books import activity_page, journal_page, ledger_account_page, seals_page, trial_balance_page
from federation.pages.desk.members import limit_page, limits_page, members_page, positions_page, take_overs_page, trade_holds_page
from federation.pages.desk.settlement import (
    carry_page,
    cash_payment_pages,
    cutoff_page,
    cycle_actions,
    cycle_page,
    cycle_payments_page,
    cycle_reconciliation_page,
    cycles_page,
    payout_answer_pages,
    payout_pages,
)

_CYCLE = "putaran/<int:number>"
_PAYMENT = f"{_CYCLE}/uang/<uuid:leg_id>"
_LINE = "rekening-koran/<uuid:line_id>"

settlement = [
    path("putaran/", cycles_page.index, name="desk-cycles"),
    path("putaran.csv", cycles_page.table_csv, name="desk-cycles-csv"),
    path(f"{_CYCLE}/", cycle_page.index, name="desk-cycle"),
    path(f"{_CYCLE}/pihak.csv", cycle_page.parties_csv, name="desk-cycle-parties-csv"),
    path(f"{_CYCLE}/tutup/", cutoff_page.index, name="desk-cutoff"),
    path(f"{_CYCLE}/setujui/", cycle_actions.approve, name="desk-cycle-approve"),
    path(f"{_CYCLE}/batal/", cycle_actions.abort, name="desk-cycle-abort"),
    path(f"{_CYCLE}/keberatan/<uuid:objection_id>/", cycle_actions.answer, name="desk-objection-answer"),
    path(f"{_CYCLE}/uang/", cycle_payments_page.index, name="desk-cycle-payments"),
    path(f"{_CYCLE}/pembayaran.csv", cycle_payments_page.legs_csv, name="desk-cycle-legs-csv"),
    path(f"{_CYCLE}/berkas/<slug:message_id>.<str:kind>", cycle_payments_page.bank_file, name="desk-cycle-file"),
    path(f"{_CYCLE}/uang/siapkan/", payout_pages.prepare, name="desk-payouts-prepare"),
    path(f"{_CYCLE}/uang/gerbang/", payout_pages.prepare_at_gateway, name="desk-payouts-gateway"),
    path(f"{_CYCLE}/uang/berkas/", payout_pages.make_file, name="desk-bank-file-make"),
    path(f"{_CYCLE}/uang/tunai/", cash_payment_pages.plan, name="desk-cash-plan"),
    path(f"{_PAYMENT}/serah/", cash_payment_pages.give, name="desk-cash-give"),
    path(f"{_PAYMENT}/terima/", cash_payment_pages.receive, name="desk-cash-receive"),
    path(f"{_PAYMENT}/batal/", cash_payment_pages.call_off, name="desk-cash-call-off"),
    path(f"{_PAYMENT}/ditolak/", payout_pages.rejected_by_bank, name="desk-payout-refused"),
    path(f"{_PAYMENT}/tunai/", payout_pages.in_cash, name="desk-payout-in-cash"),
    path(f"{_CYCLE}/cocok/", cycle_reconciliation_page.index, name="desk-cycle-reconciliation"),
    path("jawaban-gerbang/", payout_answer_pages.index, name="desk-payout-answers"),
    path("jawaban-gerbang/usul/<uuid:leg_id>/", payout_answer_pages.propose, name="desk-payout-answer-propose"),
    path("jawaban-gerbang/<uuid:answer_id>/tegaskan/", payout_answer_pages.confirm, name="desk-payout-answer-confirm"),
    path("jawaban-gerbang/<uuid:answer_id>/tolak/", payout_answer_pages.decline, name="desk-payout-answer-decline"),
    path("sisa/", carry_page.index, name="desk-carry"),
    path("sisa/ubah/", carry_page.change, name="desk-carry-change"),
]
bank = [
    path("rekening-koran/", bank_statements_page.index, name="desk-bank-statements"),
    path("rekening-koran.csv", bank_statements_page.table_csv, name="desk-bank-statements-csv"),
    path("rekening-koran/masukkan/", statement_import_page.index, name="desk-statement-import"),
    path("rekening-koran/berkas/<uuid:statement_id>/", statement_import_page.take_back, name="desk-statement-take-back"),
    path(f"{_LINE}/", statement_line_pages.index, name="desk-statement-line"),
    path(f"{_LINE}/jelaskan/", statement_line_pages.explain, name="desk-line-explain"),
    path(f"{_LINE}/salah-baca/", statement_line_pages.misread, name="desk-line-misread"),
    path(f"{_LINE}/pembayaran/", statement_line_pages.payout, name="desk-line-payout"),
    path(f"{_LINE}/simpan/", statement_line_pages.hold, name="desk-line-hold"),
    path(f"{_LINE}/setoran/", statement_line_pages.pay_in, name="desk-line-pay-in"),
    path(f"{_LINE}/gerbang/", statement_line_pages.of_gateway, name="desk-line-gateway"),
    path(f"{_LINE}/ditarik/", statement_line_pages.take_back, name="desk-line-take-back"),
    path(f"{_LINE}/kembalikan/", statement_line_pages.pay_back, name="desk-line-pay-back"),
    path("rekening-bank/", bank_accounts_page.index, name="desk-bank-accounts"),
    path("rekening-bank/hentikan/", bank_account_page.stop, name="desk-bank-account-stop"),
    path("rekening-bank/lanjutkan/", bank_account_page.resume, name="desk-bank-account-resume"),
    path("rekening-bank/<str:party>/", bank_account_page.index, name="desk-bank-account"),
    path("rekening-bank/<str:party>/ubah/", bank_account_page.change, name="desk-bank-account-change"),
    path("rekening-bank/<str:party>/tegaskan/", bank_account_page.confirm, name="desk-bank-account-confirm"),
    path("rekening-bank/<str:party>/tarik/", bank_account_page.withdraw, name="desk-bank-account-withdraw"),
]
members = [
    path("ambil-alih/", take_overs_page.index, name="desk-take-overs"),
    path("ambil-alih/usul/<uuid:order_id>/", take_overs_page.propose, name="desk-take-over-propose"),
    path("ambil-alih/<uuid:take_over_id>/setuju/", take_overs_page.approve, name="desk-take-over-approve"),
    path("ambil-alih/<uuid:take_over_id>/tolak/", take_overs_page.decline, name="desk-take-over-decline"),
    path("toko-ditahan/", trade_holds_page.index, name="desk-trade-holds"),
    path("toko-ditahan/<str:code>/usul/", trade_holds_page.propose, name="desk-trade-release-propose"),
    path("toko-ditahan/<str:code>/<uuid:proposal_id>/tegaskan/", trade_holds_page.confirm, name="desk-trade-release-confirm"),
    path("toko-ditahan/<str:code>/<uuid:proposal_id>/tolak/", trade_holds_page.decline, name="desk-trade-release-decline"),
    path("anggota/", members_page.index, name="desk-villages"),
    path("anggota.csv", members_page.table_csv, name="desk-villages-csv"),
    path("posisi/", positions_page.index, name="desk-positions"),
    path("posisi.csv", positions_page.table_csv, name="desk-positions-csv"),
    path("batas/", limits_page.index, name="desk-limits"),
    path("batas.csv", limits_page.table_csv, name="desk-limits-csv"),
    path("batas/<str:code>/", limit_page.index, name="desk-limit"),
    path("batas/<str:code>/ubah/", limit_page.change, name="desk-limit-change"),
]
books = [
    path("neraca/", trial_balance_page.index, name="desk-balance"),
    path("neraca.csv", trial_balance_page.table_csv, name="desk-balance-csv"),
    path("segel/", seals_page.index, name="desk-seals"),
    path("segel.csv", seals_page.table_csv, name="desk-seals-csv"),
    path("jurnal/", journal_page.index, name="desk-journal"),
    path("jurnal.csv", journal_page.table_csv, name="desk-journal-csv"),
    path("rekening/<str:account>/", ledger_account_page.index, name="desk-ledger-account"),
    path("rekening/<str:account>.csv", ledger_account_page.table_csv, name="desk-ledger-account-csv"),
    path("jejak/", activity_page.index, name="desk-activity"),
    path("jejak.csv", activity_page.table_csv, name="desk-activity-csv"),
]
urlpatterns = [
    path("", overview_page.index, name="desk"),
    path("perputaran.csv", overview_page.table_csv, name="desk-csv"),
    path("kode/", second_factor_pages.index, name="desk-factor"),
    path("kode/pasang/", second_factor_pages.enrol, name="desk-factor-enrol"),
    path("kode/aktifkan/", second_factor_pages.confirm, name="desk-factor-confirm"),
    path("kode/ganti/", second_factor_pages.replace, name="desk-factor-replace"),
    path("kode/lepas/", second_factor_pages.remove, name="desk-factor-remove"),
    path("kiriman/", stuck_deliveries_page.index, name="desk-deliveries"),
    path("kiriman/<uuid:delivery_id>/ulang/", stuck_deliveries_page.resend, name="desk-delivery-resend"),
    path("kiriman/<uuid:delivery_id>/lewati/", stuck_deliveries_page.skip, name="desk-delivery-skip"),
    path("kiriman/semua/<slug:subscriber>/ulang/", stuck_deliveries_page.resend_all, name="desk-deliveries-resend"),
    *settlement,
    *bank,
    *members,
    *books,
]
