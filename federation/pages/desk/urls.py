"""Paths of the federation's desk, under /federasi/."""

from django.urls import path

from federation.pages.desk import overview_page, second_factor_page, stuck_deliveries_page
from federation.pages.desk.bank import bank_account_page, bank_accounts_page, bank_statements_page
from federation.pages.desk.books import activity_page, journal_page, ledger_account_page, seals_page, trial_balance_page
from federation.pages.desk.members import limit_page, limits_page, members_page, positions_page
from federation.pages.desk.settlement import carry_page, cycle_page, cycle_payments_page, cycle_reconciliation_page, cycles_page

urlpatterns = [
    path("", overview_page.index, name="desk"),
    path("perputaran.csv", overview_page.table_csv, name="desk-csv"),
    path("putaran/", cycles_page.index, name="desk-cycles"),
    path("putaran.csv", cycles_page.table_csv, name="desk-cycles-csv"),
    path("putaran/<int:number>/", cycle_page.index, name="desk-cycle"),
    path("putaran/<int:number>/pihak.csv", cycle_page.parties_csv, name="desk-cycle-parties-csv"),
    path("putaran/<int:number>/uang/", cycle_payments_page.index, name="desk-cycle-payments"),
    path("putaran/<int:number>/pembayaran.csv", cycle_payments_page.legs_csv, name="desk-cycle-legs-csv"),
    path("putaran/<int:number>/berkas/<slug:message_id>.<str:kind>", cycle_payments_page.file, name="desk-cycle-file"),
    path("putaran/<int:number>/cocok/", cycle_reconciliation_page.index, name="desk-cycle-reconciliation"),
    path("rekening-koran/", bank_statements_page.index, name="desk-bank-statements"),
    path("rekening-koran.csv", bank_statements_page.table_csv, name="desk-bank-statements-csv"),
    path("rekening-bank/", bank_accounts_page.index, name="desk-bank-accounts"),
    path("rekening-bank/<str:party>/", bank_account_page.index, name="desk-bank-account"),
    path("sisa/", carry_page.index, name="desk-carry"),
    path("anggota/", members_page.index, name="desk-villages"),
    path("anggota.csv", members_page.table_csv, name="desk-villages-csv"),
    path("posisi/", positions_page.index, name="desk-positions"),
    path("posisi.csv", positions_page.table_csv, name="desk-positions-csv"),
    path("batas/", limits_page.index, name="desk-limits"),
    path("batas.csv", limits_page.table_csv, name="desk-limits-csv"),
    path("batas/<str:code>/", limit_page.index, name="desk-limit"),
    path("kiriman/", stuck_deliveries_page.index, name="desk-deliveries"),
    path("kiriman/<uuid:delivery_id>/ulang/", stuck_deliveries_page.resend, name="desk-delivery-resend"),
    path("kiriman/<uuid:delivery_id>/lewati/", stuck_deliveries_page.skip, name="desk-delivery-skip"),
    path("kiriman/semua/<slug:subscriber>/ulang/", stuck_deliveries_page.resend_all, name="desk-deliveries-resend"),
    path("kode/", second_factor_page.index, name="desk-factor"),
    path("neraca/", trial_balance_page.index, name="desk-balance"),
    path("neraca.csv", trial_balance_page.table_csv, name="desk-balance-csv"),
    path("segel/", seals_page.index, name="desk-seals"),
    path("segel.csv", seals_page.table_csv, name="desk-seals-csv"),
    path("jurnal/", journal_page.index, name="desk-journal"),
    path("jurnal.csv", journal_page.table_csv, name="desk-journal-csv"),
    path("rekening/<str:account>/", ledger_account_page.index, name="desk-ledger-account"),
    path("rekening/<str:account>.csv", ledger_account_page.table_csv, name="desk-ledger-account-csv"),
    path("jejak/", activity_page.index, name="desk-trail"),
    path("jejak.csv", activity_page.table_csv, name="desk-trail-csv"),
]
