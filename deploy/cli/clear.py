"""Menghitung utang yang dapat dihapus tanpa uang. Clears any table of debts: what can be set off without cash, and what is left.

  pasarsama clear utang.csv
  pasarsama clear utang.csv --out hasil --json

The table has a debt a line, "debtor,creditor,amount"; a header of such words may stand above, columns may be separated by tabs, semicolons,
commas or blanks, amounts may be whole or decimal; where "1.500" could be two amounts, --numbers says which. Debts of one pair are added up.
The engine that clears the federation's cycles computes it, and its verifier accepts it before anything is shown. No database and no server
is needed, and nothing is kept.

--out writes setoffs.csv and residual.csv, in the same form; where one of them stands already it is not overwritten. Exits 2 if the table
cannot be read, naming the lines. A table that ends in its last amount without a line end may have been cut off there: what was read is said
beside the figures, to be compared.
"""

import argparse
import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.cli.support import environment
from deploy.console import screen
from deploy.logs import plain_lines
from deploy.table_clearing import django_setup

if TYPE_CHECKING:
    from deploy.table_clearing import debt_table, trial

_AMOUNTS = {
    "gross": "seluruh utang / gross",
    "setoff_bilateral": "dihapus berpasangan / set off bilaterally",
    "setoff_cycles": "dihapus berputar / set off in cycles",
    "residual": "sisa / residual",
    "net_internal_debt": "selisih bersih / net internal debt",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the table; - reads standard input")
    parser.add_argument("--out", metavar="DIR", type=Path, default=None, help="write setoffs.csv and residual.csv into this folder")
    parser.add_argument("--numbers", choices=("id", "en"), default=None, help="how amounts are written: 1.234,00 (id) or 1,234.00 (en)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")


def run(arguments: argparse.Namespace) -> int:
    django_setup.without_market()
    trial = importlib.import_module("deploy.table_clearing.trial")  # what it imports has sentences, which need Django set up
    from tenants.tables import numbers

    forms = {"id": numbers.Form.INDONESIAN, "en": numbers.Form.ENGLISH}
    with environment.refusals_in_one_line():
        found = trial.run(source=arguments.file, folder=arguments.out, form=forms.get(arguments.numbers))
    print(_as_json(found) if arguments.json else _as_table(found))
    if found.perhaps_cut is not None:
        screen.say(plain_lines.harmless(_perhaps_cut(found.perhaps_cut)))
    return 0


def _perhaps_cut(last: "debt_table.LastLine") -> str:
    """Which amount may be the beginning of a larger one, in both languages of the command line."""
    read = f"{last.debtor} → {last.creditor}: {last.amount}"
    return (
        f"Tabelnya mungkin terpotong: baris terakhirnya ({last.line}) tidak diakhiri ganti baris."
        f" Yang terbaca dan dihitung di sana: {read}. Bandingkan jumlah itu dengan sumbernya."
        f" / The table may have been cut off: its last line ({last.line}) has no line end."
        f" What was read and counted there: {read}. Compare that amount with its source."
    )


def _as_json(found: "trial.Trial") -> str:
    """One object; amounts are written digit by digit, since a float would not hold them all."""
    from deploy.table_clearing import result_tables

    totals = found.totals
    fields = {"nodes": str(totals.nodes), "edges": str(totals.edges)}
    for name in (*_AMOUNTS, "carried", "cash"):
        fields[name] = result_tables.in_digits(getattr(totals, name), decimals=found.decimals)
    fields |= {f"seconds_{step}": json.dumps(round(seconds, 6)) for step, seconds in found.seconds.items()}
    fields["peak_mb"] = json.dumps(round(found.peak_mb, 1))
    return "{" + ", ".join(f"{json.dumps(name)}: {text}" for name, text in fields.items()) + "}"


def _as_table(found: "trial.Trial") -> str:
    from deploy.table_clearing import result_tables

    totals = found.totals
    rows = [("pihak / nodes", _grouped(str(totals.nodes)), ""), ("pasangan / edges", _grouped(str(totals.edges)), "")]
    for name, label in _AMOUNTS.items():
        amount = getattr(totals, name)
        share = f"{100 * amount / totals.gross:.1f} %" if totals.gross else ""
        rows.append((label, _grouped(result_tables.in_digits(amount, decimals=found.decimals)), share))
    rows += [(f"detik / seconds: {step}", f"{seconds:.3f}", "") for step, seconds in found.seconds.items()]
    rows.append(("memori / memory: MB", f"{found.peak_mb:.0f}", ""))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(f"{label:<{widths[0]}}  {value:>{widths[1]}}  {share:>{widths[2]}}".rstrip() for label, value, share in rows)


def _grouped(text: str) -> str:
    """Digits in groups of three, separated by blanks, which no language takes for a decimal mark."""
    whole, dot, part = text.partition(".")
    return f"{int(whole):,}".replace(",", " ") + dot + part
