"""What a bank reads out of the files that it is given, by its own eyes: nothing here asks the code that wrote them."""

from __future__ import annotations

import csv
import functools
import importlib.resources
import io
from dataclasses import dataclass

import xmlschema
from defusedxml import ElementTree

PAIN001 = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@dataclass(frozen=True)
class Order:
    """One payment as the bank understood it; account numbers in digits."""

    key: str
    payer: str
    payee: str
    amount_rupiah: int
    text: str

    @property
    def terms(self) -> tuple[str, str, int]:
        """What a key stands for."""
        return self.payer, self.payee, self.amount_rupiah


@functools.cache
def pain001_schema() -> xmlschema.XMLSchema:
    """pain.001.001.09 as ISO published it, out of a package that ships it."""
    return xmlschema.XMLSchema(str(importlib.resources.files("sepaxml") / "schemas" / "pain.001.001.09.xsd"))


def pain001(contents: bytes) -> list[Order]:
    """The payments of a file.

    :raises ValueError: if it is not valid, or its number or sum is not that of its payments
    """
    text = contents.decode()
    errors = list(pain001_schema().iter_errors(text))
    if errors:
        raise ValueError(f"not valid: {errors[0].reason}")
    root = ElementTree.fromstring(contents)
    payer = root.findtext(".//p:DbtrAcct/p:Id/p:Othr/p:Id", namespaces=PAIN001)
    orders = [
        Order(
            key=one.findtext("p:PmtId/p:EndToEndId", namespaces=PAIN001),
            payer=payer,
            payee=one.findtext("p:CdtrAcct/p:Id/p:Othr/p:Id", namespaces=PAIN001),
            amount_rupiah=_rupiah(one.findtext("p:Amt/p:InstdAmt", namespaces=PAIN001)),
            text=one.findtext("p:RmtInf/p:Ustrd", namespaces=PAIN001),
        )
        for one in root.findall(".//p:CdtTrfTxInf", PAIN001)
    ]
    total = sum(order.amount_rupiah for order in orders)
    said = {(found.tag.rpartition("}")[2], found.text) for found in root.iter() if found.tag.endswith(("}NbOfTxs", "}CtrlSum"))}
    if said != {("NbOfTxs", str(len(orders))), ("CtrlSum", f"{total}.00")}:
        raise ValueError(f"{said} are not the sums of {len(orders)} payments of {total} rupiah")
    return orders


def table(contents: bytes, *, payer: str) -> list[Order]:
    """The payments of a portal's table, paid by whoever uploads it."""
    rows = csv.DictReader(io.StringIO(contents.decode("ascii")))
    return [Order(row["referensi"], payer, row["nomor rekening"], int(row["nominal"]), row["keterangan"]) for row in rows]


def _rupiah(text: str) -> int:
    whole, _dot, cents = text.partition(".")
    if cents != "00":
        raise ValueError(f"{text} is not whole rupiah")
    return int(whole)
