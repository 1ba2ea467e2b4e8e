"""Which account is in force at one moment, and how a bank's tables are remembered with it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from settlement.bank import account_changes, bank_accounts
from settlement.models import BankAccountStep
from tenants import codes
from tenants.acts import Act
from tenants.models import ActivityEntry
from tests.support import factories
from tests.support.settlement import rounds
from tests.support.settlement.rounds import MAKER, T0, B

DAY = timedelta(days=1)


def status(moment):
    return bank_accounts.status(party=B, at=moment)


def test_an_account_is_in_force_a_day_after_its_confirmation_and_the_former_one_until_then(market):
    rounds.account(B, number="11111111", at=T0)
    rounds.account(B, number="22222222", at=T0 + 3 * DAY)

    assert status(T0 + DAY - timedelta(seconds=1)).account is None
    first = status(T0 + DAY).account
    assert first is not None
    assert (first.number, first.changed_by, first.confirmed_by) == ("11111111", MAKER.account_id, rounds.APPROVER.account_id)
    meanwhile = status(T0 + 4 * DAY - timedelta(seconds=1))
    assert meanwhile.account == first
    assert meanwhile.coming is not None
    assert not meanwhile.waits
    second = status(T0 + 4 * DAY).account
    assert second is not None
    assert second.number == "22222222"
    assert bank_accounts.named(step_id=first.step_id).number == "11111111"  # what was sent there says so for ever


def test_while_there_is_none_money_waits_from_the_proposal_on(market):
    assert not status(T0).waits
    account_changes.propose(party=B, bank="BRI", bank_code="002", bic="", number="11111111", holder="BUMDes", act=Act(by=MAKER, at=T0))
    assert status(T0).waits
    rounds.confirm_account(B, at=T0 + DAY)
    assert status(T0 + 2 * DAY - timedelta(seconds=1)).waits
    assert not status(T0 + 2 * DAY).waits


def test_a_newer_one_that_is_confirmed_takes_the_place_of_one_to_come(market):
    rounds.account(B, number="11111111", at=T0)
    rounds.account(B, number="22222222", at=T0 + timedelta(hours=12))

    assert status(T0 + DAY).account is None
    found = status(T0 + 2 * DAY).account
    assert found is not None
    assert found.number == "22222222"


def test_what_was_stopped_never_comes_in_force_and_a_stop_after_it_keeps_the_account(market):
    rounds.account(B, number="11111111", at=T0)
    account_changes.stop(party=B, act=Act(by=MAKER, at=T0 + timedelta(hours=23)))
    assert status(T0 + 9 * DAY).waits
    account_changes.resume(party=B, act=Act(by=MAKER, at=T0 + timedelta(hours=23, minutes=1)))
    assert status(T0 + 9 * DAY) == bank_accounts.NOTHING

    rounds.account(B, number="22222222", at=T0 + 10 * DAY)
    account_changes.stop(party=B, act=Act(by=MAKER, at=T0 + 12 * DAY))
    stopped = status(T0 + 13 * DAY)
    assert (stopped.stopped, stopped.usable, stopped.waits) == (True, None, True)
    account_changes.resume(party=B, act=Act(by=MAKER, at=T0 + 14 * DAY))
    again = status(T0 + 14 * DAY).usable
    assert again is not None
    assert again.number == "22222222"


def test_accounts_of_before_are_in_force_as_they_were(market):
    BankAccountStep.objects.create(party=B, turn=1, step="kept", bank="BRI", bank_code="002", number="12345678", holder="BUMDes", at=T0)
    found = status(T0).usable
    assert found is not None
    assert found.number == "12345678"


def test_statements_of_a_left_account_are_still_the_federations(market):
    assert bank_accounts.own_numbers(at=T0) == []
    rounds.account(codes.FEDERATION, number="11111111", at=T0)
    rounds.account(codes.FEDERATION, number="22222222", at=T0 + 2 * DAY)

    assert bank_accounts.own_numbers(at=T0 + DAY) == ["11111111"]
    assert bank_accounts.own_numbers(at=T0 + 3 * DAY) == ["22222222", "11111111"]


MAPPING = {"rekening": "033701001234567", "tanggal": "Tgl", "format_tanggal": "dd/mm/yyyy", "jumlah": "Mutasi"}


def test_how_a_bank_writes_its_tables_is_kept_with_the_account_and_recorded_once(market):
    def keep(**changes: str) -> None:
        with transaction.atomic():
            bank_accounts.remember_mapping(
                party="F", mapping={**MAPPING, **changes}, act=Act(by=factories.OPERATOR.principal, at=factories.START)
            )

    keep()
    assert bank_accounts.mapping_of(party="F") == {}  # no account, so no bank whose tables these are

    rounds.bank_accounts()
    keep()
    keep(rekening="another way to write it")
    rounds.account(codes.FEDERATION, number="77777777", at=factories.START)
    assert bank_accounts.mapping_of(party="F") == {"tanggal": "Tgl", "format_tanggal": "dd/mm/yyyy", "jumlah": "Mutasi"}
    keep(jumlah="Jumlah")

    assert bank_accounts.mapping_of(party="F")["jumlah"] == "Jumlah"
    kept = (
        ActivityEntry.objects.filter(action="statement.form-kept").order_by("id").values_list("subject_id", "by", "detail__mapping__jumlah")
    )
    assert list(kept) == [("F", factories.OPERATOR.id, "Mutasi"), ("F", factories.OPERATOR.id, "Jumlah")]
