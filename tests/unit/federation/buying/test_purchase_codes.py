"""Short codes as people read and type them."""

from __future__ import annotations

import re

import pytest

from federation.buying import purchase_codes


def test_a_new_code_has_letters_that_nobody_mistakes():
    codes = {purchase_codes.new() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"[A-HJKMNP-Z2-9]{3}-[A-HJKMNP-Z2-9]{3}", code) for code in codes)


@pytest.mark.parametrize("typed", ["k7m-42p", "K7M42P", " k7m 42p "])
def test_any_writing_is_the_same_code(typed):
    assert purchase_codes.normal(typed) == "K7M-42P"
