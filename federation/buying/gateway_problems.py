"""Why a person must look at a payment or refund at a gateway: what the program never decides by itself. Nobody else writes `problem`."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from federation.models import GatewayPayment, GatewayRefund


class Problem(models.TextChoices):
    """The reason, as a word of the column `problem` of a GatewayPayment or GatewayRefund."""

    AMOUNT = "amount", _("Gerbang menerima jumlah lain daripada yang diminta. Tidak ada pesanan yang dilunasi dengannya.")
    CURRENCY = "currency", _("Gerbang menyebut mata uang lain, bukan rupiah. Tidak ada yang dibukukan.")
    TAKEN_BACK = "taken-back", _("Gerbang sudah menyatakan lunas, lalu menyatakan gagal. Periksa di gerbang.")
    CHARGE = "charge", _("Gerbang menyebut potongan lain daripada yang sudah dibukukan.")
    DISPUTE = "dispute", _("Uang sengketa di gerbang tidak cocok dengan yang sudah dibukukan.")
    KEY = "key", _("Gerbang mengenal kunci ini dengan isi lain.")
    TWICE = "twice", _("Pembeli mendapat uang ini dua kali: lewat uang kembali dan lewat sengketa. Mintalah kembali dari pembeli.")
    OWED_AGAIN = (
        "owed-again",
        _(
            "Uang sengketa yang sudah dihitung sebagai uang kembali diambil lagi dari pembeli, jadi pembeli masih kurang menerima. "
            "Transfer kekurangannya lewat bank, lalu nyatakan baris rekening korannya sebagai biaya federasi."
        ),
    )
    NOT_REFUNDABLE = "not-refundable", _("Gerbang tidak bisa mengirim uang ini kembali. Bayar dengan cara lain.")
    REFUND_FAILED = "refund-failed", _("Gerbang gagal mengirim uang kembali. Kirim lagi, atau bayar dengan cara lain.")
    REFUND_AMOUNT = "refund-amount", _("Gerbang mengirim kembali jumlah lain daripada yang diminta.")
    UNDECIDED = "undecided", _("Waktu membayarnya sudah lewat lebih dari sehari, dan gerbang belum memutuskannya atau tidak menjawab.")
    UNREADABLE = "unreadable", _("Jawaban gerbang tidak bisa dibukukan. Ditanyai lagi tiap 10 menit; beri tahu yang merawat sistem.")
    SENT_AFTER_FAILURE = "sent-late", _("Pengiriman kembali yang sudah dinyatakan gagal ternyata terkirim. Periksa di gerbang.")


WAITS = ~Q(problem="") | ~Q(difference_rupiah=0)  # of a payment: a problem, or the books disagree with the gateway


def count() -> int:
    """How many payments and refunds a person must look at."""
    payments, refunds = GatewayPayment.objects.filter(WAITS), GatewayRefund.objects.exclude(problem="")
    return payments.values("id").union(refunds.values("id"), all=True).count()


def of(row: GatewayPayment | GatewayRefund) -> tuple[Problem, ...]:
    """What stands, the oldest first; none hides another."""
    return tuple(Problem(word) for word in row.problem.split())


def find(row: GatewayPayment | GatewayRefund, problem: Problem) -> None:
    """Let a person look at it, unless one has closed this very problem. The caller saves."""
    if problem not in row.closed_problem.split():
        _add(row, problem)


def require(row: GatewayPayment | GatewayRefund, problem: Problem) -> None:
    """Nothing goes on before a person has decided, though one closed it before. The caller saves."""
    row.closed_problem = _without(row.closed_problem, {problem})
    _add(row, problem)


def clear(row: GatewayPayment | GatewayRefund, problems: Collection[Problem] | None = None) -> None:
    """Nobody needs to look at these (by default all that stand) any more; the same can be found again. The caller saves."""
    gone = of(row) if problems is None else problems
    row.problem, row.closed_problem = _without(row.problem, gone), _without(row.closed_problem, gone)


def close(row: GatewayPayment | GatewayRefund, problems: Collection[Problem]) -> None:
    """A person has decided about these. Saves the two columns, the caller nothing."""
    closed = [*_without(row.closed_problem, problems).split(), *problems]
    row.problem, row.closed_problem = _without(row.problem, problems), " ".join(closed)
    row.save(update_fields=["closed_problem", "problem"])


def _add(row: GatewayPayment | GatewayRefund, problem: Problem) -> None:
    if problem not in row.problem.split():
        row.problem = f"{row.problem} {problem.value}".strip()


def _without(words: str, problems: Collection[Problem]) -> str:
    return " ".join(word for word in words.split() if word not in problems)
