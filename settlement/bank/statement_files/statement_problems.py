"""Why a statement is not read: the file as a whole, or its lines, each by its number. Nothing of it is read then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from settlement.bank.statement_files import SEN_PER_RUPIAH, Statement
from tenants import errors
from tenants.tables import table_problems
from tenants.tables.table_problems import LineNotRead, Problem

__all__ = ["LineNotRead", "Problem"]

BYTES_MAX = 5_000_000
ENTRIES_MAX = 50_000
DAY_MIN = date(2000, 1, 1)
TEXT_SHOWN_MAX = 60
DAYS_AHEAD_MAX = 7  # a bank may date what it books over a long holiday on the next working day
_NO_SUCH_DAY = gettext_noop("tanggal buku %(on)s tidak mungkin.")


class FileTooLarge(errors.DomainError):
    """More bytes or more entries than one statement may have."""

    kind = errors.Kind.INVALID
    code = "statement-too-large"
    sentence = gettext_noop("Berkas terlalu besar: paling besar 5 MB dan 50.000 baris. Ambil rekening koran untuk waktu yang lebih pendek.")


class LinesNotRead(table_problems.LinesNotRead):
    """Lines that cannot be read, each with its number and its reason; `problems` has them all."""

    kind = errors.Kind.INVALID
    code = "statement-lines-not-read"
    sentence = gettext_noop("Rekening koran tidak dibaca karena ada yang tidak jelas. %(lines)s")


class BalancesDisagree(errors.DomainError):
    """What was there and what moved do not come to what is there: lines are missing, or doubled."""

    kind = errors.Kind.INVALID
    code = "statement-balances-disagree"
    sentence = gettext_noop(
        "Saldo rekening koran tidak cocok: saldo awal Rp %(opening_rupiah)s ditambah mutasi Rp %(moved_rupiah)s bukan saldo akhir "
        "Rp %(closing_rupiah)s. Mungkin ada baris yang hilang. Unduh lagi berkasnya dari bank."
    )


class PerhapsCutOff(errors.DomainError):
    """The file ends in an amount or a day, which may go on; a person who saw the same line at the bank may say that it is whole.

    `sha256` is the file's.
    """

    kind = errors.Kind.CONFLICT
    code = "statement-perhaps-cut-off"
    sentence = gettext_noop(
        "Berkas ini mungkin terpotong: baris terakhirnya (baris %(line)s) tidak diakhiri ganti baris. Yang terbaca di sana: "
        "Rp %(amount_rupiah)s pada %(booked_on)s, “%(text)s”. Bandingkan dengan rekening di bank. Kalau sama, pilih lagi berkas itu dan "
        "centang bahwa barisnya utuh."
    )

    def __init__(self, *, sha256: str, **values: object) -> None:
        self.sha256 = sha256
        super().__init__(**values)


@dataclass(frozen=True, slots=True)
class BalanceProblem(Problem):
    """A balance that cannot be read; it stands in no line."""

    def __str__(self) -> str:
        """In the language of the moment."""
        return _("Saldo: %(reason)s") % {"reason": self.reason}


@dataclass(frozen=True, slots=True)
class Sum:
    """Rupiah within a sentence, with their sen where there are any; written when they are shown, for the language's decimal mark."""

    in_sen: int

    def __str__(self) -> str:
        rupiah = Decimal(self.in_sen).scaleb(-2)
        return formats.number_format(rupiah, decimal_pos=2 if self.in_sen % SEN_PER_RUPIAH else 0, force_grouping=True)


def check_size(*, contents: bytes) -> None:
    """Nothing; or FileTooLarge.

    :raises FileTooLarge: if the file has more than five million bytes
    """
    if len(contents) > BYTES_MAX:
        raise FileTooLarge


def check_count(*, entries: int) -> None:
    """Nothing; or FileTooLarge.

    :raises FileTooLarge: if there are more than fifty thousand entries
    """
    if entries > ENTRIES_MAX:
        raise FileTooLarge


def check_end(*, statement: Statement, sha256: str, whole_sha256: str) -> None:
    """Nothing; or PerhapsCutOff.

    sha256: of the file; whole_sha256: of the file whose last line a person compared with the bank's, or empty

    :raises PerhapsCutOff: with what was read in the last line, if more may have stood there
    """
    last = statement.perhaps_cut
    if last is not None and sha256 != whole_sha256:
        text = Truncator(last.remittance).chars(TEXT_SHOWN_MAX)
        amount = Sum(last.amount_rupiah * SEN_PER_RUPIAH + last.sen)
        raise PerhapsCutOff(sha256=sha256, line=last.place, amount_rupiah=amount, booked_on=last.booked_on.isoformat(), text=text)


def check_days(*, statement: Statement, at: datetime) -> None:
    """Nothing; or LinesNotRead with every booking that lies before 2000, or more than a week after this moment.

    :raises LinesNotRead: with the lines, by their numbers
    """
    last_on = timezone.localdate(at) + timedelta(days=DAYS_AHEAD_MAX)
    wrong = {entry.place: entry.booked_on for entry in statement.entries if not DAY_MIN <= entry.booked_on <= last_on}
    if wrong:
        raise LinesNotRead(problems=[Problem(place, _NO_SUCH_DAY, {"on": on.isoformat()}) for place, on in wrong.items()])


def check_balances(*, statement: Statement) -> None:
    """Nothing; or BalancesDisagree. A statement without one of its balances is not checked.

    :raises BalancesDisagree: unless the opening balance and what moved are the closing balance
    """
    opening, closing = statement.opening_in_sen, statement.closing_in_sen
    moved = sum(entry.moved_in_sen for entry in statement.entries)
    if opening is not None and closing is not None and opening + moved != closing:
        raise BalancesDisagree(opening_rupiah=Sum(opening), moved_rupiah=Sum(moved), closing_rupiah=Sum(closing))
