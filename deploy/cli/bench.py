"""Mengukur kecepatan di mesin ini. Measures on this machine: checkout, catalogue, provision, pages.

Each bench works in databases of its own on a server of its own, so the market's data are left alone, and prints a table of figures with
their goals; --json prints {"bench", "figures", "goals"} instead. Exits 1 if a goal is missed.
"""

import argparse
import importlib
import pkgutil
from pathlib import Path

_BENCHES = Path(__file__).resolve().parents[1] / "bench"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = sorted(entry.name for entry in pkgutil.iter_modules([str(_BENCHES)]) if not entry.name.startswith("_"))
    parser.add_argument("bench", choices=names, metavar="BENCH", help=" | ".join(names))
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")


def run(arguments: argparse.Namespace) -> int:
    return int(importlib.import_module(f"deploy.bench.{arguments.bench}").run(json=arguments.json))
