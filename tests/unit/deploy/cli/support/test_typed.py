"""Whole numbers on the command line: digits within bounds, everything else refused with a sentence."""

from __future__ import annotations

import argparse

import pytest

from deploy.cli.support import typed


def test_digits_within_bounds_are_read() -> None:
    assert [typed.between(1, 64)(text) for text in ("1", "64", "07")] == [1, 64, 7]


@pytest.mark.parametrize("text", ["", "0", "65", "-1", "+1", "1.0", "1e1", "satu", "٣", "²", "1\x00", " 1", "9" * 5_000])
def test_everything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="bilangan bulat 1 sampai 64 / a whole number from 1 to 64"):
        typed.between(1, 64)(text)
