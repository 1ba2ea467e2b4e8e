"""What people write as rupiah: dots part thousands, and what could be rupiah and cents is refused, never a hundred times as much."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from federation.web import fields


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("10000", 10_000),
        ("10.000", 10_000),
        ("Rp 10.000", 10_000),
        ("rp.10.000,-", 10_000),
        (" 10,000 ", 10_000),
        ("10 000", 10_000),
        ("Rp\xa01.234.567", 1_234_567),
        ("0", 0),
        ("", None),
        ("Rp", None),
    ],
)
def test_amounts_that_people_write(written, amount):
    assert fields.Rupiah(required=False).to_python(written) == amount


@pytest.mark.parametrize(
    "written",
    ["1.5", "12.50", "100.00", "1.0000", "1.000.00", "1.000,00", "1,000.00", "1.000,500", "10..000", ".500", "5.", "0.500", "1 0000", "-5"]
    + ["sepuluh", "１０", "9" * 13, "9.999.999.999.999"],
)
def test_what_is_no_whole_amount_is_refused(written):
    with pytest.raises(ValidationError, match="tanpa sen"):
        fields.Rupiah().to_python(written)


@given(st.integers(0, 10**fields.DIGITS_MAX - 1), st.sampled_from(".,"))
def test_every_amount_is_read_with_and_without_marks(amount, mark):
    field = fields.Rupiah()
    assert (
        field.to_python(str(amount))
        == field.to_python(f"{amount:,}".replace(",", mark))
        == field.to_python(field.prepare_value(amount))
        == amount
    )
