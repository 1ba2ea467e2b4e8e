"""While one village is being archived, the others go on: nothing of theirs is locked."""

from __future__ import annotations

import threading
import time

from django.db import connection, connections, transaction

from federation.members import leaving
from marketplace.checkout import place_order
from settlement.ledger import unsettled
from tenants import acts
from tests.support import factories, shopping

ACT = acts.by_command_line(at=shopping.NOON, reason="bergabung")


def test_others_order_and_move_their_orders_while_a_village_is_being_archived(market):
    chips = shopping.product(factories.CIBIRU)
    held, done = threading.Event(), threading.Event()

    def archive() -> None:
        try:
            with transaction.atomic():
                leaving.refuse_unfinished(village_code=factories.MELATI, act=ACT)
                unsettled.refuse_unsettled(village_code=factories.MELATI, act=ACT)
                held.set()
                done.wait(60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=archive)
    thread.start()
    try:
        assert held.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        begun = time.monotonic()
        placed = [shopping.buy({chips: 1}, phone=f"08129100020{number}") for number in range(3)]
        assert len({one.purchase_id for one in placed}) == 3
        assert time.monotonic() - begun < 2
    finally:
        done.set()
        thread.join(30)
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def test_archiving_waits_for_an_order_of_another_village_that_is_under_way_but_not_for_those_that_begin_later(market):
    """It cannot know whose order that will be; whoever begins later has seen the suspension."""
    chips = shopping.product(factories.CIBIRU)
    form = shopping.form(shopping.basket({chips: 1}), phone="081291000301")
    begun, go_on, archived = threading.Event(), threading.Event(), threading.Event()

    def order() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT FROM federation_basket FOR NO KEY UPDATE")
                begun.set()
                go_on.wait(60)
        finally:
            connections.close_all()

    def archive() -> None:
        try:
            with transaction.atomic():
                leaving.refuse_unfinished(village_code=factories.MELATI, act=ACT)
            archived.set()
        finally:
            connections.close_all()

    other = threading.Thread(target=order)
    archiving = threading.Thread(target=archive)
    other.start()
    assert begun.wait(30)
    archiving.start()
    try:
        assert not archived.wait(0.5)
        go_on.set()
        assert archived.wait(10)
        place_order.place(form=form, at=shopping.NOON)
    finally:
        go_on.set()
        other.join(30)
        archiving.join(30)
