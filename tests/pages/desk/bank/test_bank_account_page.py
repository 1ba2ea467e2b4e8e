"""The desk's pages of bank accounts: who has none, the operator's change with its checks, and every change before."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from settlement.bank import bank_accounts
from tenants.models import ActivityEntry
from tests.support import desks, factories, page_text

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/rekening-bank/"
CIBIRU = f"{PATH}{factories.CIBIRU}/"
CHANGE = f"{CIBIRU}ubah/"
RIGHT = {"holder": "BUMDes Cibiru", "bank": "BRI", "bank_code": "002", "bic": "", "number": "0337-01-001234-50-1"}


def change(**typed: str) -> HttpResponse:
    return desks.press(desks.browser(factories.OPERATOR), CHANGE, **{**RIGHT, **typed})


def test_an_account_is_written_down_with_who_did_it() -> None:
    assert "Rekening federasi belum diisi" in desks.text(desks.browser(factories.AUDITOR).get(PATH))
    assert change().status_code == 303
    assert change().status_code == 303  # a second tap
    assert change(number="0337010012345-99").status_code == 303

    said = desks.text(desks.browser(factories.AUDITOR).get(CIBIRU))

    assert "Nomor rekening033701001234599" in said.replace(" ", "").replace("Nomorrekening", "Nomor rekening")
    assert "BRI 033701001234501 → BRI 033701001234599" in said
    assert "Galih" in said
    assert ActivityEntry.objects.filter(action="bank-account.changed").count() == 2
    listed = desks.text(desks.browser(factories.AUDITOR).get(PATH))
    assert "Cibiru BRI 002 033701001234599 BUMDes Cibiru" in listed
    assert "Melati belum ada" in listed


def test_what_cannot_be_an_account_is_refused_and_what_was_typed_stays() -> None:
    refusals = {
        "Nomor rekening terdiri dari 5 sampai 34 angka.": {"number": "12a45678"},
        "Kode bank terdiri dari tiga angka": {"bank_code": "02"},
        "Kode BIC terdiri dari 8 atau 11 huruf dan angka": {"bic": "BRI"},
        "Tulis nama pemilik rekening dengan huruf Latin": {"holder": "ꦧꦸꦩ꧀ꦢꦺꦱ꧀"},
        "Isi kode bank atau kode BIC.": {"bank_code": ""},
    }
    for sentence, typed in refusals.items():
        answer = change(**typed)
        assert answer.status_code == 422
        assert sentence in desks.text(answer)
        assert {**RIGHT, **typed}.items() <= page_text.read(answer).form("").values.items()
    empty = change(holder="")
    assert empty.status_code == 422
    assert "Tulis nama pemilik rekening." in desks.text(empty)
    assert bank_accounts.of(party=factories.CIBIRU) is None


def test_accounts_are_read_by_the_federations_people_and_changed_by_the_operator() -> None:
    for person in (factories.SARI, factories.TINI, factories.WULAN):
        assert desks.browser(person).get(PATH).status_code == 404
        assert desks.browser(person).get(CIBIRU).status_code == 404
    for person in (factories.APPROVER, factories.AUDITOR):
        client = desks.browser(person)
        assert CHANGE not in page_text.read(client.get(CIBIRU)).links
        assert client.get(CHANGE).status_code == 404
        assert client.post(CHANGE, RIGHT).status_code == 404
    operator = desks.browser(factories.OPERATOR)
    assert CHANGE in page_text.read(operator.get(CIBIRU)).links
    for path in ("99.99.99.9999/", "99.99.99.9999/ubah/", "pool/", "x/"):
        assert operator.get(PATH + path).status_code == 404
    assert bank_accounts.of(party=factories.CIBIRU) is None
