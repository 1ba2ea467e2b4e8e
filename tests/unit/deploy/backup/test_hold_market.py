"""A restored market gives no number twice, lets nobody in who was signed in, and sends nothing by itself; its audit stays clean."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.test import Client

from deploy.backup import hold_market
from federation.models import Payment
from federation.reports import stuck_deliveries
from settlement import advancing
from settlement.cycles import lifecycle
from settlement.models import Obligation
from tenants import acts, models, number_gaps
from tenants.events import held_deliveries
from tenants.number_gaps import Series
from tenants.people import known_browsers
from tests.support import factories, shopping
from tests.support.factories import RATNA, SUKAMAJU
from tests.support.marketplace import ordering
from tests.support.settlement import restoring, rounds

BACKUP_AT = shopping.NOON + timedelta(days=1)
AT = BACKUP_AT + timedelta(days=3)
OF_SALES_WITHOUT_ORDERS = {"order-has-exactly-its-obligations", "obligation-has-its-cause"}


def hold(market, number: int = 7) -> None:
    with market.as_owner():
        hold_market.hold(restore_id=uuid.UUID(int=number), backup_at=BACKUP_AT, act=acts.by_command_line(at=AT))


def test_receipts_go_on_behind_what_may_have_been_given_out(market) -> None:
    chips = shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=10)
    ordering.pay(shopping.buy({chips: 1}))
    later = shopping.buy({chips: 1})
    hold(market)

    ordering.pay(later, key="form-2")

    assert list(Payment.objects.order_by("receipt_number").values_list("receipt_number", flat=True)) == [1, 2_001]
    assert ordering.broken_rules() == []
    gap = models.NumberGap.objects.get(series=Series.RECEIPTS, village_code=SUKAMAJU)
    entry = models.ActivityEntry.objects.get(action="receipts.left-out", village_code=SUKAMAJU)
    assert entry.detail == {"from": gap.first, "to": gap.last} == {"from": 2, "to": 2_000}
    with pytest.raises(DatabaseError, match="as they were written"), market.as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenants_numbergap")


def test_the_next_cycle_has_a_number_that_was_never_given(market) -> None:
    rounds.worked_example()
    hold(market)
    hold(market)  # killed after it was done, and asked for again
    restoring.release(at=rounds.T0)

    rounds.collecting()
    advancing.advance(number=1, at=rounds.T0 + timedelta(days=60))

    assert rounds.get().state == "closed"
    assert lifecycle.open_number() == 2_001
    assert set(Obligation.objects.filter(open_rupiah__gt=0).values_list("cycle_number", flat=True)) == {2_001}
    assert set(ordering.broken_rules()) <= OF_SALES_WITHOUT_ORDERS


def test_a_second_restore_leaves_out_more(market) -> None:
    hold(market)
    hold(market, number=8)

    assert number_gaps.after(series=Series.CYCLES, number=lifecycle.open_number()) == 3_001
    assert models.NumberGap.objects.get(series=Series.RECEIPTS, village_code=SUKAMAJU, restore_id=uuid.UUID(int=8)).first == 1_001


def test_nobody_is_signed_in_any_more(market) -> None:
    browser = Client()
    session = browser.session
    session["a"] = "b"
    session.save()
    ratna = models.User.objects.get(id=RATNA.id)
    tokens = known_browsers.remembered(tokens="", user=ratna)
    assert known_browsers.known(tokens=tokens, user=ratna)

    hold(market)

    assert not known_browsers.known(tokens=tokens, user=ratna)
    assert Session.objects.count() == 0
    assert "a" not in browser.session


def test_what_waited_to_be_delivered_waits_for_a_person(market) -> None:
    chips = shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=10)
    shopping.buy({chips: 1})
    waiting = set(models.Event.objects.filter(fanned_out_at=None).values_list("id", flat=True))
    assert waiting

    hold(market)

    deliveries = models.EventDelivery.objects.filter(event_id__in=waiting)
    assert set(deliveries.values_list("state", "last_error")) == {("needs-person", held_deliveries.RESTORED)}
    assert "dipulihkan dari cadangan" in str(stuck_deliveries.listed(limit=1)[0].last_error)
