"""Paths of settlement in a village's office, under /desa/<slug>/kelola/putaran/."""

from django.urls import path

from marketplace.pages.office.cycles import cash, deeds, statements, tables

urlpatterns = [
    path("", statements.index, name="office-cycles"),
    path("rekening/", deeds.bank_account, name="office-bank-account"),
    path("sisa/", deeds.carry, name="office-carry"),
    path("<int:cycle>/", statements.detail, name="office-cycle"),
    path("<int:cycle>/cetak/", statements.printed, name="office-cycle-print"),
    path("<int:cycle>.csv", tables.table_csv, name="office-cycle-csv"),
    path("<int:cycle>.xlsx", tables.table_xlsx, name="office-cycle-xlsx"),
    path("<int:cycle>/keberatan/<uuid:obligation_id>/", deeds.object_to, name="office-objection"),
    path("<int:cycle>/tunai/", cash.plan, name="office-cycle-cash"),
    path("<int:cycle>/tunai/<uuid:leg_id>/serah/", cash.give, name="office-cycle-give"),
    path("<int:cycle>/tunai/<uuid:leg_id>/terima/", cash.receive, name="office-cycle-receive"),
    path("<int:cycle>/tunai/<uuid:leg_id>/batal/", cash.call_off, name="office-cycle-call-off"),
]
