"""Why somebody did something: a sentence that others and an examiner will read, kept beside the deed."""

from __future__ import annotations

from tenants.refusals import Refused

LENGTH_MAX = 300


def given(reason: str, *, missing: Refused) -> str:
    """The reason as it is kept: with single spaces and without those at its ends, cut to 300 characters.

    :raises Refused: `missing`, if nothing is said; each deed asks for its reason in words of its own
    """
    reason = " ".join(reason.split())[:LENGTH_MAX].rstrip()
    if not reason:
        raise missing
    return reason
