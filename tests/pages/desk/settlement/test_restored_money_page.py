"""The desk's page after a restore: what is missing, what comes in, who said it, and the two who let it go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from settlement import money_hold
from settlement.models import Obligation, StatedCash, StatementLine
from tests.support import authenticator, desks, factories
from tests.support.settlement import restoring, rounds
from tests.support.settlement.restoring import NOW, lost_payout, read
from tests.support.settlement.rounds import A, B

PAGE = "/federasi/setelah-pemulihan/"


@pytest.fixture
def held(market, monkeypatch: pytest.MonkeyPatch) -> str:  # type: ignore[no-untyped-def]
    """A market that was restored yesterday; gives what the approver's phone makes codes of."""
    rounds.worked_example()
    rounds.bank_accounts(B)
    secret = authenticator.enrolled(at=NOW - timedelta(days=3))
    restoring.hold()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return secret


def text(person: factories.Person = factories.OPERATOR) -> str:
    return desks.text(desks.browser(person).get(PAGE))


def test_it_says_that_nothing_was_restored(market):
    assert "belum pernah dipulihkan" in text()


def test_two_persons_release_what_the_page_lists(held):
    assert "belum terlihat seluruhnya" in text()
    read(("TRSF PS0001-3402902001", 41_200), lost_payout(18_000))
    operator = desks.browser(factories.OPERATOR)
    line = StatementLine.objects.get(amount_rupiah=18_000)
    assert "Baris yang belum diputuskan" in text()
    said = desks.press(operator, f"{PAGE}baris/{line.id}/", village_code=B)
    assert said["Location"] == f"{PAGE}?hasil=line_owner_said"
    proposed = desks.press(operator, f"{PAGE}usul/")
    assert proposed["Location"] == f"{PAGE}?hasil=restored_list_proposed"
    assert money_hold.is_held()

    approver = desks.browser(factories.APPROVER)
    [path] = [found for found in desks.offered(approver, PAGE) if "tegaskan" in found]
    done = desks.press(approver, f"{PAGE}{path}", code=authenticator.code(held, at=NOW))
    assert done["Location"] == f"{PAGE}?hasil=restored_list_confirmed"
    assert not money_hold.is_held()
    assert set(Obligation.objects.filter(cause="adopted").values_list("debtor", "creditor")) == {("F", A), (B, "F")}
    assert "Uang federasi dilepas" in text()


def test_a_village_states_its_cash_and_the_federation_confirms_it(held):
    office = desks.browser(factories.RATNA)
    path = desks.path("office-stated-cash", village=A)
    assert desks.press(office, path, path, handed_over_rupiah="", received_rupiah="0").status_code in (200, 422)
    done = desks.press(office, path, path, handed_over_rupiah="20.600", received_rupiah="0")
    assert "hasil=cash_stated" in done["Location"]
    stated = StatedCash.objects.get()
    assert (stated.village_code, stated.handed_over_rupiah) == (A, 20_600)
    assert "Menunggu orang federasi" in desks.text(office.get(path))
    confirmed = desks.press(desks.browser(factories.OPERATOR), f"{PAGE}tunai/{stated.id}/tegaskan/")
    assert confirmed["Location"] == f"{PAGE}?hasil=cash_confirmed"


def test_who_only_looks_is_offered_nothing(held):
    assert desks.offered(desks.browser(factories.AUDITOR), PAGE) == set()
