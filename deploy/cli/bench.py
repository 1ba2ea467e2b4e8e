"""Mengukur kecepatan di mesin ini. Measures on this machine: checkout, catalogue, provision, pages, clearing, cycle, ledger, backup.

Each bench works on servers and databases of its own that are gone afterwards, so the market's data are left alone, and prints a table of
figures with their goals; --json prints {"bench", "figures", "goals"} instead. Exits 1 if a goal is missed. --quick takes small sizes: it
shows that the bench works, and misses no goal. `pages --villages 1852` holds every page of such a market against the same at ten villages;
`backup --villages 1852` backs such a market up, instead of the demonstration.
"""

import argparse
import importlib

from deploy import bench
from deploy.cli.support import typed
from deploy.console import command_error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bench", choices=bench.NAMES, metavar="BENCH", help=" | ".join(bench.NAMES))
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument(
        "--villages", type=typed.VILLAGES, metavar="N", help="pages: every page at N villages beside ten; backup: a market of N villages"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, for a look whether it works")


def run(arguments: argparse.Namespace) -> int:
    more = {"villages": arguments.villages} if arguments.villages else {}
    if more and arguments.bench not in {"pages", "backup"}:
        raise command_error.CommandError(
            "--villages hanya untuk pages dan backup.", "--villages is for pages and backup only.", status=command_error.WRONG_USE
        )
    return int(importlib.import_module(f"deploy.bench.{arguments.bench}").run(json=arguments.json, quick=arguments.quick, **more))
