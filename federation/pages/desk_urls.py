"""Paths of the federation's desk, under /federasi/."""

from django.urls import path

from federation.pages import (
    desk_cycle,
    desk_cycle_payments,
    desk_cycles,
    desk_factor,
    desk_journal,
    desk_limit,
    desk_limits,
    desk_overview,
    desk_standing,
    desk_trail,
)

urlpatterns = [
    path("", desk_overview.index, name="desk"),
    path("perputaran.csv", desk_overview.table_csv, name="desk-csv"),
    path("putaran/", desk_cycles.index, name="desk-cycles"),
    path("putaran.csv", desk_cycles.table_csv, name="desk-cycles-csv"),
    path("putaran/<int:number>/", desk_cycle.index, name="desk-cycle"),
    path("putaran/<int:number>/pihak.csv", desk_cycle.parties_csv, name="desk-cycle-parties-csv"),
    path("putaran/<int:number>/uang/", desk_cycle_payments.index, name="desk-cycle-payments"),
    path("putaran/<int:number>/pembayaran.csv", desk_cycle_payments.legs_csv, name="desk-cycle-legs-csv"),
    path("putaran/<int:number>/berkas/<slug:message_id>.<str:kind>", desk_cycle_payments.file, name="desk-cycle-file"),
    path("anggota/", desk_standing.members, name="desk-villages"),
    path("anggota.csv", desk_standing.members_csv, name="desk-villages-csv"),
    path("posisi/", desk_standing.standing, name="desk-positions"),
    path("posisi.csv", desk_standing.standing_csv, name="desk-positions-csv"),
    path("batas/", desk_limits.index, name="desk-limits"),
    path("batas.csv", desk_limits.table_csv, name="desk-limits-csv"),
    path("batas/<str:code>/", desk_limit.index, name="desk-limit"),
    path("kode/", desk_factor.index, name="desk-factor"),
    path("jurnal/", desk_journal.index, name="desk-journal"),
    path("jurnal.csv", desk_journal.table_csv, name="desk-journal-csv"),
    path("rekening/<str:account>/", desk_journal.statement, name="desk-statement"),
    path("rekening/<str:account>.csv", desk_journal.statement_csv, name="desk-statement-csv"),
    path("jejak/", desk_trail.index, name="desk-trail"),
    path("jejak.csv", desk_trail.table_csv, name="desk-trail-csv"),
]
