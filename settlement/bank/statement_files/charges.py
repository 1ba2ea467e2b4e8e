"""What a bank takes for a payment and books together with it: the payment and the charge become entries of their own.

camt.053 says the charge beside the transaction; in a table it stands in the text, after a word such as BIAYA. Only what adds up to the
booking is split: anything else stays one entry, and a person decides about it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence

from settlement.bank.statement_files import SEN_PER_RUPIAH, Direction, StatementEntry, references
from tenants.tables import numbers, table_problems

TEXT = "biaya bank"
_CHARGE = re.compile(
    r"\b(?:BIAYA|BEA|BY|FEE|ADM|ADMIN|CHARGE|CHG|PROVISI|KOMISI)\b[^0-9]{0,12}(?P<amount>[0-9][0-9.,]*)", re.IGNORECASE | re.ASCII
)


def charge(*, of: StatementEntry, in_sen: int) -> StatementEntry:
    """The entry of a charge that was booked together with another entry: money that went, or below zero came back."""
    rupiah, sen = divmod(abs(in_sen), SEN_PER_RUPIAH)
    return dataclasses.replace(
        of,
        amount_rupiah=rupiah,
        sen=sen,
        direction=Direction.DEBIT if in_sen > 0 else Direction.CREDIT,
        remittance=TEXT,
        end_to_end_id="",
        counterparty_name="",
        counterparty_account="",
        charge=True,
    )


def split_off(*, entries: Sequence[StatementEntry], payouts: Mapping[str, int]) -> list[StatementEntry]:
    """The entries, those of a payout whose text also names a charge split in two. `payouts`: rupiah by our reference."""
    return [part for entry in entries for part in _parts(entry, payouts)]


def _parts(entry: StatementEntry, payouts: Mapping[str, int]) -> Iterator[StatementEntry]:
    found = references.find(f"{entry.end_to_end_id}\n{entry.remittance}")
    payout_rupiah = payouts.get(found[0], 0) if len(found) == 1 and entry.direction is Direction.DEBIT else 0
    in_sen = (entry.amount_rupiah - payout_rupiah) * SEN_PER_RUPIAH + entry.sen
    if payout_rupiah and in_sen > 0 and in_sen in _named(references.without(entry.remittance)):
        yield dataclasses.replace(entry, amount_rupiah=payout_rupiah, sen=0)
        yield charge(of=entry, in_sen=in_sen)
    else:
        yield entry


def _named(text: str) -> set[int]:
    """The charges that a text names, in sen, in either form of numbers."""
    found: set[int] = set()
    for match in _CHARGE.finditer(text):
        digits = match["amount"].rstrip(".,")
        for form in numbers.Form:
            try:
                number = numbers.read(digits, form=form)
            except table_problems.LineNotRead:
                continue
            if len(number.fraction) <= 2:
                found.add(int(number.whole + number.fraction.ljust(2, "0")))
    return found
