"""The table that a bank's portal takes for many transfers at once.

ASCII, so that it reads the same as UTF-8 and Latin-1, and without a byte order mark, which portals take for a part of the first heading.
Whatever a spreadsheet would take for a formula cannot begin a cell (see latin), so nothing is quoted with an apostrophe: the bank would
take it for a part of the name. It is meant to be uploaded as it is: a spreadsheet drops the zeros that account numbers begin with.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from settlement.bank.rails import account_rules, batches, latin
from settlement.bank.rails import rail_interface as rails

HEADER = ("nomor rekening", "nama penerima", "kode bank", "nominal", "keterangan", "referensi")
REMARK_LETTERS_MAX = 35  # what portals commonly take; the key alone has 29


def can_hold(*, instructions: Sequence[rails.Instruction]) -> bool:
    """Whether every receiver's bank has the number by which the table names it."""
    return all(instruction.payee.bank_code for instruction in instructions)


def document(*, debtor: account_rules.BankAccount, instructions: Sequence[rails.Instruction]) -> bytes:
    """The table with its heading, the instructions in the order given; amounts in whole rupiah, digits only.

    :raises settlement.bank.rails.batches.NothingToPay: and every other refusal of batches.check
    :raises settlement.bank.rails.batches.BankCodeMissing: if a receiver's bank is known by its BIC only
    """
    batches.check(payer=debtor, instructions=instructions)
    for instruction in instructions:
        if not instruction.payee.bank_code:
            raise batches.BankCodeMissing(village=instruction.village)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(_row(instruction) for instruction in instructions)
    return text.getvalue().encode("ascii")


def _row(instruction: rails.Instruction) -> tuple[str, ...]:
    return (
        account_rules.digits(instruction.payee.number),
        latin.written(instruction.payee.holder, most=account_rules.NAME_LETTERS_MAX),
        instruction.payee.bank_code,
        str(instruction.amount_rupiah),
        batches.remittance(instruction=instruction, most=REMARK_LETTERS_MAX),
        instruction.key,
    )
