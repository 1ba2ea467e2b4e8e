"""Why a person must look at a payment or refund at a gateway: what the program never decides by itself. Nobody else writes `problem`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from federation.models import GatewayPayment, GatewayRefund


class Problem(models.TextChoices):
    """The reason, as it stands in the column `problem` of a GatewayPayment or GatewayRefund."""

    AMOUNT = "amount", _("Gerbang menerima jumlah lain daripada yang diminta. Tidak ada pesanan yang dilunasi dengannya.")
    CURRENCY = "currency", _("Gerbang menyebut mata uang lain, bukan rupiah. Tidak ada yang dibukukan.")
    TAKEN_BACK = "taken-back", _("Gerbang sudah menyatakan lunas, lalu menyatakan gagal. Periksa di gerbang.")
    CHARGE = "charge", _("Gerbang menyebut potongan lain daripada yang sudah dibukukan.")
    DISPUTE = "dispute", _("Uang sengketa di gerbang tidak cocok dengan yang sudah dibukukan.")
    KEY = "key", _("Gerbang mengenal kunci ini dengan isi lain.")
    NOT_REFUNDABLE = "not-refundable", _("Gerbang tidak bisa mengirim uang ini kembali. Bayar dengan cara lain.")
    REFUND_FAILED = "refund-failed", _("Gerbang gagal mengirim uang kembali. Kirim lagi, atau bayar dengan cara lain.")
    REFUND_AMOUNT = "refund-amount", _("Gerbang mengirim kembali jumlah lain daripada yang diminta.")
    UNDECIDED = "undecided", _("Waktu membayarnya sudah lewat lebih dari sehari, dan gerbang belum memutuskannya atau tidak menjawab.")
    UNREADABLE = "unreadable", _("Jawaban gerbang tidak bisa dibukukan. Ditanyai lagi tiap 10 menit; beri tahu yang merawat sistem.")
    SENT_AFTER_FAILURE = "sent-late", _("Pengiriman kembali yang sudah dinyatakan gagal ternyata terkirim. Periksa di gerbang.")


def count() -> int:
    """How many payments and refunds a person must look at."""
    payments, refunds = GatewayPayment.objects.exclude(problem=""), GatewayRefund.objects.exclude(problem="")
    return payments.values("id").union(refunds.values("id"), all=True).count()


def find(row: GatewayPayment | GatewayRefund, problem: Problem) -> None:
    """Let a person look at it, unless one does already or has closed this very problem. The caller saves."""
    if not row.problem and row.closed_problem != problem:
        row.problem = problem


def require(row: GatewayPayment | GatewayRefund, problem: Problem) -> None:
    """Nothing goes on before a person has decided, for this reason in place of any other. The caller saves."""
    row.problem = problem


def clear(row: GatewayPayment | GatewayRefund) -> None:
    """Nobody needs to look at it any more; the same problem can be found again. The caller saves."""
    row.problem = ""


def close(row: GatewayPayment | GatewayRefund) -> None:
    """A person has decided. Saves the two columns, the caller nothing."""
    row.closed_problem, row.problem = row.problem, ""
    row.save(update_fields=["closed_problem", "problem"])
