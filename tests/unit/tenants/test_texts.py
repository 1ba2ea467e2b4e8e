"""What may stand as a name."""

from __future__ import annotations

import pytest

from tenants import texts


@pytest.mark.parametrize("text", ["Bu Wati", "7", "Keripik “pedas” 200 g", "Ñandú", "ꦮꦠꦶ"])
def test_what_people_can_read_passes(text):
    assert texts.clean(f"  {text} ", most=100) == text


def test_spaces_become_single():
    assert texts.clean(" Pak \n Slamet\u00a0", most=20) == "Pak Slamet"


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "Bu\u200bWati", "\u202eitaW uB", "...", "\u3164", "\u2800", "a\x00b", "x" * 11])
def test_what_nobody_sees_is_refused(text):
    with pytest.raises(texts.NotReadable):
        texts.clean(text, most=10)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\u202a+62 812\u202c", "+62 812"),
        ("\u200e0812\u00a09999", "0812 9999"),
        ("0812\u200b\u200d9999\ufe0f", "08129999"),
        ("\ufeffKode", "Kode"),
        ("12\u202f000", "12 000"),
        ("Café", "Café"),
    ],
)
def test_a_pasted_number_or_code_loses_what_nobody_sees(text, plain):
    assert texts.without_marks(text) == plain
