"""What each page of the desk and of the office asks of the database: at most so many statements, and never the same one twice."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client

from federation.models import Listing
from settlement.models import PaymentLeg, StatementLine
from settlement.payments import payouts
from tenants.acts import Act
from tests.support import cycling, desks, factories, holding, page_text
from tests.support.settlement import bank_days, rounds

pytestmark = pytest.mark.usefixtures("market")

DESK = {
    "": 18,  # one: whether money is held since a restore; two of them: problems at gateways, and disputes that were won there
    "putaran/": 6,
    "putaran/1/": 10,
    "putaran/1/uang/": 14,
    "putaran/1/cocok/": 9,
    "putaran/2/tutup/": 3,
    "putaran/1/uang/tunai/": 6,
    "putaran/1/uang/{leg}/tunai/": 3,
    "rekening-koran/": 12,  # two of them: which payment gateways there are, what was imported
    "rekening-koran/{line}/": 9,
    "rekening-koran/masukkan/": 4,
    "rekening-bank/": 6,  # two of them so that no look reads the accounts of all villages: which are not simply in force, the order
    "rekening-bank/F/": 6,
    "rekening-bank/F/ubah/": 3,
    "jawaban-gerbang/": 5,
    "sisa/": 3,
    "sisa/ubah/": 2,
    "anggota/": 5,
    "ambil-alih/": 4,
    "toko-ditahan/": 9,
    "posisi/": 3,
    "batas/": 4,
    f"batas/{rounds.A}/": 5,
    f"batas/{rounds.A}/ubah/": 3,
    "kode/": 4,
    "neraca/": 3,
    "segel/": 3,
    "kiriman/": 5,
    "gerbang/": 7,
}
BOOKS = {"jurnal/": 4, "jejak/": 4, "rekening/agent-cash/": 6}
OFFICE = {
    "office-orders": 9,
    "office-parcels": 3,
    "office-products": 3,
    "office-product-new": 3,
    "office-consignors": 3,
    "office-cash": 6,
    "office-assist": 3,
    "office-news": 3,
    "office-shop": 3,
    "office-more": 2,
    "office-staff": 4,
    "office-cycles": 5,  # one: whether cash is asked for since a restore
    "office-bank-account": 5,
    "office-carry": 4,
}
CYCLE = {"office-cycle": 7, "office-cycle-print": 8, "office-cycle-cash": 3}
ORDER = {"office-order": 7, "office-cancel": 4, "office-shorten": 4, "office-take-back": 4, "office-give-back": 6}
PRODUCT = {"office-product": 4, "office-stock": 5}
HELD = {"/federasi/toko-ditahan/": 8, "/desa/cibiru/kelola/buka-lagi/": 8, "/desa/cibiru/kelola/buka-lagi/stok/": 3}


def asked(client: Client, url: str) -> list[str]:
    """The statements of a page that was opened before."""
    assert client.get(url).status_code == 200, url
    with page_text.Statements() as statements:
        client.get(url)
    assert [text for text, times in Counter(statements.said).items() if times > 1] == [], url
    return statements.said


def test_pages_of_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: rounds.T0)
    rounds.worked_example()
    rounds.bank_accounts(rounds.B)
    rounds.collecting()
    bank_days.read(("TRSF PS0001-3402902001", 20_600), ("SETORAN", 5_000))
    payouts.plan(number=1, act=Act(by=rounds.MAKER, at=rounds.T0))
    things = {"leg": PaymentLeg.objects.get(rail="bank", giver="F").id, "line": StatementLine.objects.get(amount_rupiah=5_000).id}
    operator, auditor = desks.browser(factories.OPERATOR), desks.browser(factories.AUDITOR)

    counted = {path: len(asked(operator, f"/federasi/{path.format(**things)}")) for path in DESK}
    counted |= {path: len(asked(auditor, f"/federasi/{path}")) for path in BOOKS}

    assert {path: count for path, count in counted.items() if count > (DESK | BOOKS)[path]} == {}


def test_pages_of_the_office() -> None:
    cycling.sold()
    cycling.collecting()
    _purchase, order_id = desks.placed()
    product_id = Listing.objects.filter(village_code=factories.CIBIRU).values_list("id", flat=True)[0]
    places = [(OFFICE, ()), (CYCLE, (1,)), (ORDER, (order_id,)), (PRODUCT, (product_id,))]
    sari = desks.browser(factories.SARI)

    counted = {name: len(asked(sari, desks.path(name, *args))) for names, args in places for name in names}

    assert {name: count for name, count in counted.items() if count > (OFFICE | CYCLE | ORDER | PRODUCT)[name]} == {}


def test_pages_of_shops_that_are_held() -> None:
    cycling.sold()
    desks.placed()
    holding.hold()
    holding.release(factories.MELATI)
    operator, sari = desks.browser(factories.OPERATOR), desks.browser(factories.SARI)

    counted = {path: len(asked(operator if path.startswith("/federasi") else sari, path)) for path in HELD}

    assert {path: count for path, count in counted.items() if count > HELD[path]} == {}
