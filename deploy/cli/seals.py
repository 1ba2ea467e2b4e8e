"""Segel harian buku besar: daftar, simpan, periksa. Lists and exports the daily seals of the ledger, and checks one that somebody kept.

  pasarsama seals list
  pasarsama seals export segel.csv        the whole chain as a table, for somebody outside to keep
  pasarsama seals check segel.csv         whether the history of now still gives every seal of a kept table
  pasarsama seals check 3f2a...           the same for one seal, as it is printed on every sheet and download

A check computes every seal again from all rows it covers, up to the newest that was kept; it exits 1 if anything differs.
"""

import argparse
import csv
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from deploy.cli.support import environment
from deploy.console import command_error
from tenants import private_files

if TYPE_CHECKING:
    from settlement.seals import seals

_HASH = re.compile(r"[0-9a-f]{64}")
_HEADER = ("number", "day", "sealed_at", "rows", "content", "before", "seal")
_WORDS = {
    "unreadable": "segel yang disimpan tidak cocok dengan dirinya sendiri / the kept seal contradicts itself",
    "unknown": "rantai tidak memuat segel ini / the chain has no such seal",
    "chain": "rantai terputus di sini / the chain breaks here",
    "rows": "catatan yang disegel sudah berubah / rows that it covers were changed",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, help_text: str, run_it: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        chosen = actions.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        environment.add_arguments(chosen)
        chosen.set_defaults(run_it=run_it)
        return chosen

    action("list", "list the seals, the newest last", _list)
    write = action("export", "write the chain as a CSV table", _export)
    write.add_argument("file", metavar="FILE", type=Path, nargs="?", default=None, help="standard output by default")
    check = action("check", "compare a kept table, or one seal, with the history of now", _check)
    check.add_argument("kept", metavar="FILE|SEAL")


def run(arguments: argparse.Namespace) -> int:
    with environment.started(data=arguments.data), environment.refusals_in_one_line(status=command_error.WRONG_USE):
        environment.require_tables()
        return int(arguments.run_it(arguments))


def _list(arguments: argparse.Namespace) -> int:
    from settlement.seals import seals

    for link in seals.chain():
        print(f"{link.number:>6}  {link.day}  {link.row_count:>8}  {link.sha256}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from settlement.seals import seals

    chain = seals.chain()
    if arguments.file is None:
        _write(chain, sys.stdout)
    else:
        with private_files.create(arguments.file) as file:
            _write(chain, file)
        print(f"{arguments.file}: {len(chain)} segel / seals")
    return 0


def _write(chain: Iterable["seals.Link"], file: TextIO) -> None:
    writer = csv.writer(file)
    writer.writerow(_HEADER)
    writer.writerows(link.cells() for link in chain)


def _check(arguments: argparse.Namespace) -> int:
    from settlement.seals import seals

    word = arguments.kept.strip().lower()
    if _HASH.fullmatch(word):
        kept = [link for link in seals.chain() if link.sha256 == word]
        if not kept:
            print(f"{word}: {_WORDS['unknown']}")
            return command_error.FAILED
    else:
        kept = _read(Path(arguments.kept))
    found = seals.differences(kept=kept)
    for each in found:
        print(f"{each.number}: {_WORDS[each.what]}")
    if not found:
        last = max(link.number for link in kept)
        print(f"Sejarah sampai segel {last} utuh.\nThe history up to seal {last} is intact.")
    return command_error.FAILED if found else 0


def _read(path: Path) -> list["seals.Link"]:
    """The seals of a table: from here, from the desk or out of a village's export; a first line of names, last lines that begin with #."""
    from settlement.seals import seals
    from tenants.tables import reader

    try:
        contents = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise command_error.CommandError(
            f"{path} tidak dapat dibaca: {why}", f"{path} cannot be read: {why}", status=command_error.WRONG_USE
        ) from None
    kept = []
    for row in reader.all_rows(contents=contents, width=len(_HEADER))[1:]:
        if not row.cells[0].startswith("#"):
            try:
                kept.append(seals.read(cells=row.cells[: len(_HEADER)]))
            except ValueError:
                raise command_error.CommandError(
                    f"{path}:{row.line}: bukan baris segel.", f"{path}:{row.line}: no line of a seal.", status=command_error.WRONG_USE
                ) from None
    if not kept:
        raise command_error.CommandError(f"{path} tidak memuat segel.", f"{path} holds no seal.", status=command_error.WRONG_USE)
    return kept
