"""Villages as requests see them, and how they are closed."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from marketplace.models import Shop
from tenants import acts, models, villages
from tenants.db import context
from tests.support.factories import CIBIRU, MELATI, START, SUKAMAJU


def test_looking_up_asks_the_database_once(market, django_queries):
    assert villages.by_slug(slug="sukamaju").code == SUKAMAJU
    with django_queries() as said:
        for _ in range(50):
            assert villages.by_slug(slug="cibiru").name == "Cibiru"
            assert villages.by_code(code=MELATI).slug == "melati"
    assert len(said) == 0


def test_an_unknown_village_is_refused(market):
    for lookup in (lambda: villages.by_slug(slug="atlantis"), lambda: villages.by_code(code="34.02.90.2999")):
        with pytest.raises(villages.UnknownVillage):
            lookup()


def test_a_half_made_village_is_not_seen(market):
    models.Village.objects.bulk_create(
        [models.Village(code="34.02.90.2004", schema_name="v_3402902004", slug="baru", name="Baru", created_at=START)]
    )
    villages.forget()
    with pytest.raises(villages.UnknownVillage):
        villages.by_slug(slug="baru")
    assert "34.02.90.2004" not in [village.code for village in villages.ready()]


def test_a_suspended_shop_is_seen_but_not_active_and_can_be_resumed(market):
    villages.suspend(code=CIBIRU, act=acts.by_command_line(at=START, reason="pembukuan belum beres"))
    assert villages.by_slug(slug="cibiru").state == "suspended"
    assert [village.code for village in villages.active()] == [SUKAMAJU, MELATI]
    with pytest.raises(villages.WrongState) as refused:
        villages.suspend(code=CIBIRU, act=acts.by_command_line(at=START, reason="lagi"))
    assert str(refused.value) == "Desa Cibiru sedang ditutup sementara, jadi ini tidak dapat dilakukan."
    villages.resume(code=CIBIRU, act=acts.by_command_line(at=START, reason="sudah beres"))
    assert len(villages.active()) == 3
    actions = (
        models.ActivityEntry.objects.filter(subject_id=CIBIRU, action__in=["village.suspended", "village.resumed"])
        .order_by("id")
        .values_list("action", "reason")
    )
    assert list(actions) == [("village.suspended", "pembukuan belum beres"), ("village.resumed", "sudah beres")]


def test_a_change_that_is_taken_back_is_never_seen(market):
    villages.forget()
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what is under test is what happens on the way out
        villages.suspend(code=CIBIRU, act=acts.by_command_line(at=START, reason="x"))
        villages.by_slug(slug="sukamaju")  # loads while the change is open
        raise ZeroDivisionError
    assert villages.by_slug(slug="cibiru").state == "active"


def test_a_change_of_another_process_is_seen(market, monkeypatch):
    assert villages.by_slug(slug="cibiru").state == "active"
    script = f"""
        import django; django.setup()
        from tenants import acts, villages
        from tests.support import factories
        villages.suspend(code={CIBIRU!r}, act=acts.by_command_line(at=factories.START, reason="x"))
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=market.environment, check=True)  # noqa: S603 - our own words
    monkeypatch.setattr(villages, "_asked", 0.0)  # a second has passed
    assert villages.by_slug(slug="cibiru").state == "suspended"


def test_a_lost_message_is_healed_after_a_minute(market, monkeypatch):
    villages.by_slug(slug="cibiru")
    models.Village.objects.filter(code=CIBIRU).update(state="suspended")
    cache.clear()
    monkeypatch.setattr(villages, "_asked", 0.0)
    assert villages.by_slug(slug="cibiru").state == "active"
    monkeypatch.setattr(villages, "_TRUST_SECONDS", 0.0)
    monkeypatch.setattr(villages, "_asked", 0.0)
    assert villages.by_slug(slug="cibiru").state == "suspended"


def test_an_archived_village_can_be_read_but_never_written(market):
    later = START + villages.SEEN_EVERYWHERE_AFTER
    villages.suspend(code=CIBIRU, act=acts.by_command_line(at=START, reason="bergabung dengan Sukamaju"))
    with market.as_owner():
        villages.archive(code=CIBIRU, act=acts.by_command_line(at=later, reason="bergabung dengan Sukamaju"))
    with context.inside(CIBIRU):
        assert Shop.objects.count() == 1
        for change in (lambda: Shop.objects.update(about="x"), lambda: Shop.objects.all().delete()):
            with pytest.raises(DatabaseError, match="permission denied"):
                change()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('v_3402902002') IS NOT NULL")
        assert cursor.fetchone()[0]
    with pytest.raises(villages.WrongState), market.as_owner():
        villages.archive(code=CIBIRU, act=acts.by_command_line(at=later, reason="x"))


def test_only_a_village_that_all_have_seen_suspended_is_archived(market):
    soon = START + villages.SEEN_EVERYWHERE_AFTER - timedelta(seconds=1)
    with market.as_owner():
        with pytest.raises(villages.StillOpen) as refused:
            villages.archive(code=CIBIRU, act=acts.by_command_line(at=START, reason="x"))
        assert str(refused.value) == "Desa Cibiru masih aktif. Tutup dulu sementara, selesaikan pesanan dan uangnya, lalu arsipkan."
        villages.suspend(code=CIBIRU, act=acts.by_command_line(at=START - timedelta(days=1), reason="x"))
        villages.resume(code=CIBIRU, act=acts.by_command_line(at=START, reason="x"))
        villages.suspend(code=CIBIRU, act=acts.by_command_line(at=START, reason="x"))
        with pytest.raises(villages.SuspendedJustNow):
            villages.archive(code=CIBIRU, act=acts.by_command_line(at=soon, reason="x"))
        assert villages.by_code(code=CIBIRU).state == "suspended"
        villages.archive(code=CIBIRU, act=acts.by_command_line(at=soon + timedelta(seconds=1), reason="x"))
    assert villages.by_code(code=CIBIRU).state == "archived"
    assert timedelta(seconds=villages._TRUST_SECONDS + villages._ASK_AFTER_SECONDS) < villages.SEEN_EVERYWHERE_AFTER


def test_a_village_cannot_be_entered_as_django_tenants_would(market):
    with pytest.raises(TypeError), models.Village.objects.get(code=CIBIRU):
        pass


def test_no_village_is_closed_without_a_reason_that_can_be_read(market):
    for reason in ("", " ", "\u200b"):
        with pytest.raises(villages.ReasonMissing):
            villages.suspend(code=CIBIRU, act=acts.by_command_line(at=START, reason=reason))
    assert villages.is_active(code=CIBIRU)
