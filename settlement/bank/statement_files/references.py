"""Payment references: how a transfer says which debt it pays or which leg it is, and how they are found in what a bank made of them.

Pay-ins carry `PS0007-3402152004` (the cycle, at least four digits, and the village's ten), short enough to write down by hand.
Payouts carry `PSL` and the leg's UUID in 26 signs of Crockford's base 32 (no I, L, O, U), which also is the key of the leg at the bank.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from tenants import codes
from tenants.codes import VillageCode

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {sign: value for value, sign in enumerate(_SIGNS)}
_LEG_SIGNS = 26
_CYCLE_MAX = 999_999_999

_CYCLE = "(?:[0-9]{4}|[1-9][0-9]{4,8})"
_PAY_IN = re.compile(rf"PS({_CYCLE})-({codes.DIGITS_PATTERN})")
_LEG = re.compile(rf"PSL([0-7][{_SIGNS}]{{25}})")

# In a bank's text blanks and line breaks may stand between any two signs. A letter before, or a letter or digit straight after, and it is
# something else that only looks like ours. A bank may write another sign for the hyphen, a blank or nothing: then the last ten digits are
# the village, and a cycle of four digits is tried before a longer one.
_END = "(?![0-9A-Z])"
_HYPHEN = r"[-\u2010-\u2015\u2212./_:?]"
_VILLAGE = r"[0-9](?:\s*[0-9]){9}"
_FREE = re.compile(
    r"(?<![A-Z])P\s*S\s*(?:"
    rf"[0-9](?:\s*[0-9]){{3,8}}\s*{_HYPHEN}\s*{_VILLAGE}"
    rf"|[0-9](?:\s*[0-9]){{3}}\s*{_VILLAGE}{_END}"
    rf"|[1-9](?:\s*[0-9]){{4,8}}\s*{_VILLAGE}"
    rf"|L(?:\s*[{_SIGNS}]){{26}}"
    rf"){_END}"
)
_NOT_OURS = re.compile(r"[^0-9A-Z]")
_VILLAGE_DIGITS = 10


@dataclass(frozen=True, slots=True)
class PayIn:
    """What a village's transfer pays: its item with the pool of a cycle."""

    cycle_number: int
    village_code: codes.VillageCode


def pay_in(*, cycle_number: int, village_code: VillageCode) -> str:
    """The reference under which a village pays into a cycle's pool: `PS0007-3402152004`.

    :raises ValueError: if the cycle's number is not 1 to 999,999,999 or the code is no village's
    """
    if not 1 <= cycle_number <= _CYCLE_MAX:
        raise ValueError(f"{cycle_number} is not the number of a cycle")
    return f"PS{cycle_number:04d}-{codes.digits(village_code)}"


def leg(*, leg_id: uuid.UUID) -> str:
    """The reference, and the key at a bank, of a leg: `PSL` and 26 signs."""
    return "PSL" + "".join(_SIGNS[leg_id.int >> shift & 31] for shift in range(5 * (_LEG_SIGNS - 1), -1, -5))


def pay_in_of(*, reference: str) -> PayIn | None:
    """What a pay-in's reference stands for; None if it is none."""
    found = _PAY_IN.fullmatch(reference)
    if not found or not int(found[1]):
        return None
    return PayIn(int(found[1]), codes.from_digits(found[2]))


def leg_of(*, reference: str) -> uuid.UUID | None:
    """The leg that a reference stands for; None if it is none."""
    found = _LEG.fullmatch(reference)
    if not found:
        return None
    value = 0
    for sign in found[1]:
        value = value << 5 | _VALUES[sign]
    return uuid.UUID(int=value)


def find(text: str) -> list[str]:
    """Our references in a bank's free text, each once, as we wrote them, in the order in which they stand.

    In small or capital letters, broken by blanks and line breaks, with any sign or none for the hyphen; one that was cut off is not
    completed. A reference can be found that we never gave out, so look it up, and hold the amount against it; where two stand, nothing says
    which is meant.
    """
    found: list[str] = []
    for match in _FREE.finditer(text.upper()):
        signs = _NOT_OURS.sub("", match[0])
        reference = signs if signs.startswith("PSL") else f"{signs[:-_VILLAGE_DIGITS]}-{signs[-_VILLAGE_DIGITS:]}"
        if reference not in found and (pay_in_of(reference=reference) or leg_of(reference=reference)):
            found.append(reference)
    return found


def without(text: str) -> str:
    """A bank's free text without what looks like our references, in capital letters."""
    return _FREE.sub(" ", text.upper())
