"""Why a table is not read: its lines, each by its number and with a reason in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tenants import errors, text_direction

SHOWN_MAX = 20
VALUE_CHARACTERS_MAX = 40

QUOTES = gettext_noop("tanda kutipnya tidak berpasangan.")
TOO_LONG = gettext_noop("barisnya terlalu panjang.")
OTHER_WIDTH = gettext_noop("jumlah kolomnya lain dari judulnya.")
CUT_OFF = gettext_noop("barisnya terpotong. Ambil lagi berkasnya.")
NO_TEXT = gettext_noop("ada tanda yang bukan tulisan. Ambil lagi berkasnya.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One line that cannot be read: its number, from 1 on, and a sentence (gettext msgid) with its values."""

    line: int
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The sentence in the language of the moment."""
        return _(self.sentence) % {
            name: text_direction.isolated(value) if isinstance(value, str) else value for name, value in self.values.items()
        }

    def __str__(self) -> str:
        """With the line's number, in the language of the moment."""
        return _("Baris %(place)s: %(reason)s") % {"place": self.line, "reason": self.reason}


class LineNotRead(Exception):
    """Inside a reader: this line says something that cannot be read; it becomes a Problem with the line's number."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(sentence)

    def at(self, line: int) -> Problem:
        """The same, of a certain line; long texts are cut."""
        return Problem(line, self.sentence, {name: _short(value) for name, value in self.values.items()})


class LinesNotRead(errors.DomainError):
    """Lines that cannot be read, each with its number and its reason; `problems` has them all."""

    kind = errors.Kind.INVALID
    code = "table-lines-not-read"
    sentence = gettext_noop("Tabel ini tidak dibaca karena ada yang tidak jelas. %(lines)s")

    def __init__(self, *, problems: Sequence[Problem], **values: object) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__(lines=Listed(self.problems), **values)


@dataclass(frozen=True, slots=True)
class Listed:
    """Many problems as one text, made when it is shown: only then is the language known."""

    problems: Sequence[object]
    between: str = " "

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:SHOWN_MAX]]
        if len(self.problems) > SHOWN_MAX:
            shown.append(_("Dan %(count)s baris lain.") % {"count": len(self.problems) - SHOWN_MAX})
        return self.between.join(shown)


def _short(value: object) -> object:
    if isinstance(value, str) and len(value) > VALUE_CHARACTERS_MAX:
        return value[:VALUE_CHARACTERS_MAX] + "…"
    return value
