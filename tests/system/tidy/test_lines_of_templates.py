"""Templates of the desk and the office are read line by line: a line that is long holds more than one thing.

A break stands where HTML shows none: beside a block, between attributes, or where there was a blank.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CHARACTERS_MAX = 240
# template -> how long its longest line may be. No line here becomes longer, and no template is added.
TOO_LONG = {
    "federation/templates/desk/action_form.html": 335,
    "federation/templates/desk/bank/bank_account_change.html": 785,
    "federation/templates/desk/bank/bank_accounts.html": 990,
    "federation/templates/desk/bank/bank_statements.html": 641,
    "federation/templates/desk/bank/line.html": 425,
    "federation/templates/desk/bank/statement_line.html": 408,
    "federation/templates/desk/bank/statement_take_back.html": 307,
    "federation/templates/desk/books/activity.html": 618,
    "federation/templates/desk/books/journal.html": 634,
    "federation/templates/desk/books/ledger_account.html": 579,
    "federation/templates/desk/books/seals.html": 352,
    "federation/templates/desk/books/trial_balance.html": 443,
    "federation/templates/desk/days.html": 335,
    "federation/templates/desk/members/limit.html": 414,
    "federation/templates/desk/members/limits.html": 775,
    "federation/templates/desk/members/members.html": 716,
    "federation/templates/desk/members/positions.html": 788,
    "federation/templates/desk/members/take_over_facts.html": 300,
    "federation/templates/desk/members/take_overs.html": 733,
    "federation/templates/desk/search.html": 248,
    "federation/templates/desk/second_factor.html": 283,
    "federation/templates/desk/settlement/approve.html": 390,
    "federation/templates/desk/settlement/carry.html": 503,
    "federation/templates/desk/settlement/cycle.html": 838,
    "federation/templates/desk/settlement/cycle_payments.html": 956,
    "federation/templates/desk/settlement/cycle_reconciliation.html": 619,
    "federation/templates/desk/settlement/cycles.html": 768,
    "federation/templates/desk/settlement/objection.html": 729,
    "federation/templates/desk/settlement/payment.html": 244,
    "federation/templates/desk/settlement/payout_answer_facts.html": 473,
    "federation/templates/desk/settlement/payout_answer_proposal.html": 373,
    "federation/templates/desk/settlement/payout_answers.html": 855,
    "federation/templates/desk/stuck_deliveries.html": 467,
    "federation/templates/desk/stuck_delivery.html": 298,
    "federation/templates/desk/stuck_delivery_facts.html": 627,
    "marketplace/templates/desk/gateway_decision.html": 389,
    "marketplace/templates/desk/gateway_payment.html": 952,
    "marketplace/templates/desk/gateway_refund.html": 422,
    "marketplace/templates/desk/gateways.html": 867,
    "marketplace/templates/office/assist.html": 348,
    "marketplace/templates/office/base.html": 271,
    "marketplace/templates/office/cash_purchase.html": 985,
    "marketplace/templates/office/cash_undo.html": 311,
    "marketplace/templates/office/consignor.html": 375,
    "marketplace/templates/office/consignors.html": 804,
    "marketplace/templates/office/courier_cash.html": 1188,
    "marketplace/templates/office/cycles/account.html": 868,
    "marketplace/templates/office/cycles/account_waits.html": 628,
    "marketplace/templates/office/cycles/carry.html": 459,
    "marketplace/templates/office/cycles/held.html": 891,
    "marketplace/templates/office/cycles/index.html": 613,
    "marketplace/templates/office/cycles/legs.html": 821,
    "marketplace/templates/office/cycles/objection.html": 350,
    "marketplace/templates/office/cycles/pay.html": 709,
    "marketplace/templates/office/cycles/print.html": 988,
    "marketplace/templates/office/cycles/sums.html": 1060,
    "marketplace/templates/office/cycles/waiting.html": 305,
    "marketplace/templates/office/differences.html": 390,
    "marketplace/templates/office/news.html": 372,
    "marketplace/templates/office/order.html": 540,
    "marketplace/templates/office/order_cancel.html": 311,
    "marketplace/templates/office/order_card.html": 387,
    "marketplace/templates/office/order_step.html": 1127,
    "marketplace/templates/office/order_take_back.html": 265,
    "marketplace/templates/office/orders.html": 964,
    "marketplace/templates/office/parcels.html": 584,
    "marketplace/templates/office/product.html": 535,
    "marketplace/templates/office/product_fields.html": 473,
    "marketplace/templates/office/product_new.html": 387,
    "marketplace/templates/office/product_seen.html": 346,
    "marketplace/templates/office/products.html": 1178,
    "marketplace/templates/office/receipt.html": 597,
    "marketplace/templates/office/shop.html": 375,
    "marketplace/templates/office/staff.html": 311,
    "marketplace/templates/office/stock.html": 576,
    "marketplace/templates/office/stock_form.html": 357,
}


def _longest() -> dict[str, int]:
    """Templates of desk and office, each with the length of its longest line."""
    found = (path for room in ("desk", "office") for path in ROOT.glob(f"*/templates/{room}/**/*.html"))
    return {path.relative_to(ROOT).as_posix(): max(map(len, path.read_text(encoding="utf-8").splitlines())) for path in found}


def test_no_line_of_desk_or_office_is_longer_than_can_be_read_at_once() -> None:
    longest = _longest()
    assert len(longest) > 90
    assert {name: length for name, length in longest.items() if length > TOO_LONG.get(name, CHARACTERS_MAX)} == {}


def test_the_list_of_longer_ones_only_shrinks() -> None:
    longest = _longest()
    assert [name for name in TOO_LONG if longest.get(name, 0) <= CHARACTERS_MAX] == []  # an exception that is needed no more
