"""Trade that is held after a restore: what refuses meanwhile, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from federation.buying import baskets
from federation.catalogue import catalogue
from tenants import acts, models, trade_hold_rows, trade_holds, villages
from tenants.acts import Act
from tenants.people import permissions
from tests.support import factories, holding, shopping
from tests.support.factories import CIBIRU, MELATI, SUKAMAJU
from tests.support.holding import BACKUP_AT
from tests.support.shopping import NOON, later


def test_all_villages_are_held_each_with_its_step_its_entry_and_its_event(market):
    assert holding.hold() == 3
    assert villages.held() == {SUKAMAJU, CIBIRU, MELATI}
    assert villages.by_code(code=CIBIRU).held_since == BACKUP_AT
    assert not villages.is_selling(code=CIBIRU)
    assert villages.is_active(code=CIBIRU)  # its people work, its counter takes cash
    steps = models.TradeHoldStep.objects.order_by("village_code").values_list("village_code", "turn", "step", "backup_at", "at", "reason")
    assert [*steps] == [(code, 1, "held", BACKUP_AT, NOON, "pemulihan") for code in (SUKAMAJU, CIBIRU, MELATI)]
    assert models.Event.objects.filter(kind="trade.held").count() == 3
    assert models.ActivityEntry.objects.filter(action="trade.held", subject_id=CIBIRU).count() == 1


def test_one_that_has_left_is_not_held_and_a_second_restore_keeps_the_older_moment(market):
    models.Village.objects.filter(code=MELATI).update(state="archived")
    villages.forget()
    assert holding.hold() == 2
    assert holding.hold(at=later(60), backup_at=NOON) == 2
    assert villages.held() == {SUKAMAJU, CIBIRU}
    hold = trade_holds.of_village(village_code=CIBIRU)
    assert (hold.backup_at, hold.restored_at) == (BACKUP_AT, later(60))
    assert trade_holds.of_village(village_code=MELATI) is None


def test_a_restore_of_an_older_backup_holds_since_that(market):
    older = BACKUP_AT - timedelta(days=3)
    holding.hold()
    holding.hold(at=later(60), backup_at=older)
    assert set(models.Village.objects.values_list("held_since", flat=True)) == {older}


def test_one_that_leaves_while_it_is_held_waits_for_nobody(market):
    holding.hold()
    models.Village.objects.filter(code=MELATI).update(state="archived")
    villages.forget()
    assert villages.held() == {SUKAMAJU, CIBIRU}
    assert [row.village_code for row in trade_hold_rows.held(limit=9).rows] == [SUKAMAJU, CIBIRU]


def test_only_who_closes_villages_holds_them_and_in_a_transaction(market):
    with pytest.raises(permissions.Forbidden), transaction.atomic():
        trade_holds.hold_all(backup_at=BACKUP_AT, act=Act(by=factories.OPERATOR.principal, at=NOON))
    with pytest.raises(RuntimeError):
        trade_holds.hold_all(backup_at=BACKUP_AT, act=acts.by_command_line(at=NOON))


def test_its_goods_are_out_of_the_catalogue_and_go_into_no_basket_until_it_is_released(market):
    chips, rice = shopping.product(CIBIRU), shopping.product(MELATI, name="Beras")
    holding.hold()
    holding.release(MELATI)
    assert [offer.id for offer in catalogue.search().rows] == [rice]
    assert catalogue.summary().goods == 1
    with pytest.raises(trade_holds.TradeHeld) as refused:
        catalogue.get(listing_id=chips)
    assert "Toko Cibiru belum menerima pesanan baru" in str(refused.value).replace("\u2068", "").replace("\u2069", "")
    with pytest.raises(trade_holds.TradeHeld):
        baskets.add(token=None, account_id=None, product_id=chips, quantity=1, at=NOON)
    holding.release(CIBIRU)
    assert {offer.id for offer in catalogue.search().rows} == {chips, rice}
    assert catalogue.get(listing_id=chips).id == chips


def test_the_manager_alone_releases_and_once(market):
    holding.hold()
    for who in (factories.ASEP, factories.RATNA, factories.OPERATOR):
        with pytest.raises(permissions.Forbidden), transaction.atomic():
            trade_holds.release(village_code=CIBIRU, lost_orders_rupiah=0, act=Act(by=who.principal, at=later(5)))
    holding.release(CIBIRU, at=later(9), lost_orders_rupiah=45_000)
    step = models.TradeHoldStep.objects.get(village_code=CIBIRU, turn=2)
    assert (step.step, step.backup_at, step.by, step.at) == ("released", BACKUP_AT, factories.SARI.id, later(9))
    assert (step.stock_looked_at, step.lost_orders_rupiah) == (True, 45_000)
    assert villages.held() == {SUKAMAJU, MELATI}
    entry = models.ActivityEntry.objects.get(action="trade.released")
    assert entry.detail == {"step": str(step.id), "lost_orders_rupiah": 45_000}
    assert models.Event.objects.get(kind="trade.released").subject_id == step.id
    with pytest.raises(trade_holds.NotHeld):
        holding.release(CIBIRU, at=later(10))


@pytest.mark.parametrize("change", ["UPDATE public.tenants_tradeholdstep SET turn = 7", "DELETE FROM public.tenants_tradeholdstep"])
def test_what_was_stated_stays_as_it_was_written(market, change):
    holding.hold()
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(change)
    with market.as_owner(), pytest.raises(DatabaseError, match="kept as it was written"), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_release_needs_a_statement_or_two_persons(market):
    holding.hold()
    step = {"village_code": CIBIRU, "turn": 2, "step": "released", "backup_at": BACKUP_AT, "at": NOON}
    for stated in (
        {"by": factories.SARI.id},
        {"by": factories.SARI.id, "stock_looked_at": True},
        {"by": factories.OPERATOR.id, "proposed_by": factories.OPERATOR.id},
    ):
        with pytest.raises(DatabaseError, match="trade_hold_ends_by_statement_or_two"):
            models.TradeHoldStep.objects.create(**step, **stated)


def test_three_days_are_counted_from_the_restore(market):
    holding.hold()
    assert trade_holds.of_village(village_code=CIBIRU).federation_may_from == NOON + timedelta(days=3)
