"""The names of parties: a village's kode wilayah, the federation's F; and the schema that belongs to a code."""

from __future__ import annotations

import re
from typing import NewType

from django.utils.translation import gettext_noop

from tenants import errors

VillageCode = NewType("VillageCode", str)
FEDERATION = VillageCode("F")
OUTSIDE = VillageCode("")  # a home outside the federation
TEMPLATE_SCHEMA = "village_template"  # empty tables that new villages are copied from; it has no Village row

_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
_SCHEMA = re.compile(r"v_([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{4})")


class BadVillageCode(errors.DomainError):
    """The text is not a kode wilayah of a village."""

    kind = errors.Kind.INVALID
    code = "bad-village-code"
    sentence = gettext_noop("“%(text)s” bukan kode wilayah desa. Bentuknya seperti 34.02.15.2004.")


def checked(*, text: str) -> VillageCode:
    """Give the text as a village's code, blanks around it removed.

    :raises BadVillageCode: unless it looks like 34.02.15.2004
    """
    text = text.strip()
    if not _CODE.fullmatch(text):
        raise BadVillageCode(text=text[:40])
    return VillageCode(text)


def digits(code: str) -> str:
    """The ten digits of a village's code.

    :raises ValueError: if it is none; a code that reaches this place was checked at the edge, so this is a bug
    """
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is not the code of a village")
    return code.replace(".", "")


def schema_of(code: str) -> str:
    """The schema of a village: `v_3402152004`.

    :raises ValueError: if it is no village's code
    """
    return f"v_{digits(code)}"


def code_of(schema: str) -> VillageCode | None:
    """The village that a schema belongs to; None for public and every other schema."""
    found = _SCHEMA.fullmatch(schema)
    return VillageCode(".".join(found.groups())) if found else None
