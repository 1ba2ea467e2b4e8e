"""The base of every refusal: a rule that said no, with a stable code and a sentence for the person."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import ClassVar

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tenants import text_direction


class Kind(enum.Enum):
    """What sort of no it is; the status of an answer over HTTP follows from it."""

    INVALID = "invalid"  # what was sent cannot be right, whatever the state of things
    NOT_FOUND = "not_found"  # it is not there, or it is another's
    FORBIDDEN = "forbidden"  # this person may not; somebody else might
    CONFLICT = "conflict"  # it does not fit the state that things are in
    LIMIT = "limit"  # it would go beyond what is allowed at once
    UNAVAILABLE = "unavailable"  # not at this moment; the same request may work shortly


class DomainError(Exception):
    """A rule of the domain said no; nothing was changed. Anything else that is raised is a bug.

    Every class below says its `kind`, its own or that of its base; one without is an error when it is made.
    """

    kind: ClassVar[Kind]
    code = "refused"
    sentence = ""  # gettext msgid; may hold %(name)s places filled from `values`

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not hasattr(cls, "kind"):
            raise TypeError(f"{cls.__qualname__} has no kind")

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(f"{self.code} {values}" if values else self.code)

    def __str__(self) -> str:
        """The sentence in the language of the moment."""
        return _(self.sentence) % {name: _formatted(name, value) for name, value in self.values.items()} if self.sentence else self.code


class Words:
    """Some of our own words (gettext msgid) inside a sentence, said in the language of the moment."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __str__(self) -> str:
        return _(self._words)


def _formatted(name: str, value: object) -> object:
    """Words set apart, amounts with thousands separated as the language does, instants by day and clock; a cycle's `number` is a name."""
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        clock = f"{local.hour:02d}{':' if (get_language() or '').startswith('en') else '.'}{local.minute:02d}"
        return _("%(day)s pukul %(clock)s") % {"day": dateformat.format(local, "j F"), "clock": clock}
    if isinstance(value, str):
        return text_direction.isolated(value)
    if type(value) is not int or name == "number":
        return value
    return f"{value:,}" if (get_language() or "").startswith("en") else f"{value:,}".replace(",", ".")


class FormReused(DomainError):
    """The same form came with other contents: what it did the first time stands, what it says now was not done."""

    kind = Kind.INVALID
    code = "form-reused"
    sentence = gettext_noop(
        "Formulir ini sudah pernah dikirim dengan isi lain, jadi yang baru ini tidak dicatat. Buka lagi halamannya, lalu isi lagi."
    )
