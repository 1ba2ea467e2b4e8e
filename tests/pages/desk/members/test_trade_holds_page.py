"""The desk's page of shops that are held after a restore: who waits, what was stated, and the two persons where a manager is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tenants import trade_holds, trade_releases, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tests.support import authenticator, desks, factories, holding

pytestmark = pytest.mark.usefixtures("market")
PAGE = "/federasi/toko-ditahan/"
CIBIRU = VillageCode(factories.CIBIRU)


def held(*, days: int = 4) -> None:
    """All villages, since so many days."""
    at = timezone.now() - timedelta(days=days)
    holding.hold(at=at, backup_at=at - timedelta(hours=6))


def test_the_start_page_says_how_many_wait_and_leads_there() -> None:
    operator = desks.browser(factories.OPERATOR)
    assert PAGE not in desks.offered(operator, "/federasi/")
    held()
    start = operator.get("/federasi/")
    assert "3 toko belum dibuka lagi sesudah data pasar dipulihkan" in desks.text(start)
    assert f'href="{PAGE}"' in start.content.decode()
    holding.release(factories.MELATI, factories.SUKAMAJU)
    assert "1 toko belum dibuka lagi" in desks.text(operator.get("/federasi/"))


def test_what_managers_stated_stands_there_and_in_the_log_for_the_auditor() -> None:
    held()
    holding.release(factories.SUKAMAJU, at=timezone.now(), lost_orders_rupiah=45_000)
    auditor = desks.browser(factories.AUDITOR)
    page = desks.text(auditor.get(PAGE))
    assert "oleh Bu Ratna, yang sudah melihat stoknya" in page
    assert page.count("Rp 45.000") == 2  # the village's, and the sum of all
    assert "Usulkan dibuka lagi" not in page
    assert "Toko dibuka lagi sesudah pemulihan data: Rp 45.000 dibayar loket" in desks.text(auditor.get("/federasi/jejak/"))


def test_the_operator_proposes_and_the_approver_confirms_with_a_code() -> None:
    held()
    operator, approver = desks.browser(factories.OPERATOR), desks.browser(factories.APPROVER)
    secret = authenticator.enrolled(at=timezone.now() - timedelta(days=1))
    done = desks.press(operator, f"{PAGE}{CIBIRU}/usul/", reason="Pengelola sakit")
    assert done["Location"] == f"{PAGE}?hasil=trade_release_proposed"
    proposal = trade_holds.of_village(village_code=CIBIRU).proposal
    assert "Pengelola sakit" in desks.text(approver.get(PAGE))
    confirm = f"{PAGE}{CIBIRU}/{proposal.id}/tegaskan/"
    assert operator.get(confirm).status_code == 404
    assert "bisa dibayar sekali lagi" in desks.text(approver.get(confirm))
    assert desks.press(approver, confirm, code=authenticator.wrong(secret, timezone.now())).status_code == 422
    assert CIBIRU in villages.held()
    done = desks.press(approver, confirm, code=authenticator.code(secret, timezone.now()))
    assert done["Location"] == f"{PAGE}?hasil=trade_released"
    assert CIBIRU not in villages.held()
    page = desks.text(operator.get(PAGE))
    assert "Galih mengusulkan, Endang menegaskan" in page
    assert "tidak dinyatakan" in page
    assert approver.get(confirm).status_code == 404


def test_before_three_days_it_is_the_managers() -> None:
    held(days=2)
    operator = desks.browser(factories.OPERATOR)
    assert "Federasi boleh mengusulkan mulai" in desks.text(operator.get(PAGE))
    refused = desks.press(operator, f"{PAGE}{CIBIRU}/usul/", reason="Pengelola sakit")
    assert refused.status_code == 409
    assert "masih bisa membukanya sendiri" in desks.text(refused)


def test_a_proposal_is_declined_with_a_reason_and_the_search_finds_a_village() -> None:
    held()
    act = Act(by=factories.OPERATOR.principal, at=timezone.now(), reason="Pengelola sakit")
    trade_releases.propose(village_code=CIBIRU, act=act)
    proposal = trade_holds.of_village(village_code=CIBIRU).proposal
    approver = desks.browser(factories.APPROVER)
    done = desks.press(approver, f"{PAGE}{CIBIRU}/{proposal.id}/tolak/", reason="Sudah pulang")
    assert done["Location"] == f"{PAGE}?hasil=trade_release_declined"
    found = desks.text(approver.get(PAGE, {"q": "cibiru"}))
    assert "Cibiru" in found
    assert "Melati" not in found
    assert "Tidak ada toko ditahan dengan nama atau kode itu." in desks.text(approver.get(PAGE, {"q": "atlantis"}))
