"""Who may open the desk's pages; that they are stored nowhere, and that the books hold no personal data."""

from __future__ import annotations

import uuid

import pytest

from tests.support import desks, factories

pytestmark = pytest.mark.usefixtures("market")


def test_the_books_hold_no_personal_data() -> None:
    desks.sold()
    auditor = desks.browser(factories.AUDITOR)

    for path in ("/federasi/jurnal.csv", f"/federasi/rekening/clearing:{factories.CIBIRU}.csv"):
        text = str(desks.spreadsheet(auditor.get(path)))
        for secret in ("Wati", "9099", "Kaliputih"):
            assert secret not in text


@pytest.mark.parametrize("path", ["jurnal/", "jurnal.csv", "jejak/", "jejak.csv", "rekening/fee-income/", "rekening/fee-income.csv"])
def test_the_books_are_for_the_auditor_alone(path: str) -> None:
    assert desks.browser(factories.AUDITOR).get(f"/federasi/{path}").status_code == 200
    for person in (factories.OPERATOR, factories.APPROVER):
        assert desks.browser(person).get(f"/federasi/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "perputaran.csv", "anggota/", "anggota.csv", "posisi/", "posisi.csv", "jurnal/", "jejak.csv"])
def test_the_desk_is_for_the_federations_people_alone(path: str) -> None:
    for person in (factories.RATNA, factories.TINI, factories.WULAN):
        assert desks.browser(person).get(f"/federasi/{path}").status_code == 404


def test_pages_of_the_desk_are_kept_nowhere() -> None:
    auditor = desks.browser(factories.AUDITOR)

    for path in ("", "anggota/", "posisi/", "jurnal/", "jejak/", "jurnal.csv"):
        assert "no-store" in auditor.get(f"/federasi/{path}")["Cache-Control"]


def test_a_look_at_the_address_of_an_action_leads_to_the_page_above_it() -> None:
    operator, some = desks.browser(factories.OPERATOR), uuid.uuid4()

    for action, page in {
        "putaran/1/uang/siapkan/": "putaran/1/uang/",
        "putaran/1/uang/berkas/": "putaran/1/uang/",
        f"putaran/1/uang/{some}/serah/": "putaran/1/uang/",
        f"putaran/1/uang/{some}/terima/": "putaran/1/uang/",
        f"rekening-koran/{some}/simpan/": f"rekening-koran/{some}/",
        f"rekening-koran/{some}/ditarik/": f"rekening-koran/{some}/",
        "kode/pasang/": "kode/",
        "kode/aktifkan/": "kode/",
    }.items():
        assert operator.get(f"/federasi/{action}")["Location"] == f"/federasi/{page}", action
