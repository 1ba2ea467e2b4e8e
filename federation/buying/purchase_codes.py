"""The short code of a purchase, as it stands on screens and receipts and is read out at a counter."""

from __future__ import annotations

import secrets

# Without 0 O 1 I L: read out at a counter and written down by hand.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new() -> str:
    """A short code such as K7M-42P: 887 million of them, never guessed as proof of anything."""
    number, letters = secrets.randbelow(len(CODE_LETTERS) ** 6), ""
    for _ in range(6):
        number, place = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[place]
    return f"{letters[:3]}-{letters[3:]}"


def normal(text: str) -> str:
    """A code as people type it (any case, spaces, no dash) in its stored form."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    return f"{letters[:3]}-{letters[3:]}"[:9]
