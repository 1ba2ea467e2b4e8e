"""The answer as two tables that the reader reads again: what is set off on each debt, and what stays of it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from deploy.console import command_error
from deploy.table_clearing import debt_table
from federation.web import csv_export

HEADER = "debtor,creditor,amount\n"
SETOFFS, RESIDUAL = "setoffs.csv", "residual.csv"


def refuse_existing(*, folder: Path) -> None:
    """Say no to a folder in which a result stands already: somebody may still need it.

    :raises command_error.CommandError: naming the first
    """
    for name in (SETOFFS, RESIDUAL):
        if os.path.lexists(folder / name):
            raise command_error.CommandError(
                f"{folder / name} sudah ada dan tidak ditimpa. Pilih map lain, atau pindahkan dulu.",
                f"{folder / name} is there already and is not overwritten. Choose another folder, or move it first.",
                status=command_error.WRONG_USE,
            )


def write(*, folder: Path, debts: debt_table.Debts, taken: Sequence[int]) -> None:
    """Write both tables into a folder, made if need be; a name appears there only when both are written to the end.

    :raises command_error.CommandError: if a result stands there already, or the folder or the disk does not take them
    """
    refuse_existing(folder=folder)
    network = debts.network
    names = [_quoted(str(csv_export.cell(party))) for party in network.parties]
    left = [open_rupiah - taken_rupiah for open_rupiah, taken_rupiah in zip(network.open_rupiah, taken, strict=True)]
    waiting: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, column in ((SETOFFS, taken), (RESIDUAL, left)):
            waiting.append((folder / f".{name}.{os.getpid()}", folder / name))
            rows = zip(network.debtors, network.creditors, _in_digits(column, debts.decimals), strict=True)
            lines = [f"{names[debtor]},{names[creditor]},{amount}\n" for debtor, creditor, amount in rows if amount]
            waiting[-1][0].write_text(HEADER + "".join(lines), encoding="utf-8", newline="")
        for written, final in waiting:
            os.replace(written, final)
    except OSError as error:
        why = error.strerror or str(error)
        raise command_error.CommandError(f"{folder} tidak dapat ditulisi: {why}", f"{folder} cannot be written: {why}") from None
    finally:
        for written, _ in waiting:
            with contextlib.suppress(OSError):
                written.unlink()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name


def _in_digits(column: Sequence[int], decimals: int) -> Sequence[int | str]:
    """Amounts as they are written; nothing for zero. Three decimals become four: alone, 1.250 may be read as above a thousand."""
    if not decimals:
        return column
    if decimals == 3:
        column, decimals = [amount * 10 for amount in column], 4
    return [in_digits(amount, decimals=decimals) if amount else "" for amount in column]


def in_digits(amount: int, *, decimals: int) -> str:
    """An amount in units of 10^-decimals as digits with a decimal point."""
    if not decimals:
        return str(amount)
    whole, part = divmod(amount, 10**decimals)
    return f"{whole}.{part:0{decimals}d}"
