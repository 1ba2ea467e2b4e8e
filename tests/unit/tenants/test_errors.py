"""What a refusal says of amounts and counts, as people of the language write them."""

from __future__ import annotations

import pytest
from django.utils import translation

from settlement.cycles import lifecycle
from settlement.payments import pool_items
from tenants.errors import DomainError, Kind


@pytest.mark.parametrize(("language", "said"), [("id", ["Rp 1.234.567,", "Rp 2.000.000 "]), ("en", ["1,234,567", "2,000,000"])])
def test_amounts_are_grouped_by_thousands(language: str, said: list[str]) -> None:
    with translation.override(language):
        sentence = str(pool_items.MoreThanOpen(open=1_234_567, amount=2_000_000))
    assert all(amount in sentence for amount in said)


def test_numbers_that_name_something_and_words_stay_as_they_are() -> None:
    class Example(DomainError):
        kind = Kind.INVALID
        sentence = "%(village)s %(left)s %(sure)s"

    assert str(Example(village="34.02.15.2004", left=-1_500, sure=True)) == "34.02.15.2004 -1.500 True"
    assert "1234" in str(lifecycle.CycleMovedOn(number=1234))


def test_a_refusal_without_a_kind_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="Kindless has no kind"):
        type("Kindless", (DomainError,), {"code": "kindless"})


def test_a_refusal_has_the_kind_of_its_base_unless_it_says_its_own() -> None:
    class Narrower(lifecycle.CycleMovedOn):
        code = "narrower"

    assert Narrower.kind is Kind.CONFLICT
