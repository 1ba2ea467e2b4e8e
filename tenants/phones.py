"""Phone numbers: however people write them, one number is one text, `+62812...`."""

from __future__ import annotations

import re

import phonenumbers
from django.utils.translation import gettext_noop

from tenants import errors, texts

_REGION = "ID"
_COUNTRY = "+62"
_CHARACTERS_MAX = 16  # E.164: a plus and at most 15 digits
# As nearly everybody types a mobile number; the library says the same of it, for a tenth of a checkout's Python.
_PLAIN = re.compile(r"0(8[0-9]{8,11})", re.ASCII)
# Anything else (letters above all, which the library would dial as on an old keypad) is a slip of the finger.
_WRITTEN = re.compile(r"[0-9+\-./() \t\u2010-\u2015]{6,40}")


class BadPhone(errors.DomainError):
    """The text is no phone number."""

    kind = errors.Kind.INVALID
    code = "bad-phone"
    sentence = gettext_noop("Nomor HP ini tidak lengkap atau salah ketik. Tulis seperti 0812-3456-7890.")


def normalise(text: str) -> str:
    """Give a number in international form: 0812..., 62812..., 812... and +62 (0)812... are all +62812....

    Numbers of other countries need their + (or 00): relatives who work abroad buy too.

    :raises BadPhone: if it cannot be a phone number
    """
    text = texts.without_marks(text).strip()
    if plain := _PLAIN.fullmatch(text):
        return _COUNTRY + plain[1]
    return _by_library(text)


def _by_library(text: str) -> str:
    if not _WRITTEN.fullmatch(text):
        raise BadPhone
    digits = re.sub(r"[^0-9]", "", text)
    if text.lstrip("( ").startswith("+"):
        digits = f"+{digits}"
    elif digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("62"):
        digits = f"+{digits}"
    if digits.startswith(f"{_COUNTRY}0"):  # +62 (0)812...
        digits = _COUNTRY + digits[len(_COUNTRY) + 1 :]
    try:
        number = phonenumbers.parse(digits, _REGION)
    except phonenumbers.NumberParseException:
        raise BadPhone from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadPhone
    normal = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if len(normal) > _CHARACTERS_MAX:  # some service numbers are longer than any line a person has
        raise BadPhone
    return normal


def formatted(phone: str) -> str:
    """Give a normalised number as people here read it: 0812-3456-7890; a foreign one with its country code."""
    if phone.startswith(_COUNTRY):
        digits = "0" + phone[len(_COUNTRY) :]
        return "-".join(part for part in (digits[:4], digits[4:8], digits[8:]) if part)
    try:
        return str(phonenumbers.format_number(phonenumbers.parse(phone, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    except phonenumbers.NumberParseException:
        return phone
