"""The base of every refusal: a rule that said no, with a stable code and a sentence for the person."""

from __future__ import annotations

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _


class DomainError(Exception):
    """A rule of the domain said no; nothing was changed. Anything else that is raised is a bug."""

    code = "refused"
    sentence = ""  # gettext msgid; may hold %(name)s places filled from `values`

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(f"{self.code} {values}" if values else self.code)

    def __str__(self) -> str:
        """The sentence in the language of the moment."""
        return _(self.sentence) % {name: _shown(name, value) for name, value in self.values.items()} if self.sentence else self.code


def _shown(name: str, value: object) -> object:
    """Counts and amounts with their thousands parted as the language does; the `number` of a cycle is a name."""
    if type(value) is not int or name == "number":
        return value
    return f"{value:,}" if (get_language() or "").startswith("en") else f"{value:,}".replace(",", ".")


class FormReused(DomainError):
    """The same form came with other contents: what it did the first time stands, what it says now was not done."""

    code = "form-reused"
    sentence = gettext_noop(
        "Formulir ini sudah pernah dikirim dengan isi lain, jadi yang baru ini tidak dicatat. Buka lagi halamannya, lalu isi lagi."
    )
