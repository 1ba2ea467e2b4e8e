"""Reasons are kept in one line of at most 300 characters, and a deed without one is refused in the deed's own words."""

from __future__ import annotations

from hypothesis import given, strategies

from tenants import reasons
from tenants.refusals import Refused


class WhyMissing(Refused):
    code = "why-missing"


def test_spaces_of_all_kinds_become_one():
    assert reasons.given(" Sudah \n diterima\t\tPak\u00a0RT ", missing=WhyMissing()) == "Sudah diterima Pak RT"


@given(strategies.text(max_size=400))
def test_what_is_kept_fits_and_is_kept_the_same_again(said: str):
    try:
        kept = reasons.given(said, missing=WhyMissing())
    except WhyMissing:
        assert not said.strip()
        return
    assert 0 < len(kept) <= 300
    assert reasons.given(kept, missing=WhyMissing()) == kept
    assert " ".join(said.split()).startswith(kept)
