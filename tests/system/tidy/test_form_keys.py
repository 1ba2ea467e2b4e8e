"""Every form that does something counts once: it carries a key, or what it does stands in a state that a second tap finds."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FORM = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.S)
KEYS = ('name="form_key"', 'name="kunci"')  # kunci: the checkout's own
# Template -> why its forms need no key.
GUARDED = {
    "desk/bank/statement_import.html": "a file, and each of its lines, is known again",
    "desk/second_factor.html": "a code opens once",
    "desk/settlement/approve.html": "the signature and the cycle's state; a code opens once",
    "desk/settlement/cycle_payments.html": "payouts are planned for what lies there undivided; a payment's state",
    "desk/stuck_delivery.html": "the delivery's state",
    "market/basket.html": "nothing is ordered yet",
    "market/product.html": "nothing is ordered yet",
    "market/login.html": "nothing is changed",
    "market/register.html": "a number has one account",
    "parts/end.html": "nothing is changed",
    "parts/helping.html": "nothing is changed",
    "buying/payment.html": "a purchase has one payment under way",
    "buying/purchase.html": "the order's state",
    "buying/purchases.html": "nothing is changed",
    "office/assist.html": "nothing is changed",
    "office/cash_purchase.html": "the refund says when it was paid out",
    "office/cash_undo.html": "a payment is reversed once",
    "office/cycles/call_off.html": "the payment's state",
    "office/cycles/legs.html": "the payment's state",
    "office/order.html": "the order's state, which the form names",
    "office/order_cancel.html": "the order's state",
    "office/order_step.html": "the order's state, which the form names",
    "office/parcels.html": "the order's state and when it arrived",
}


def _keyless() -> set[str]:
    found = set()
    for templates in (ROOT / "federation" / "templates", ROOT / "marketplace" / "templates"):
        for path in templates.rglob("*.html"):
            forms = FORM.findall(path.read_text(encoding="utf-8"))
            if any(not any(key in form for key in KEYS) for form in forms):
                found.add(path.relative_to(templates).as_posix())
    return found


def test_every_form_has_a_key_or_a_reason_why_not():
    assert _keyless() == set(GUARDED)
