"""Reasons are kept in one line, whole or not at all, and an action without one is refused in its own sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from tenants import reasons, texts
from tenants.errors import DomainError, Kind


class WhyMissing(DomainError):
    kind = Kind.INVALID
    code = "why-missing"


def test_spaces_of_all_kinds_become_one():
    assert reasons.required(" Sudah \n diterima\t\tPak\u00a0RT ", missing=WhyMissing()) == "Sudah diterima Pak RT"


@given(strategies.text(max_size=400))
def test_a_reason_is_kept_whole_or_refused_and_kept_the_same_again(said: str):
    words = " ".join(said.split())
    if len(words) > 300:
        with pytest.raises(reasons.TooLong):
            reasons.cleaned(said)
        return
    assert reasons.cleaned(said) == words == reasons.cleaned(words)
    if any(sign.isalnum() and sign not in texts.BLANK_LETTERS for sign in words):
        assert reasons.required(said, missing=WhyMissing()) == words
    else:
        with pytest.raises(WhyMissing):
            reasons.required(said, missing=WhyMissing())


def test_300_characters_are_kept_and_one_more_is_refused_in_a_sentence():
    assert reasons.required("a" * 300, missing=WhyMissing()) == "a" * 300
    with pytest.raises(reasons.TooLong) as refused:
        reasons.required("a" * 301, missing=WhyMissing())
    assert str(refused.value) == "Alasannya terlalu panjang: paling banyak 300 huruf. Tulis lebih singkat."


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\u2800", "\u00ad", "\ufeff", "\u3164", " \u200b \u2060", "...", "-"])
def test_what_nobody_can_read_is_no_reason(blank: str):
    with pytest.raises(WhyMissing):
        reasons.required(blank, missing=WhyMissing())
