"""What the database itself refuses, whoever asks."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import ProgrammingError

from settlement.models import Obligation, Reference, Transfer
from tests.support.settlement import books

CHANGES = [
    "UPDATE settlement_transfer SET amount_rupiah = 1",
    "DELETE FROM settlement_transfer",
    "TRUNCATE settlement_transfer CASCADE",
    "UPDATE settlement_reference SET reference = 'x'",
    "DELETE FROM settlement_reference",
    "TRUNCATE settlement_reference",
    "UPDATE settlement_obligation SET amount_rupiah = amount_rupiah + 1",
    "UPDATE settlement_obligation SET creditor = 'F'",
    "DELETE FROM settlement_obligation",
    "TRUNCATE settlement_obligation CASCADE",
]


@pytest.mark.parametrize("sql", CHANGES)
def test_the_owner_is_refused_by_triggers_with_a_readable_word(market, sql):
    books.complete(books.sale())

    with market.as_owner(), pytest.raises(DatabaseError, match="refused: (rows of the ledger are kept|only what is still open)"):
        books.rows_changed(sql)

    assert Transfer.objects.filter(phase="posted").count() == Obligation.objects.count() == 2
    assert Reference.objects.count() == 2


@pytest.mark.parametrize("sql", CHANGES)
def test_the_application_is_refused_by_privileges(market, sql):
    books.complete(books.sale())

    with pytest.raises(ProgrammingError, match="permission denied"):
        books.rows_changed(sql)


def test_what_is_open_may_shrink_within_the_amount(market):
    books.complete(books.sale())

    books.rows_changed("UPDATE settlement_obligation SET open_rupiah = 0")

    with pytest.raises(DatabaseError, match="obligation_open_within_amount"):
        books.rows_changed("UPDATE settlement_obligation SET open_rupiah = amount_rupiah + 1")


def test_saving_an_obligation_as_it_is_passes(market):
    books.complete(books.sale())

    with market.as_owner():
        Obligation.objects.first().save()


def test_a_reservation_is_resolved_once(market):
    sale = books.sale()
    books.complete(sale)

    resolved = Transfer.objects.filter(phase="posted", event="sale").values().get()
    with pytest.raises(DatabaseError, match="transfer_resolved_once"), transaction.atomic():
        Transfer.objects.create(**{**resolved, "id": sale.order_id})


def test_no_name_phone_or_address_has_a_place_in_the_ledger(market):
    [columns] = books.rows(
        "SELECT array_agg(DISTINCT column_name::text) FROM information_schema.columns WHERE table_name LIKE 'settlement_%%'"
    )

    assert not [name for name in columns[0] if any(word in name for word in ("name", "phone", "address", "buyer"))]
