"""What somebody wrote about an action is kept whole wherever it is kept, or the action is refused; no form takes more than is kept."""

from __future__ import annotations

import pytest

from marketplace.goods import stock
from marketplace.models import StockMovement
from marketplace.pages.office import order_forms
from tenants import activity_log, acts, reasons, villages
from tenants.acts import Act
from tenants.db import context
from tenants.people import second_factor
from tests.support import factories, shopping
from tests.support.factories import CIBIRU

LONGEST = "a" * reasons.LENGTH_MAX


@pytest.mark.parametrize(("verb", "pieces"), [(stock.receive, "quantity"), (stock.break_, "quantity"), (stock.count, "counted")])
def test_why_stock_moved_is_kept_whole_or_refused(market, verb, pieces):
    chips = shopping.product(CIBIRU, stock=10)

    def moved(reason: str) -> None:
        verb(product_id=chips, **{pieces: 3}, act=Act(by=factories.SARI.principal, at=shopping.NOON, key="k" * 32, reason=reason))

    with context.inside(CIBIRU):
        with pytest.raises(reasons.TooLong):
            moved(LONGEST + "a")
        moved(LONGEST)
        moved(f" {LONGEST} ")  # the same form again

        assert list(StockMovement.objects.filter(product=chips).exclude(reason="").values_list("reason", flat=True)) == [LONGEST]
        assert [entry.reason for entry in activity_log.of_subject(subject_id=chips) if entry.reason] == [LONGEST]


def test_too_long_a_reason_changes_no_village_and_no_factor(market):
    with pytest.raises(reasons.TooLong):
        villages.suspend(code=CIBIRU, act=acts.by_command_line(at=shopping.NOON, reason=LONGEST + "a"))
    with pytest.raises(reasons.TooLong):
        second_factor.reset(user_id=factories.RATNA.id, act=acts.by_command_line(at=shopping.NOON, reason=LONGEST + "a"))

    assert villages.by_code(code=CIBIRU).state == "active"


@pytest.mark.parametrize("choice", [choice for choice, _shown in order_forms.CANCEL_REASONS])
def test_the_longest_words_about_a_cancelled_order_fit_with_its_usual_reason(choice):
    form = order_forms.Cancel({"choice": choice, "words": "a" * order_forms.OWN_WORDS_MAX})

    assert form.is_valid()
    assert reasons.cleaned(form.reason()) == form.reason()
    assert not order_forms.Cancel({"choice": choice, "words": "a" * (order_forms.OWN_WORDS_MAX + 1)}).is_valid()
