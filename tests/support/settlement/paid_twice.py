"""What the audit of the market says of money that a village got twice, in tests whose sales are of no orders of the market."""

from __future__ import annotations

from django.db import connection

from deploy.audit import market_invariants

_LOOKS = {
    "order-has-exactly-its-obligations": "broken.id IN (SELECT cause_id FROM settlement_transfer WHERE event LIKE 'paid-twice%')",
    "obligation-has-its-cause": "broken.cause = 'payout'",
}


def broken_rules() -> list[str]:
    """The rules that do not know what was paid twice."""
    found = []
    for one in market_invariants.INVARIANTS:
        if one.name in _LOOKS:
            with connection.cursor() as cursor:
                sql = one.sql.replace("%%", "%")
                cursor.execute(f"SELECT count(*) FROM ({sql}) AS broken WHERE {_LOOKS[one.name]}")  # noqa: S608 - our own words
                found += [one.name] * bool(cursor.fetchone()[0])
    return found
