"""ISO 20022 pain.001.001.09, the customer's credit transfer: the bank file of many payouts.

What banks in Indonesia ask of it decides the choices. Amounts have two decimals, always .00: ISO 4217 gives the rupiah two, and
banks ask for amounts "ending in 00". Accounts are no IBAN, so they stand under Othr. A bank is its BIC, its clearing number or both; ISO's
list of clearing systems has none of Indonesia, so the number stands without a system. Charges are the payer's (DEBT): what arrives is the
leg's amount to the rupiah. Each transfer is booked by itself, so that the statement shows each under its key.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date, datetime

from settlement.bank.rails import account_rules, batches, latin
from settlement.bank.rails import rail_interface as rails

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
REMITTANCE_LETTERS_MAX = 140
_MESSAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,34}")


def document(
    *,
    message_id: str,
    created_at: datetime,
    debtor: account_rules.BankAccount,
    instructions: Sequence[rails.Instruction],
    execute_on: date,
) -> bytes:
    """The file in UTF-8, the instructions in the order given; the same input gives the same bytes.

    :raises settlement.bank.rails.batches.NothingToPay: and every other refusal of batches.check
    :raises ValueError: if the message's id is not 1 to 35 of A-Z a-z 0-9 -, or the instant has no zone
    """
    if not _MESSAGE_ID.fullmatch(message_id) or created_at.tzinfo is None:
        raise ValueError(f"Neither {message_id!r} may be the id of a message unless it is plain, nor {created_at} be without a zone")
    total = batches.check(payer=debtor, instructions=instructions)
    sums = [("NbOfTxs", str(len(instructions))), ("CtrlSum", _amount(total))]
    root = ET.Element("Document", xmlns=NAMESPACE)
    message = ET.SubElement(root, "CstmrCdtTrfInitn")
    header = ET.SubElement(message, "GrpHdr")
    _write(header, [("MsgId", message_id), ("CreDtTm", created_at.isoformat(timespec="seconds")), *sums])
    _write(ET.SubElement(header, "InitgPty"), [("Nm", _name(debtor))])
    payment = ET.SubElement(message, "PmtInf")
    _write(payment, [("PmtInfId", message_id), ("PmtMtd", "TRF"), ("BtchBookg", "false"), *sums])
    _write(ET.SubElement(payment, "ReqdExctnDt"), [("Dt", execute_on.isoformat())])
    _write(ET.SubElement(payment, "Dbtr"), [("Nm", _name(debtor))])
    _write_account(ET.SubElement(payment, "DbtrAcct"), debtor)
    _write_agent(ET.SubElement(payment, "DbtrAgt"), debtor)
    _write(payment, [("ChrgBr", "DEBT")])
    for instruction in instructions:
        _write_transfer(ET.SubElement(payment, "CdtTrfTxInf"), instruction)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _write_transfer(transfer: ET.Element, instruction: rails.Instruction) -> None:
    _write(ET.SubElement(transfer, "PmtId"), [("InstrId", instruction.key), ("EndToEndId", instruction.key)])
    amount = ET.SubElement(ET.SubElement(transfer, "Amt"), "InstdAmt", Ccy="IDR")
    amount.text = _amount(instruction.amount_rupiah)
    _write_agent(ET.SubElement(transfer, "CdtrAgt"), instruction.payee)
    _write(ET.SubElement(transfer, "Cdtr"), [("Nm", _name(instruction.payee))])
    _write_account(ET.SubElement(transfer, "CdtrAcct"), instruction.payee)
    text = batches.remittance(instruction=instruction, most=REMITTANCE_LETTERS_MAX)
    _write(ET.SubElement(transfer, "RmtInf"), [("Ustrd", text)])


def _write_account(parent: ET.Element, account: account_rules.BankAccount) -> None:
    other = ET.SubElement(ET.SubElement(parent, "Id"), "Othr")
    _write(other, [("Id", account_rules.digits(account.number))])
    _write(parent, [("Ccy", "IDR")])


def _write_agent(parent: ET.Element, account: account_rules.BankAccount) -> None:
    institution = ET.SubElement(parent, "FinInstnId")
    if account.bic:
        _write(institution, [("BICFI", account.bic)])
    if account.bank_code:
        _write(ET.SubElement(institution, "ClrSysMmbId"), [("MmbId", account.bank_code)])


def _write(parent: ET.Element, texts: Sequence[tuple[str, str]]) -> None:
    for tag, text in texts:
        ET.SubElement(parent, tag).text = text


def _name(account: account_rules.BankAccount) -> str:
    return latin.written(account.holder, most=account_rules.NAME_LETTERS_MAX)


def _amount(amount_rupiah: int) -> str:
    return f"{amount_rupiah}.00"
