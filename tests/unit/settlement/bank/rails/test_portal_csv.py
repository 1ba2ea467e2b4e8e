"""The portal's table says the same as the instructions, in signs that no bank and no spreadsheet takes for something else."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.web import csv_export
from settlement.bank.rails import batches, latin, portal_csv
from tests.support.bank import payments


def test_one_payment_to_the_letter() -> None:
    assert portal_csv.document(debtor=payments.FEDERATION, instructions=[payments.TO_CIBIRU]) == (
        b"nomor rekening,nama penerima,kode bank,nominal,keterangan,referensi\r\n"
        b"1370012345678,BUMDes Cibiru Makmur,008,20600,PSL01ARZ3NDEKTSV4RRFFQ69G5FAV Kliri,PSL01ARZ3NDEKTSV4RRFFQ69G5FAV\r\n"
    )


@given(instructions=payments.batches())
def test_every_instruction_is_a_row_and_no_cell_a_formula(instructions):
    instructions = [one for one in instructions if one.payee.bank_code]
    if not instructions:
        return

    written = portal_csv.document(debtor=instructions[0].payer, instructions=instructions).decode("ascii")

    rows = list(csv.DictReader(io.StringIO(written)))
    assert [(row["referensi"], int(row["nominal"])) for row in rows] == [(one.key, one.amount_rupiah) for one in instructions]
    assert [row["keterangan"][: len(row["referensi"])] for row in rows] == [one.key for one in instructions]
    assert all(len(row["keterangan"]) <= 35 for row in rows)
    assert all(csv_export.cell(text) == text for row in rows for text in row.values())


@given(text=st.text(), most=st.integers(1, 50))
def test_any_text_is_written_in_what_banks_take(text, most):
    written = latin.written(text, most=most)

    assert set(written) <= latin.SIGNS
    assert len(written) <= most
    assert latin.written(written, most=most) == written
    assert csv_export.cell(written) == written


@pytest.mark.parametrize("evil", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "＋1", "－1"])
def test_no_name_begins_a_formula(evil: str) -> None:
    assert csv_export.cell(latin.written(evil, most=70)) == latin.written(evil, most=70)


def test_a_bank_known_by_its_bic_only_is_refused() -> None:
    with pytest.raises(batches.BankCodeMissing, match="Cibiru"):
        portal_csv.document(debtor=payments.FEDERATION, instructions=[payments.payee(bank_code="", bic="BMRIIDJA")])


def test_what_cannot_be_paid_is_refused_here_too() -> None:
    with pytest.raises(batches.KeyTwice, match="Cibiru"):
        portal_csv.document(debtor=payments.FEDERATION, instructions=[payments.TO_CIBIRU, payments.TO_CIBIRU])
