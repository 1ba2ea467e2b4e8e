"""What ledger tests say and ask: three villages A, B, C that trade, and what the books show of it."""

from __future__ import annotations

import datetime
import uuid

from django.db import connection, transaction

from settlement.ledger import sales
from settlement.sql import source_files
from tenants.codes import VillageCode
from tests.support import factories

A, B, C = (VillageCode(code) for code in (factories.SUKAMAJU, factories.CIBIRU, factories.MELATI))
NOON = datetime.datetime(2026, 6, 2, 5, 0, tzinfo=datetime.UTC)


def sale(
    *,
    goods: int = 100_000,
    fee: int = 2_000,
    delivery: int = 0,
    home: str = A,
    seller: str = B,
    holder: str = "",
    deliverer: str = "",
    by_guest: bool = False,
    order_id: uuid.UUID | None = None,
) -> sales.Sale:
    """A sale by Cibiru to a buyer of Sukamaju whose village takes the cash, unless said otherwise."""
    return sales.Sale(
        order_id=order_id or uuid.uuid4(),
        seller=VillageCode(seller),
        holder=VillageCode(holder or home),
        home=VillageCode(home),
        goods_rupiah=goods,
        fee_rupiah=fee,
        delivery_rupiah=delivery,
        deliverer=VillageCode(deliverer or seller),
        by_guest=by_guest,
    )


def reserve(*chosen: sales.Sale) -> None:
    with transaction.atomic(durable=True):
        sales.reserve(sales=chosen, happened_at=NOON)


def post(chosen: sales.Sale, *, payment_id: uuid.UUID | None = None) -> uuid.UUID:
    payment_id = payment_id or uuid.uuid4()
    with transaction.atomic(durable=True):
        sales.post(sale=chosen, payment_id=payment_id, happened_at=NOON)
    return payment_id


def complete(chosen: sales.Sale) -> uuid.UUID:
    """Reserve and post at once."""
    reserve(chosen)
    return post(chosen)


def void(chosen: sales.Sale) -> None:
    with transaction.atomic(durable=True):
        sales.void(order_id=chosen.order_id, happened_at=NOON)


def refund(chosen: sales.Sale, *, goods: int = 0, fee: int = 0, delivery: int = 0, refund_id: uuid.UUID | None = None) -> None:
    with transaction.atomic(durable=True):
        sales.refund(
            order_id=chosen.order_id,
            refund_id=refund_id or uuid.uuid4(),
            goods_rupiah=goods,
            delivery_rupiah=delivery,
            fee_rupiah=fee,
            happened_at=NOON,
        )


def unpost(chosen: sales.Sale, payment_id: uuid.UUID) -> None:
    with transaction.atomic(durable=True):
        sales.unpost(order_id=chosen.order_id, payment_id=payment_id, happened_at=NOON)


def secure(chosen: sales.Sale) -> None:
    with transaction.atomic(durable=True):
        sales.secure(order_id=chosen.order_id)


def rows(sql: str, *values: object) -> list[tuple[object, ...]]:
    """What a question to the books gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def obligations() -> list[tuple[object, ...]]:
    """(debtor, creditor, amount, open) of every obligation, by parties."""
    return rows(
        "SELECT debtor, creditor, amount_rupiah, open_rupiah FROM settlement_obligation ORDER BY debtor, creditor, amount_rupiah, id"
    )


def transfers() -> list[tuple[object, ...]]:
    """(phase, event, debit, credit, amount) of every transfer."""
    return rows(
        "SELECT phase, event, debit, credit, amount_rupiah FROM settlement_transfer ORDER BY happened_at, phase, event, debit, credit"
    )


def sums(account: str) -> dict[str, int]:
    """An account's sums, folded or not, those that are not zero."""
    names = ("debit_pending", "debit_posted", "credit_pending", "credit_posted", "guest_pending")
    columns = ", ".join(f"coalesce(sum({name}_rupiah), 0)" for name in names)
    both = " UNION ALL ".join(
        f"SELECT {', '.join(f'{name}_rupiah' for name in names)} FROM {table} WHERE account = %s"  # noqa: S608 - our own names
        for table in ("settlement_position", "settlement_positionincrement")
    )
    [found] = rows(f"SELECT {columns} FROM ({both}) AS both_", account, account)  # noqa: S608
    return {name: int(str(amount)) for name, amount in zip(names, found, strict=True) if amount}


def net(*villages: str) -> dict[str, int]:
    """What each village is owed (or owes, below zero) by what is posted."""
    found = {village: sums(f"clearing:{village}") for village in villages or (A, B, C)}
    return {
        village: shown.get("credit_posted", 0) - shown.get("debit_posted", 0)
        for village, shown in found.items()
        if shown.get("credit_posted", 0) != shown.get("debit_posted", 0)
    }


def rows_changed(sql: str, *values: object) -> None:
    """Change rows as a later part of the system, or a fault, would."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def functions() -> str:
    """The text of all the ledger's functions, as their files have them; others prove that these are in force."""
    return "".join(source.text for key, source in source_files.read().items() if key.kind is source_files.Kind.FUNCTION)
