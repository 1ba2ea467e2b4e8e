"""Where money is sent: written down as people write, checked, and every change on record."""

from __future__ import annotations

import pytest

from settlement import bank_accounts
from tenants import codes, texts
from tenants.models import TrailEntry
from tests import factories

WRITTEN = {"bank": "BRI", "bank_code": "002", "bic": "", "number": "0337-01.001234 567", "holder": "BUMDes  Maju Lestari"}


USELESS: list[tuple[dict[str, str], type[Exception]]] = [
    ({"bank": " "}, texts.NotReadable),
    ({"holder": "\u200b"}, texts.NotReadable),
    ({"bank_code": "2"}, bank_accounts.BadBankCode),
    ({"bank_code": "٠٠٢"}, bank_accounts.BadBankCode),
    ({"bank_code": "", "bic": "BRI"}, bank_accounts.BadBic),
    ({"bank_code": "", "bic": ""}, bank_accounts.BankNotNamed),
    ({"number": "1234"}, bank_accounts.BadNumber),
    ({"number": "12345678901a"}, bank_accounts.BadNumber),
    ({"number": "1" * 35}, bank_accounts.BadNumber),
    ({"party": "Cibiru"}, codes.BadVillageCode),
]


def put(party: str = factories.CIBIRU, **changes: str) -> None:
    bank_accounts.set_account(party=party, **{**WRITTEN, **changes}, by=factories.SARI.id, at=factories.START, village_code=party)


def test_it_is_kept_as_a_bank_reads_it(market):
    put()

    found = bank_accounts.of(party=factories.CIBIRU)
    assert found is not None
    assert (found.bank, found.bank_code, found.number, found.holder) == ("BRI", "002", "033701001234567", "BUMDes Maju Lestari")
    assert (found.changed_by, found.changed_at) == (factories.SARI.id, factories.START)
    assert bank_accounts.of(party=factories.MELATI) is None


def test_a_bic_is_enough_and_the_federation_has_one_too(market):
    put(codes.FEDERATION, bank_code="", bic="brinidja")

    found = bank_accounts.of(party=codes.FEDERATION)
    assert found is not None
    assert (found.bank_code, found.bic) == ("", "BRINIDJA")


def test_every_change_is_on_record_once_and_without_names(market):
    put()
    put(number="033701001234567")  # the same, written otherwise
    put(number="77777777")

    entries = list(TrailEntry.objects.filter(action="bank-account.changed").order_by("id").values("subject_id", "village_code", "detail"))
    assert [(entry["subject_id"], entry["village_code"]) for entry in entries] == [(factories.CIBIRU, factories.CIBIRU)] * 2
    assert [entry["detail"]["after"]["number"] for entry in entries] == ["033701001234567", "77777777"]
    assert entries[0]["detail"]["before"] is None
    assert entries[1]["detail"]["before"]["number"] == "033701001234567"
    assert "Maju" not in str(entries)


def test_what_no_bank_could_use_is_refused(market):
    put()

    for changes, refusal in USELESS:
        with pytest.raises(refusal):
            put(**changes)

    found = bank_accounts.of(party=factories.CIBIRU)
    assert found is not None
    assert found.number == "033701001234567"
    assert TrailEntry.objects.filter(action="bank-account.changed").count() == 1


def test_the_usual_banks_have_codes_that_are_taken(market):
    for code, name in bank_accounts.BANKS.items():
        put(bank=name, bank_code=code)
