"""Labels for settlement cycles: their states, and what is to be done next, and by whom."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from federation.labels import figures
from settlement.reports import agenda, cycle_overview
from tenants import text_direction

# What a cycle's state is called: (label, kind of the tag).
STATES = {
    "open": (gettext_lazy("Sedang berjalan"), "ok"),
    "cutoff": (gettext_lazy("Buku ditutup"), ""),
    "snapshot": (gettext_lazy("Sedang dihitung"), ""),
    "computed": (gettext_lazy("Sudah dihitung"), ""),
    "proposed": (gettext_lazy("Menunggu persetujuan"), ""),
    "approved": (gettext_lazy("Disetujui"), ""),
    "setoff_posted": (gettext_lazy("Utang berputar dihapus"), ""),
    "collecting": (gettext_lazy("Menagih pembayaran"), ""),
    "paying": (gettext_lazy("Membayar desa"), ""),
    "reconciling": (gettext_lazy("Mencocokkan uang"), ""),
    "closed": (gettext_lazy("Selesai"), "ok"),
    "aborted": (gettext_lazy("Dibatalkan"), "bad"),
}

# The way of a cycle that nothing stops, each step under the action that ends it; the one after the last action is the current one.
STEPS = (
    ("cycle.cutoff", gettext_lazy("Operator menutup buku")),
    ("cycle.snapshot", gettext_lazy("Kewajiban dicatat")),
    ("cycle.computed", gettext_lazy("Dihitung, lalu diperiksa hitungannya")),
    ("cycle.proposed", gettext_lazy("Diperlihatkan ke desa, yang boleh keberatan")),
    ("cycle.approved", gettext_lazy("Disetujui orang kedua")),
    ("cycle.setoff-posted", gettext_lazy("Utang yang berputar dihapus")),
    ("cycle.collecting", gettext_lazy("Penagihan dimulai")),
    ("cycle.paying", gettext_lazy("Desa yang berutang membayar")),
    ("cycle.reconciling", gettext_lazy("Desa yang berpiutang dibayar")),
    ("cycle.closed", gettext_lazy("Uang dicocokkan dengan rekening, lalu selesai")),
)
# What each figure of a cycle counts, as it stands beside the figures: one definition on all pages.
DEFINITIONS = (
    gettext_lazy(
        "Yang dihitung: semua utang yang dicatat putaran ini, yaitu belanja antardesa, iuran dan uang kartu, dan sisa putaran sebelumnya; "
        "yang ditahan karena keberatan tidak ikut."
    ),
    gettext_lazy(
        "Dihapus: utang yang kembali ke asalnya, berdua atau dalam lingkaran, sehingga tidak perlu uang. Diringkas: siapa yang berutang "
        "dan sekaligus berpiutang hanya membayar atau menerima selisihnya."
    ),
    gettext_lazy("Selesai di dalam: yang dihapus dan yang diringkas. Yang dibawa ke putaran berikutnya dan yang tunai tidak termasuk."),
)


def state(*, code: str) -> tuple[str, str]:
    """A state's label and the kind of its tag; an unknown one is shown by its code."""
    label, kind = STATES.get(code, (code, ""))
    return str(label), kind


def sentence(*, totals: cycle_overview.Totals | None) -> str:
    """What a computed cycle came to, in one sentence; empty before."""
    if totals is None:
        return ""
    if not totals.gross_rupiah:
        return _("Tidak ada utang antardesa dalam putaran ini, jadi tidak ada uang yang perlu berpindah.")
    values = {
        "counted": figures.rupiah_short(totals.gross_rupiah),
        "cash": figures.rupiah_short(totals.cash_rupiah),
        "carried": figures.rupiah_short(totals.carried_rupiah),
        "share": figures.percent(inside(totals=totals)),
    }
    if totals.carried_rupiah:
        text = _("Dari %(counted)s utang yang dihitung, %(cash)s harus berpindah tunai dan %(carried)s dibawa; %(share)s selesai di dalam.")
    else:
        text = _("Dari %(counted)s utang yang dihitung, %(cash)s harus berpindah tunai; %(share)s selesai di dalam.")
    return text % values


def inside(*, totals: cycle_overview.Totals) -> float:
    """The share of the gross that was set off or shortened, cut (never rounded up) to a tenth of a per cent: 100 % stands only where it is
    true. What is carried is settled as little as what is to be paid.
    """
    settled = totals.gross_rupiah - totals.cash_rupiah - totals.carried_rupiah
    return settled * 1000 // max(1, totals.gross_rupiah) / 1000


def tone(*, cycle: cycle_overview.Overview) -> str:
    """The kind of the message that says how a cycle stands: what was not paid, or was given up, looks like trouble."""
    if cycle.is_under_way:
        return "wait"
    uncollected = cycle.ended_at is not None and cycle.totals is not None and cycle.totals.uncollected_rupiah > 0
    return "warn" if cycle.end_reason or uncollected else ""


def next_step(*, cycle: cycle_overview.Overview, waiting: agenda.Waiting | None, unfinished: int | None, at: datetime) -> str:
    """What is to be done next, and by whom.

    `waiting` is what a cycle under way waits for; `unfinished` the number of the cycle under way, if there is one.
    """
    if cycle.is_open:
        if unfinished is not None:
            return _("Belanja dicatat di sini. Bukunya baru bisa ditutup sesudah putaran %(number)s selesai.") % {"number": unfinished}
        return _("Belanja dicatat di sini. Operator menutup bukunya bila waktunya tiba.")
    if waiting is not None and cycle.is_under_way:
        return _under_way(cycle, waiting, at=at)
    if cycle.end_reason:
        return _("Dibatalkan: %(reason)s. Semua utangnya masuk putaran berikutnya.") % {
            "reason": text_direction.isolated(cycle.end_reason.rstrip("."))
        }
    left = cycle.totals.uncollected_rupiah if cycle.totals else 0
    if left:
        return _("%(left)s tidak terbayar sampai tenggat dan pindah ke putaran berikutnya.") % {"left": figures.rupiah_short(left)}
    return _("Semuanya lunas.")


def _under_way(cycle: cycle_overview.Overview, waiting: agenda.Waiting, *, at: datetime) -> str:
    if cycle.state == "proposed":
        return _proposed(cycle, waiting, at=at)
    if cycle.state == "collecting":
        return _collecting(cycle, waiting)
    if cycle.state == "paying":
        return _paying(waiting) or _("Pembayaran sedang diselesaikan sistem; tidak ada yang perlu dilakukan.")
    if cycle.state == "reconciling":
        if waiting.lines_open:
            return _lines(waiting.lines_open)
        return _("Ada uang yang belum cocok dengan rekening bank. Operator mencocokkannya.")
    return _("Sedang dikerjakan sistem; tidak ada yang perlu dilakukan.")


def _proposed(cycle: cycle_overview.Overview, waiting: agenda.Waiting, *, at: datetime) -> str:
    if cycle.objections_until_at is not None and at < cycle.objections_until_at:
        until = figures.date_time(cycle.objections_until_at)
        text = _("Desa masih boleh keberatan sampai %(until)s; sesudah itu orang kedua menyetujui.") % {"until": until}
    else:
        text = _("Menunggu persetujuan orang kedua.")
    return f"{objections(count=waiting.objections)} {text}" if waiting.objections else text


def objections(*, count: int) -> str:
    """How many objections nobody has answered."""
    text = ngettext("%(count)s keberatan desa menunggu jawaban operator.", "%(count)s keberatan desa menunggu jawaban operator.", count)
    return text % {"count": count}


def _collecting(cycle: cycle_overview.Overview, waiting: agenda.Waiting) -> str:
    if waiting.distributable_rupiah > 0:
        return _("%(amount)s sudah terkumpul dan belum dibagikan. Operator menyiapkan pembayaran ke desa.") % {
            "amount": figures.rupiah_short(waiting.distributable_rupiah)
        }
    payable = _paying(waiting)
    if payable and not waiting.unpaid_villages:
        return payable
    text = ngettext(
        "%(count)s desa belum membayar %(amount)s, paling lambat %(until)s.",
        "%(count)s desa belum membayar %(amount)s, paling lambat %(until)s.",
        waiting.unpaid_villages,
    )
    return text % {
        "count": waiting.unpaid_villages,
        "amount": figures.rupiah_short(waiting.uncollected_rupiah),
        "until": figures.date_time(cycle.collect_until_at),
    }


def _paying(waiting: agenda.Waiting) -> str:
    """What keeps payouts from their end; empty if nothing does."""
    if waiting.distributable_rupiah > 0:
        return _("%(amount)s sudah terkumpul dan belum dibagikan. Operator menyiapkan pembayaran ke desa.") % {
            "amount": figures.rupiah_short(waiting.distributable_rupiah)
        }
    if waiting.bank_planned:
        text = ngettext(
            "%(count)s pembayaran siap dikirim. Operator membuat berkas bank.",
            "%(count)s pembayaran siap dikirim. Operator membuat berkas bank.",
            waiting.bank_planned,
        )
        return text % {"count": waiting.bank_planned}
    cash = waiting.cash_planned + waiting.cash_given
    if cash:
        text = ngettext("%(count)s penyerahan tunai belum selesai.", "%(count)s penyerahan tunai belum selesai.", cash)
        return text % {"count": cash}
    if waiting.bank_submitted:
        text = ngettext(
            "%(count)s pembayaran ada di bank. Operator memasukkan rekening korannya bila sudah keluar.",
            "%(count)s pembayaran ada di bank. Operator memasukkan rekening korannya bila sudah keluar.",
            waiting.bank_submitted,
        )
        return text % {"count": waiting.bank_submitted}
    if waiting.gateway_sent:
        text = ngettext(
            "%(count)s pembayaran menunggu jawaban gerbang. Kalau gerbang tidak menjawab, operator mencatat jawaban tertulisnya.",
            "%(count)s pembayaran menunggu jawaban gerbang. Kalau gerbang tidak menjawab, operator mencatat jawaban tertulisnya.",
            waiting.gateway_sent,
        )
        return text % {"count": waiting.gateway_sent}
    return ""


def _lines(count: int) -> str:
    text = ngettext(
        "%(count)s baris rekening koran belum jelas. Operator memutuskannya.",
        "%(count)s baris rekening koran belum jelas. Operator memutuskannya.",
        count,
    )
    return text % {"count": count}
