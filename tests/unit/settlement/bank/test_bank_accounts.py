"""Where money is sent: written down as people write, checked, and every change on record."""

from __future__ import annotations

import pytest
from django.db import transaction

from settlement.bank import bank_accounts
from settlement.bank.rails import account_rules, batches
from tenants import codes, texts
from tenants.acts import Act
from tenants.errors import FormReused
from tenants.models import ActivityEntry
from tests.support import factories
from tests.support.bank import payments

WRITTEN = {"bank": "BRI", "bank_code": "002", "bic": "", "number": "0337-01.001234 567", "holder": "BUMDes  Maju Lestari"}


USELESS: list[tuple[dict[str, str], type[Exception]]] = [
    ({"bank": " "}, texts.NotReadable),
    ({"holder": "\u200b"}, texts.NotReadable),
    ({"bank_code": "2"}, account_rules.BadBankCode),
    ({"bank_code": "٠٠٢"}, account_rules.BadBankCode),
    ({"bank_code": "", "bic": "BRI"}, account_rules.BadBic),
    ({"bank_code": "", "bic": ""}, account_rules.BankNotNamed),
    ({"bank_code": "0020001"}, account_rules.BadBankCode),
    ({"holder": "ꦧꦸꦩ꧀ꦢꦺꦱ꧀"}, account_rules.HolderNotLatin),
    ({"number": "1234"}, account_rules.BadNumber),
    ({"number": "12345678901a"}, account_rules.BadNumber),
    ({"number": "1" * 35}, account_rules.BadNumber),
    ({"party": "Cibiru"}, codes.BadVillageCode),
]


def put(party: str = factories.CIBIRU, *, key: str = "", **changes: str) -> None:
    terms = {"party": party, **WRITTEN, **changes}
    by = factories.SARI.principal if terms["party"] == factories.CIBIRU else factories.OPERATOR.principal
    bank_accounts.set_account(**terms, act=Act(by=by, at=factories.START, key=key), village_code=party)


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

    entries = list(
        ActivityEntry.objects.filter(action="bank-account.changed").order_by("id").values("subject_id", "village_code", "detail")
    )
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
    assert ActivityEntry.objects.filter(action="bank-account.changed").count() == 1


def test_the_usual_banks_have_codes_that_are_taken(market):
    for code, name in bank_accounts.BANKS.items():
        put(bank=name, bank_code=code)


def test_what_may_be_written_down_can_be_paid_to(market):
    """The form and the bank's file go by one rule book: whatever the first takes, the second writes."""
    for turn, changes in enumerate([{}, {"bank_code": "", "bic": "brinidja"}, {"bic": "BRIN IDJA XXX"}, {"holder": "=Crème ꦧꦸꦩ꧀"}]):
        put(**changes)
        found = bank_accounts.of(party=factories.CIBIRU)
        assert found is not None
        instruction = payments.changed(key=f"K{turn}", payee=found)
        assert batches.check(payer=payments.FEDERATION, instructions=[instruction]) == instruction.amount_rupiah


MAPPING = {"rekening": "033701001234567", "tanggal": "Tgl", "format_tanggal": "dd/mm/yyyy", "jumlah": "Mutasi"}


def test_how_a_bank_writes_its_tables_is_kept_with_the_account_and_recorded_once(market):
    def keep(**changes: str) -> None:
        with transaction.atomic():
            bank_accounts.remember_mapping(
                party="F", mapping={**MAPPING, **changes}, act=Act(by=factories.OPERATOR.principal, at=factories.START)
            )

    keep()
    assert bank_accounts.mapping_of(party="F") == {}  # no account, so no bank whose tables these are

    put(codes.FEDERATION)
    keep()
    keep(rekening="another way to write it")
    put(codes.FEDERATION, number="77777777")
    assert bank_accounts.mapping_of(party="F") == {"tanggal": "Tgl", "format_tanggal": "dd/mm/yyyy", "jumlah": "Mutasi"}
    keep(jumlah="Jumlah")

    assert bank_accounts.mapping_of(party="F")["jumlah"] == "Jumlah"
    kept = (
        ActivityEntry.objects.filter(action="statement.form-kept").order_by("id").values_list("subject_id", "by", "detail__mapping__jumlah")
    )
    assert list(kept) == [("F", factories.OPERATOR.id, "Mutasi"), ("F", factories.OPERATOR.id, "Jumlah")]


def test_an_old_form_that_is_sent_again_stays_at_what_came_after_it(market):
    """Or money would go where somebody corrected it away from."""
    for number, key in (("11111111", "a"), ("22222222", "b"), ("11111111", "a")):
        put(number=number, key=key)
    found = bank_accounts.of(party=factories.CIBIRU)
    assert found is not None
    assert found.number == "22222222"
    with pytest.raises(FormReused):
        put(number="33333333", key="b")
    put(factories.MELATI, number="11111111", key="a")  # a key is of one party's form
