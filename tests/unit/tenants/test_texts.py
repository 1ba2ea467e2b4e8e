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
