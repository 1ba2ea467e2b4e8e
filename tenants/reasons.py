"""Why somebody did something: a sentence that others and an examiner will read, kept beside what was done."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from tenants import texts
from tenants.errors import DomainError, Kind

LENGTH_MAX = 300


class TooLong(DomainError):
    """A reason is kept whole or not at all."""

    kind = Kind.INVALID
    code = "reason-too-long"
    sentence = gettext_noop("Alasannya terlalu panjang: paling banyak %(most)s huruf. Tulis lebih singkat.")


def required(reason: str, *, missing: DomainError) -> str:
    """The reason as it is kept, where there must be one.

    :raises DomainError: `missing`, if nothing is said that anybody can see; each action asks for its reason in a sentence of its own
    :raises TooLong: beyond 300 characters
    """
    reason = cleaned(reason)
    if not texts.is_readable(reason):
        raise missing
    return reason


def cleaned(reason: str) -> str:
    """The reason as it is kept, where there may be none: with single spaces and without those at its ends, never cut.

    :raises TooLong: beyond 300 characters
    """
    reason = " ".join(reason.split())
    if len(reason) > LENGTH_MAX:
        raise TooLong(most=LENGTH_MAX)
    return reason
