"""The bank file is valid against its published schema whatever villages are called, and its sums agree."""

from __future__ import annotations

import datetime

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings

from settlement.bank.rails import account_rules, batches, latin, pain001
from settlement.bank.rails import rail_interface as rails
from tests.support.bank import payment_files, payments

PLACES = {"p": pain001.NAMESPACE}


def document(*instructions: rails.Instruction, debtor: account_rules.BankAccount = payments.FEDERATION) -> bytes:
    return pain001.document(message_id="PS0007-1", created_at=payments.AT, debtor=debtor, instructions=instructions, execute_on=payments.ON)


def texts(written: bytes, path: str) -> list[str | None]:
    return [found.text for found in ElementTree.fromstring(written).findall(f".//{path}", PLACES)]


def test_one_payment_to_the_letter() -> None:
    written = document(payments.TO_CIBIRU)

    assert written.decode() == ONE
    assert not list(payment_files.pain001_schema().iter_errors(written.decode()))


@settings(max_examples=25, deadline=None)
@given(instructions=payments.batches())
def test_any_batch_is_valid_and_its_sums_agree(instructions):
    written = document(*instructions, debtor=instructions[0].payer)

    assert not list(payment_files.pain001_schema().iter_errors(written.decode()))
    total = sum(instruction.amount_rupiah for instruction in instructions)
    assert texts(written, "p:CtrlSum") == [f"{total}.00"] * 2
    assert texts(written, "p:NbOfTxs") == [str(len(instructions))] * 2
    assert texts(written, "p:InstdAmt") == [f"{instruction.amount_rupiah}.00" for instruction in instructions]
    assert texts(written, "p:EndToEndId") == [instruction.key for instruction in instructions]
    assert all(set(text or "") <= latin.SIGNS for path in ("p:Nm", "p:Ustrd") for text in texts(written, path))
    assert written == document(*instructions, debtor=instructions[0].payer)


def test_the_schema_refuses_what_is_wrong() -> None:
    assert list(payment_files.pain001_schema().iter_errors(document(payments.TO_CIBIRU).decode().replace("BRINIDJA", "bank")))


def test_names_are_written_in_letters_that_banks_take() -> None:
    evil = payments.payee(holder="=BUMDes <Ngudi> Rahayu’s & “Crème” – Łódź")

    assert texts(document(evil), "p:Cdtr/p:Nm") == [".BUMDes .Ngudi. Rahayu's + 'Creme' - Lodz"]


def test_long_texts_are_cut_and_keep_the_key() -> None:
    long = payments.changed(payee=account_rules.BankAccount(holder="N" * 200, number="12345", bank_code="002"), remittance="r" * 300)

    written = document(long)

    assert texts(written, "p:Cdtr/p:Nm") == ["N" * 70]
    assert texts(written, "p:Ustrd") == [payments.TO_CIBIRU.key + " " + "r" * 110]


def test_the_key_is_not_written_twice() -> None:
    key = payments.TO_CIBIRU.key

    assert texts(document(payments.changed(remittance=f"{key} kliring")), "p:Ustrd") == [f"{key} kliring"]
    assert texts(document(payments.changed(key="P", remittance="Pasar")), "p:Ustrd") == ["P Pasar"]


@pytest.mark.parametrize(
    ("refusal", "instructions"),
    [
        (batches.AmountNotPayable, [payments.changed(amount_rupiah=0)]),
        (batches.AmountNotPayable, [payments.changed(amount_rupiah=-5)]),
        (batches.AmountNotPayable, [payments.changed(amount_rupiah=10**15 + 1)]),
        (batches.AmountNotPayable, [payments.changed(amount_rupiah=20_600.0)]),
        (batches.AccountNotComplete, [payments.payee(number="")]),
        (batches.AccountNotComplete, [payments.payee(number="12A45678")]),
        (batches.AccountNotComplete, [payments.payee(number="1" * 35)]),
        (batches.AccountNotComplete, [payments.payee(bank_code="")]),
        (batches.AccountNotComplete, [payments.payee(bank_code="BRI")]),
        (batches.AccountNotComplete, [payments.payee(bank_code="0020001")]),
        (batches.AccountNotComplete, [payments.payee(bic="brinidja")]),
        (batches.AccountNotComplete, [payments.payee(holder="  ")]),
        (batches.AccountNotComplete, [payments.payee(holder="ꦧꦸꦩ꧀ꦢꦺꦱ꧀")]),
        (batches.KeyTwice, [payments.TO_CIBIRU, payments.changed(amount_rupiah=1)]),
        (batches.OtherPayer, [payments.changed(payer=payments.CIBIRU)]),
    ],
)
def test_what_cannot_be_paid_is_refused_by_the_villages_name(refusal, instructions) -> None:
    with pytest.raises(refusal) as refused:
        document(*instructions)

    assert "Cibiru" in str(refused.value)


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(batches.NothingToPay):
        document()
    with pytest.raises(batches.TotalNotPayable):
        document(payments.changed(amount_rupiah=10**15), payments.changed(key="K-2", amount_rupiah=1))


def test_the_payers_own_account_must_be_complete() -> None:
    nobody = account_rules.BankAccount(holder="Federasi BUMDes", number="", bank_code="002")

    with pytest.raises(batches.AccountNotComplete, match="Federasi BUMDes"):
        document(payments.changed(payer=nobody), debtor=nobody)


@pytest.mark.parametrize(
    ("message_id", "created_at"),
    [("", payments.AT), ("x" * 36, payments.AT), ("a b", payments.AT), ("x", payments.AT.replace(tzinfo=None))],
)
def test_the_message_needs_a_plain_id_and_an_instant(message_id: str, created_at: datetime.datetime) -> None:
    with pytest.raises(ValueError, match="id of a message"):
        pain001.document(
            message_id=message_id,
            created_at=created_at,
            debtor=payments.FEDERATION,
            instructions=[payments.TO_CIBIRU],
            execute_on=payments.ON,
        )


ONE = """<?xml version='1.0' encoding='utf-8'?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>PS0007-1</MsgId>
      <CreDtTm>2026-08-03T02:30:00+00:00</CreDtTm>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>20600.00</CtrlSum>
      <InitgPty>
        <Nm>Federasi BUMDes Sleman</Nm>
      </InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>PS0007-1</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <BtchBookg>false</BtchBookg>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>20600.00</CtrlSum>
      <ReqdExctnDt>
        <Dt>2026-08-04</Dt>
      </ReqdExctnDt>
      <Dbtr>
        <Nm>Federasi BUMDes Sleman</Nm>
      </Dbtr>
      <DbtrAcct>
        <Id>
          <Othr>
            <Id>001201000345301</Id>
          </Othr>
        </Id>
        <Ccy>IDR</Ccy>
      </DbtrAcct>
      <DbtrAgt>
        <FinInstnId>
          <BICFI>BRINIDJA</BICFI>
          <ClrSysMmbId>
            <MmbId>002</MmbId>
          </ClrSysMmbId>
        </FinInstnId>
      </DbtrAgt>
      <ChrgBr>DEBT</ChrgBr>
      <CdtTrfTxInf>
        <PmtId>
          <InstrId>PSL01ARZ3NDEKTSV4RRFFQ69G5FAV</InstrId>
          <EndToEndId>PSL01ARZ3NDEKTSV4RRFFQ69G5FAV</EndToEndId>
        </PmtId>
        <Amt>
          <InstdAmt Ccy="IDR">20600.00</InstdAmt>
        </Amt>
        <CdtrAgt>
          <FinInstnId>
            <ClrSysMmbId>
              <MmbId>008</MmbId>
            </ClrSysMmbId>
          </FinInstnId>
        </CdtrAgt>
        <Cdtr>
          <Nm>BUMDes Cibiru Makmur</Nm>
        </Cdtr>
        <CdtrAcct>
          <Id>
            <Othr>
              <Id>1370012345678</Id>
            </Othr>
          </Id>
          <Ccy>IDR</Ccy>
        </CdtrAcct>
        <RmtInf>
          <Ustrd>PSL01ARZ3NDEKTSV4RRFFQ69G5FAV Kliring siklus 7</Ustrd>
        </RmtInf>
      </CdtTrfTxInf>
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
"""
