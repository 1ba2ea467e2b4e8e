"""What people write as rupiah and as pieces: dots part thousands; what could be a fraction is refused, never a hundred times as much."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from federation.pages import market_pages
from federation.web import form_fields
from marketplace.pages.office import goods_fields
from tenants import reasons


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
    assert form_fields.Rupiah(required=False).to_python(written) == amount


@pytest.mark.parametrize(
    "written",
    ["1.5", "12.50", "100.00", "1.0000", "1.000.00", "1.000,00", "1,000.00", "1.000,500", "10..000", ".500", "5.", "0.500", "1 0000", "-5"]
    + ["sepuluh", "１０", "9" * 13 + ",5"],
)
def test_what_is_no_whole_amount_is_refused(written):
    with pytest.raises(ValidationError, match="tanpa sen"):
        form_fields.Rupiah().to_python(written)


@pytest.mark.parametrize("written", ["9" * 13, "9.999.999.999.999", "Rp 9.999.999.999.999", "0" * 13])
def test_a_figure_that_no_book_holds_is_said_to_be_too_large(written):
    with pytest.raises(ValidationError, match="terlalu besar: tulis paling banyak 12 angka"):
        form_fields.Rupiah().to_python(written)
    with pytest.raises(ValidationError, match="terlalu besar: tulis paling banyak 12 angka"):
        goods_fields.Pieces().to_python(written.removeprefix("Rp "))


@given(st.integers(0, 10**form_fields.DIGITS_MAX - 1), st.sampled_from(".,"))
def test_every_amount_is_read_with_and_without_marks(amount, mark):
    field = form_fields.Rupiah()
    assert (
        field.to_python(str(amount))
        == field.to_python(f"{amount:,}".replace(",", mark))
        == field.to_python(field.prepare_value(amount))
        == amount
    )


@given(st.integers(0, 99_999), st.sampled_from("., \xa0"))
def test_pieces_are_read_like_rupiah_never_as_a_thousandth(number, mark):
    field = goods_fields.Pieces(min_value=0)
    assert field.clean(str(number)) == field.clean(f"{number:,}".replace(",", mark)) == field.clean(number) == number


@pytest.mark.parametrize("written", ["1.0", "1.00", "1.0000", "1,5", "2.50", "0.500", "1e3", "-5", "１０", "dua"])
def test_what_is_no_number_of_pieces_is_refused(written):
    with pytest.raises(ValidationError, match="misalnya 12"):
        goods_fields.Pieces().clean(written)


def test_no_browser_reads_a_whole_number_by_itself():
    assert 'type="text"' in str(type("One", (forms.Form,), {"pieces": goods_fields.Pieces()})())


@pytest.mark.parametrize(("written", "bound"), [("12.000", 12_000), ("Rp 12000", 12_000), ("1.5", None), ("12.50", None), ("", None)])
def test_the_bounds_of_the_markets_filter_are_read_the_same_way(written, bound):
    assert market_pages.read(QueryDict(urlencode({"min": written}))).price_min == bound


@pytest.mark.parametrize(("sent", "asked"), [(None, None), ("0", 0), ("62500", 62_500), ("007", 7)])
def test_the_sum_that_a_page_asked_for_comes_back(sent, asked):
    assert form_fields.ExpectedRupiah(required=False).clean(sent) == asked


@pytest.mark.parametrize("sent", ["", "-5", "1.000", "12,5", "Rp 5", "٣", "²", "1\x00", "x", "9" * 14, "9" * 5_000])
def test_a_sum_that_no_page_asked_for_is_never_due(sent):
    assert form_fields.ExpectedRupiah(required=False).clean(sent) == form_fields.ExpectedRupiah.NEVER_DUE


@pytest.mark.parametrize("written", ["", "x", "0", "-1", "1\x00", "9" * 5_000])
def test_what_cannot_be_read_out_of_an_address_is_nothing(written):
    assert form_fields.read(forms.IntegerField(min_value=1, max_value=100), written) is None
    assert form_fields.read(forms.IntegerField(min_value=1, max_value=100), None) is None


def test_a_reason_is_asked_for_with_an_example_and_never_cut():
    class Decision(forms.Form):
        reason = form_fields.Reason(help_text="misalnya: sudah ditelepon")

    assert Decision({"reason": ""}).errors == {"reason": ["Tulis alasannya, supaya pemeriksa mengerti."]}
    assert Decision({"reason": "x" * reasons.LENGTH_MAX}).is_valid()
    assert not Decision({"reason": "x" * (reasons.LENGTH_MAX + 1)}).is_valid()
    assert 'maxlength="' in str(Decision()["reason"])
    assert Decision()["reason"].label == "Alasannya"
    assert Decision()["reason"].help_text == "misalnya: sudah ditelepon"


def test_pages_write_the_field_of_a_reason_once():
    root = Path(__file__).resolve().parents[4]
    pages = [path for house in ("federation", "marketplace") for path in (root / house).rglob("*.py")]
    by_hand = [path for path in pages if 'label=gettext_lazy("Alasannya")' in path.read_text(encoding="utf-8")]
    assert [path.relative_to(root).as_posix() for path in by_hand] == ["federation/web/form_fields.py"]
