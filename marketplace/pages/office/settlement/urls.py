"""Paths of settlement in a village's office, under /desa/<slug>/kelola/putaran/."""

from django.urls import path

from marketplace.pages.office.settlement import (
    own_account_page,
    settlement_actions,
    settlement_cash_pages,
    stated_cash_page,
    statement_pages,
    statement_tables,
)

urlpatterns = [
    path("", statement_pages.index, name="office-cycles"),
    path("rekening/", own_account_page.index, name="office-bank-account"),
    path("rekening/tegaskan/", own_account_page.confirm, name="office-bank-account-confirm"),
    path("rekening/hentikan/", own_account_page.stop, name="office-bank-account-stop"),
    path("rekening/lanjutkan/", own_account_page.resume, name="office-bank-account-resume"),
    path("tunai-sejak-cadangan/", stated_cash_page.index, name="office-stated-cash"),
    path("sisa/", settlement_actions.carry, name="office-carry"),
    path("<int:cycle>/", statement_pages.detail, name="office-cycle"),
    path("<int:cycle>/cetak/", statement_pages.printed, name="office-cycle-print"),
    path("<int:cycle>.csv", statement_tables.table_csv, name="office-cycle-csv"),
    path("<int:cycle>.xlsx", statement_tables.table_xlsx, name="office-cycle-xlsx"),
    path("<int:cycle>/keberatan/<uuid:obligation_id>/", settlement_actions.object_to, name="office-objection"),
    path("<int:cycle>/tunai/", settlement_cash_pages.plan, name="office-cycle-cash"),
    path("<int:cycle>/tunai/<uuid:leg_id>/serah/", settlement_cash_pages.give, name="office-cycle-give"),
    path("<int:cycle>/tunai/<uuid:leg_id>/terima/", settlement_cash_pages.receive, name="office-cycle-receive"),
    path("<int:cycle>/tunai/<uuid:leg_id>/batal/", settlement_cash_pages.call_off, name="office-cycle-call-off"),
]
