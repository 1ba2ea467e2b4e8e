"""How amounts, numbers, times and phones are written, on every page and in every sentence."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import quote

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

SPACE = "\u00a0"  # no line break between Rp and its digits
# The one convention of signs, on all pages and in all exports, as it stands beside the figures.
SIGNS = gettext_lazy(
    "Dalam rupiah. Di bawah nol: pihak itu berutang atau membayar; di atas nol: berpiutang atau menerima. Kolom yang sudah menyebut "
    "arahnya (berutang, berpiutang, membayar, menerima, debit, kredit) tidak bertanda."
)


def is_english() -> bool:
    """Whether this page is written in English."""
    return (get_language() or "id").startswith("en")


def _digits(number: int) -> str:
    written = f"{number:,}"
    return written if is_english() else written.replace(",", ".")


def rupiah(amount: int | None) -> str:
    """12000 -> "Rp 12.000" ("Rp 12,000" in English); the space does not break; a minus stands before Rp."""
    if amount is None:
        return "–"
    sign = "−" if amount < 0 else ""
    return f"{sign}Rp{SPACE}{_digits(abs(int(amount)))}"


def with_sen(amount: int, sen: int) -> str:
    """What a bank wrote with its hundredths: 1234 and 5 -> "Rp 1.234,05"; without any, whole rupiah."""
    return f"{rupiah(amount)}{'.' if is_english() else ','}{int(sen):02d}" if sen else rupiah(amount)


def rupiah_short(amount: int | None) -> str:
    """For the desk: 214600000 -> "Rp 214,6 jt", 4200000000 -> "Rp 4,2 M"; below a million the exact amount."""
    if amount is None:
        return "–"
    size = abs(int(amount))
    if size < 1_000_000:
        return rupiah(amount)
    divisor, unit = (1_000_000_000, _("M")) if size >= 1_000_000_000 else (1_000_000, _("jt"))
    tenths = round(size * 10 / divisor)
    whole, tenth = divmod(tenths, 10)
    mark = "." if is_english() else ","
    sign = "−" if amount < 0 else ""
    return f"{sign}Rp{SPACE}{_digits(whole)}{mark}{tenth}{SPACE}{unit}"


def millions(amount: int | None) -> str:
    """For cells of a table in million rupiah: 52500000 -> "52,5"."""
    if amount is None:
        return "–"
    tenths = round(abs(int(amount)) / 100_000)
    sign = "−" if amount < 0 and tenths else ""
    return f"{sign}{_digits(tenths // 10)}{'.' if is_english() else ','}{tenths % 10}"


def number(count: int | None) -> str:
    """1214 -> "1.214"; a minus as before Rp."""
    if count is None:
        return "–"
    return f"{'−' if count < 0 else ''}{_digits(abs(int(count)))}"


def percent(share: float | None) -> str:
    """0.824 -> "82,4 %"."""
    if share is None:
        return "–"
    written = f"{share * 100:.1f}"
    return f"{written if is_english() else written.replace('.', ',')}{SPACE}%"


def basis_points(points: int | None) -> str:
    """200 -> "2 %", 225 -> "2,25 %"."""
    if points is None:
        return "–"
    written = f"{points / 100:.2f}".rstrip("0").rstrip(".")
    return f"{written if is_english() else written.replace('.', ',')}{SPACE}%"


def day(moment: datetime | date | None) -> str:
    """ "hari ini", "besok", "kemarin" or "Senin, 23 November" (with the year when it is another one), in the federation's time zone."""
    if moment is None:
        return "–"
    on = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    today = timezone.localdate()
    near = {today: _("hari ini"), today + timedelta(days=1): _("besok"), today - timedelta(days=1): _("kemarin")}
    if on in near:
        return near[on]
    return dateformat.format(on, "l, j F" if on.year == today.year else "l, j F Y")


def clock(moment: datetime | None) -> str:
    """ "14.30" ("14:30" in English), in the federation's time zone."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    return f"{local.hour:02d}{':' if is_english() else '.'}{local.minute:02d}"


def moment(instant: datetime | None) -> str:
    """ "besok pukul 08.00"."""
    if instant is None:
        return "–"
    return _("%(day)s pukul %(clock)s") % {"day": day(instant), "clock": clock(instant)}


def date_time(instant: datetime | None) -> str:
    """Exact, for tables and receipts: "22/11/2026 14.30"."""
    if instant is None:
        return "–"
    local = timezone.localtime(instant)
    return f"{local:%d/%m/%Y} {clock(instant)}"


def ago(instant: datetime | None) -> str:
    """How long something has been waiting, in one unit: "25 menit", "3 jam", "2 hari"."""
    if instant is None:
        return "–"
    minutes = max(int((timezone.now() - instant).total_seconds() // 60), 0)
    if minutes < 60:
        return ngettext("%(count)s menit", "%(count)s menit", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        return ngettext("%(count)s jam", "%(count)s jam", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)s hari", "%(count)s hari", minutes // 1440) % {"count": minutes // 1440}


def phone(stored: str) -> str:
    """ "+628123456789" -> "0812-3456-789"."""
    from tenants import phones  # noqa: PLC0415 - the template builtins load this module before the apps are ready

    return phones.formatted(stored) if stored else ""


def whatsapp(stored: str, text: str = "") -> str:
    """A link that opens WhatsApp to a phone with a text filled in; only 8 to 15 digits make a link."""
    digits = "".join(sign for sign in stored or "" if sign.isdigit())
    if not 8 <= len(digits) <= 15:
        return ""
    return f"https://wa.me/{digits}" + (f"?text={quote(text)}" if text else "")
