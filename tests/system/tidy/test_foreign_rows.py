"""The rows of purchases go to marketplace as values to read and save; they are found and locked by functions of federation.buying."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
QUERY = re.compile(r"\b\w*Row\.(objects|_default_manager|_meta)\b")


def test_nobody_asks_the_database_for_another_packages_rows():
    asking = [
        path.relative_to(ROOT).as_posix()
        for package in ("marketplace", "api", "deploy")
        for path in sorted((ROOT / package).rglob("*.py"))
        if QUERY.search(path.read_text(encoding="utf-8"))
    ]
    assert asking == []


def test_such_a_query_is_found():
    assert QUERY.search("seller_orders.Row.objects.filter(id=order_id)")
    assert QUERY.search("order_payments.RefundRow.objects.get()")
    assert not QUERY.search("Order.objects.get(id=row.id)")
