"""Menjalankan semua pengujian. Runs all tests: form, types, imports, migrations, then pytest.

  pasarsama test                                    everything
  pasarsama test tests/unit/tenants -k canary       what follows is handed to pytest, which then runs alone
  pasarsama test long                               what is too long for every change: the same at large sizes, at most an hour
  pasarsama test baseline                           keeps this release's migrations and a market's rows for tests/system/upgrade

Where no Chromium is installed the browser tests are left out and named, with the way to get one.
PASARSAMA_TEST_POSTGRES=/usr/lib/postgresql/15/bin tests on that server.
"""

import argparse
import dataclasses
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.cli.support import chromium
from deploy.console import command_error, screen

HANDS_ON = True  # options among the words are pytest's
_ROOT = Path(__file__).resolve().parents[2]
_BIN = Path(sys.executable).parent
# Cheapest first: who has mistyped a name need not wait for the rest.
_STEPS = (
    ("bentuk kode / form of the code", [str(_BIN / "ruff"), "check", "."]),
    ("tata letak kode / layout of the code", [str(_BIN / "ruff"), "format", "--check", "."]),
    ("arah impor / direction of imports", [str(_BIN / "lint-imports")]),
    ("tipe / types", [str(_BIN / "mypy")]),
)
_LONG_MINUTES_MAX = 60
_BASELINE = [sys.executable, "-m", "tests.system.upgrade.make_baseline"]


@dataclasses.dataclass(frozen=True)
class LongRun:
    """Tests that take their size from the environment, at a size that is too large for every change."""

    name: str
    words: Sequence[str]
    environment: Mapping[str, str]


_AT_LARGE = ["tests/properties/cycles/test_random_cycles.py", "tests/properties/cycles/test_refunds_in_parts.py"]  # by a size of their own
LONG = (
    LongRun("kill dan lanjut / kill and go on", ["tests/system/kills"], {"PASARSAMA_KILLS": "20"}),
    LongRun("putaran acak / random cycles", [_AT_LARGE[0]], {"PASARSAMA_STEPS": "100000"}),
    LongRun("pengembalian acak / random refunds", [_AT_LARGE[1]], {"PASARSAMA_REFUNDS": "200"}),
    LongRun(
        "contoh acak / random examples",
        ["tests/properties", *(f"--deselect={path}" for path in _AT_LARGE)],
        {"PASARSAMA_EXAMPLES": "1000"},
    ),
    LongRun(
        "basis data yang dipakai lagi / databases that are used again",
        ["tests/unit/settlement", "tests/unit/marketplace", "tests/concurrency"],
        {"PASARSAMA_CHECK_TEST_DATABASES": "1"},
    ),
    LongRun("bertanda long / marked long", ["tests", "-m", "long"], {}),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs="*", metavar="...", help="handed to pytest; the other checks are then left out")


def run(arguments: argparse.Namespace) -> int:
    words = arguments.rest
    if importlib.util.find_spec("pytest") is None:
        raise command_error.CommandError(
            "Paket pengujian belum terpasang; jalankan `python3 deploy test`, yang memasangnya.",
            "What tests need is not installed; run `python3 deploy test`, which installs it.",
        )
    if words == ["long"]:
        return _conclude(_long())
    if words == ["baseline"]:
        return _conclude([] if _passes("baseline", _BASELINE) else ["baseline"])
    failed = []
    if not words:
        failed = [name for name, command in _STEPS if not _passes(name, command)]
    browser = chromium.find()
    left_out = [] if browser else _browser_tests(words)
    pytest = [sys.executable, "-m", "pytest", *words]
    if browser is None:
        pytest += ["-m", "not browser and not long"]
    if not words:
        pytest += _in_parallel()
    if not _passes("pytest", pytest, environment={"PASARSAMA_CHROMIUM": str(browser or "none")}):
        failed.append("pytest")
    if left_out:
        screen.say(f"\nTanpa Chromium, {len(left_out)} pengujian dilewati / without Chromium, {len(left_out)} browser tests were left out:")
        for name in left_out:
            screen.say(f"  {name}")
        screen.say(f"Cara memasangnya / how to get it: {chromium.HOW}")
    return _conclude(failed)


def _long() -> list[str]:
    """Run what is too long for every change, one after the other, each beside its number and time; gives what failed."""
    began, failed = time.monotonic(), []
    browser = {"PASARSAMA_CHROMIUM": str(chromium.find() or "none")}
    for number, run in enumerate(LONG, start=1):
        left_seconds = _LONG_MINUTES_MAX * 60 - (time.monotonic() - began)
        sizes = " ".join(f"{name}={value}" for name, value in run.environment.items())
        name = f"{number}/{len(LONG)} {run.name} {sizes}".rstrip()
        pytest = [sys.executable, "-m", "pytest", "-v", "-m", "not long", *run.words, *_in_parallel()]
        if not _passes(name, pytest, environment={**run.environment, **browser}, timeout_seconds=left_seconds):
            failed.append(run.name)
    return failed


def _in_parallel() -> list[str]:
    # One more than there are processors: tests of outages and kills wait for servers, and one process then works for another.
    return ["-n", str(min(len(os.sched_getaffinity(0)) + 1, 4)), "--dist", "loadgroup"]


def _conclude(failed: Sequence[str]) -> int:
    if failed:
        screen.say(f"\nGagal / failed: {', '.join(failed)}")
        return command_error.FAILED
    screen.say("\nSemua lulus. / Everything passed.")
    return 0


def _passes(name: str, command: list[str], environment: Mapping[str, str] | None = None, timeout_seconds: float | None = None) -> bool:
    screen.say(f"== {name}")
    began = time.monotonic()
    # A data folder or servers of the caller's own are no business of the tests.
    inherited = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL"}}
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, cwd=_ROOT, env={**inherited, **(environment or {})}, check=False, timeout=timeout_seconds
        )
    except subprocess.TimeoutExpired:
        screen.say(f"== {name}: terlalu lama / too long, {_LONG_MINUTES_MAX} menit / minutes")
        return False
    screen.say(f"== {name}: {'lulus / passed' if done.returncode == 0 else 'GAGAL / FAILED'} ({time.monotonic() - began:.0f} s)")
    return done.returncode == 0


def _browser_tests(words: list[str]) -> list[str]:
    command = [sys.executable, "-m", "pytest", *words, "--collect-only", "-q", "-m", "browser"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return [line for line in done.stdout.splitlines() if "::" in line]
