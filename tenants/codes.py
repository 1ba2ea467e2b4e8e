"""The names of parties: a shop's code, the federation's F; and the schema that belongs to a code."""

from __future__ import annotations

import re
from typing import NewType

from django.utils.translation import gettext_noop

from tenants import errors, texts

VillageCode = NewType("VillageCode", str)
FEDERATION = VillageCode("F")
OUTSIDE = VillageCode("")  # a home outside the federation
AT_FEDERATION = VillageCode("")  # where something was done: in no village, but at the federation
TEMPLATE_SCHEMA = "village_template"  # empty tables that new villages are copied from; it has no Village row

# The one rule of a shop's code, for CHECKs, schema names, references and import: the kode wilayah of a village (province, regency,
# district, village), or for a joint enterprise of several villages its district's with 9 and three digits, which no village has.
PATTERN = r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}"
DIGITS_PATTERN = r"[0-9]{10}"
SCHEMA_PATTERN = rf"v_{DIGITS_PATTERN}"
_CODE, _DIGITS, _SCHEMA = map(re.compile, (PATTERN, DIGITS_PATTERN, SCHEMA_PATTERN))
REGENCY_CHARACTERS, DISTRICT_CHARACTERS = 5, 8  # of a code, those that name its regency (34.02) and its district (34.02.15)
_LARGER_AREA = re.compile(r"[0-9]{2}(\.[0-9]{2}){0,2}")
_JOINT = "9"


class BadVillageCode(errors.DomainError):
    """The text is not the code of a village or a joint enterprise."""

    kind = errors.Kind.INVALID
    code = "bad-village-code"
    sentence = gettext_noop(
        "“%(text)s” bukan kode desa. Bentuknya seperti 34.02.15.2004; usaha bersama beberapa desa seperti 34.02.15.9001."
    )


def checked(*, text: str) -> VillageCode:
    """Give the text as a village's code, blanks around it and signs that nobody sees removed.

    :raises BadVillageCode: unless it looks like 34.02.15.2004
    """
    text = texts.without_marks(text).strip()
    if not _CODE.fullmatch(text):
        raise BadVillageCode(text=text[:40])
    return VillageCode(text)


def is_joint(*, code: VillageCode) -> bool:
    """Whether a code is that of a joint enterprise of several villages: 34.02.15.9001."""
    return code.rpartition(".")[2].startswith(_JOINT)


def district_of(*, text: str) -> str:
    """The district in which the code of a village lies; empty where a text is none, or a joint enterprise's, whose digits anybody chose."""
    is_village = _CODE.fullmatch(text) and not is_joint(code=VillageCode(text))
    return text[:DISTRICT_CHARACTERS] if is_village else ""


def is_larger_area(*, text: str) -> bool:
    """Whether a text is the code of a province, regency or district, which stand in the official lists too."""
    return bool(_LARGER_AREA.fullmatch(text))


def digits(code: str) -> str:
    """The ten digits of a village's code.

    :raises ValueError: if it is none; a code that reaches this place was checked at the edge, so this is a bug
    """
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is not the code of a village")
    return code.replace(".", "")


def from_digits(ten: str) -> VillageCode:
    """The code that has these ten digits.

    :raises ValueError: if they are not ten digits
    """
    if not _DIGITS.fullmatch(ten):
        raise ValueError(f"{ten!r} are not the digits of a village's code")
    return VillageCode(f"{ten[:2]}.{ten[2:4]}.{ten[4:6]}.{ten[6:]}")


def schema_of(code: str) -> str:
    """The schema of a village: `v_3402152004`.

    :raises ValueError: if it is no village's code
    """
    return f"v_{digits(code)}"


def code_of(schema: str) -> VillageCode | None:
    """The village that a schema belongs to; None for public and every other schema."""
    return from_digits(schema[2:]) if _SCHEMA.fullmatch(schema) else None
