"""The bank's statements of a day, as camt.053.001.08 and as a table."""

from __future__ import annotations

import csv
import datetime
import io
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from tests.support.bank.bookings import Booking, Books

MAPPING = {
    "tanggal": "Tgl Transaksi",
    "format_tanggal": "dd/mm/yyyy",
    "keterangan": "Uraian",
    "debit": "Debit",
    "kredit": "Kredit",
    "saldo": "Saldo",
    "referensi": "No Referensi",
    "angka": "1.234,00",
}


def camt053(books: Books, *, account: str, on: datetime.date, collective: bool) -> bytes:
    """A day of an account; with `collective` its credits, if there are several, are one booking."""
    lines = books.day(account=account, on=on)
    opening = books.balance(account, before=on)
    root = ET.Element("Document", xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08")
    message = ET.SubElement(root, "BkToCstmrStmt")
    header = ET.SubElement(message, "GrpHdr")
    _write(header, MsgId=f"{account}-{on:%Y%m%d}", CreDtTm=f"{on.isoformat()}T23:59:59+07:00")
    statement = ET.SubElement(message, "Stmt")
    _write(statement, Id=f"{account}-{on:%Y%m%d}")
    holder = ET.SubElement(statement, "Acct")
    _write(_down(holder, "Id", "Othr"), Id=account)
    _write(holder, Ccy="IDR")
    for code, rupiah in (("OPBD", opening), ("CLBD", opening + sum(line.moved_rupiah for line in lines))):
        balance = ET.SubElement(statement, "Bal")
        _write(_down(balance, "Tp", "CdOrPrtry"), Cd=code)
        _write_amount(balance, rupiah)
        _write(_down(balance, "Dt"), Dt=on.isoformat())
    for group in _groups(lines, collective=collective):
        _write_booking(ET.SubElement(statement, "Ntry"), group)
    contents: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return contents


def table(books: Books, *, account: str, on: datetime.date) -> bytes:
    """A day of an account, lines separated by semicolons, numbers as Indonesians write them."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Rekening", account])
    writer.writerow(["Tgl Transaksi", "Uraian", "Debit", "Kredit", "Saldo", "No Referensi"])
    balance = books.balance(account, before=on)
    for line in books.day(account=account, on=on):
        balance += line.moved_rupiah
        came, went = max(line.moved_rupiah, 0), max(-line.moved_rupiah, 0)
        writer.writerow([f"{on:%d/%m/%Y}", line.text, _number(went), _number(came), _number(balance), line.reference])
    return text.getvalue().encode("utf-8-sig")


def _groups(lines: Sequence[Booking], *, collective: bool) -> list[list[Booking]]:
    credits = [line for line in lines if line.moved_rupiah > 0 and not line.reversal]
    if not collective or len(credits) < 2:
        return [[line] for line in lines]
    return [credits, *([line] for line in lines if line not in credits)]


def _write_booking(entry: ET.Element, lines: Sequence[Booking]) -> None:
    first = lines[0]
    _write_amount(entry, sum(line.moved_rupiah for line in lines))
    if first.reversal:
        _write(entry, RvslInd="true")
    _write(_down(entry, "Sts"), Cd="BOOK")
    _write(_down(entry, "BookgDt"), Dt=first.on.isoformat())
    _write(entry, AcctSvcrRef=first.reference)
    _down(entry, "BkTxCd", "Prtry").append(_leaf("Cd", "TRF"))
    details = ET.SubElement(entry, "NtryDtls")
    for line in lines:
        _write_transaction(ET.SubElement(details, "TxDtls"), line)


def _write_transaction(detail: ET.Element, line: Booking) -> None:
    _write(_down(detail, "Refs"), AcctSvcrRef=line.reference, EndToEndId=line.key or "NOTPROVIDED")
    _write_amount(detail, line.moved_rupiah)
    parties = ET.SubElement(detail, "RltdPties")
    # The other side: who paid what came, who got what went; of a reversal, the parties of what it takes back.
    role = "Dbtr" if (line.moved_rupiah > 0) != line.reversal else "Cdtr"
    _write(_down(parties, role, "Pty"), Nm=line.other_name)
    _write(_down(parties, f"{role}Acct", "Id", "Othr"), Id=line.other_account)
    _write(_down(detail, "RmtInf"), Ustrd=line.text)


def _write_amount(parent: ET.Element, rupiah: int) -> None:
    ET.SubElement(parent, "Amt", Ccy="IDR").text = f"{abs(rupiah)}.00"
    _write(parent, CdtDbtInd="DBIT" if rupiah < 0 else "CRDT")


def _write(parent: ET.Element, **texts: str) -> None:
    parent.extend(_leaf(tag, text) for tag, text in texts.items())


def _leaf(tag: str, text: str) -> ET.Element:
    leaf = ET.Element(tag)
    leaf.text = text
    return leaf


def _down(parent: ET.Element, *path: str) -> ET.Element:
    for tag in path:
        parent = ET.SubElement(parent, tag)
    return parent


def _number(rupiah: int) -> str:
    return f"{rupiah:,}".replace(",", ".") + ",00"
