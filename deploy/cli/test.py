"""Menjalankan semua pengujian. Runs all tests: form, types, imports, migrations, then pytest.

What follows is handed to pytest: `pasarsama test tests/unit/tenants -k canary` runs only that. Where no Chromium is installed the browser
tests are left out and named, with the way to get one. PASARSAMA_TEST_POSTGRES=/usr/lib/postgresql/15/bin tests on that server.
"""

import argparse
import os
import subprocess
import sys
import time
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs="*", metavar="...", help="handed to pytest; the other checks are then left out")


def run(arguments: argparse.Namespace) -> int:
    words = arguments.rest
    failed = []
    if not words:
        failed = [name for name, command in _STEPS if not _passes(name, command)]
    browser = chromium.find()
    left_out = [] if browser else _browser_tests(words)
    pytest = [sys.executable, "-m", "pytest", *words]
    if browser is None:
        pytest += ["-m", "not browser"]
    if not words:
        pytest += ["-n", str(min(len(os.sched_getaffinity(0)), 4)), "--dist", "loadgroup"]
    if not _passes("pytest", pytest, environment={"PASARSAMA_CHROMIUM": str(browser or "none")}):
        failed.append("pytest")
    if left_out:
        screen.say(f"\nTanpa Chromium, {len(left_out)} pengujian dilewati / without Chromium, {len(left_out)} browser tests were left out:")
        for name in left_out:
            screen.say(f"  {name}")
        screen.say(f"Cara memasangnya / how to get it: {chromium.HOW}")
    if failed:
        screen.say(f"\nGagal / failed: {', '.join(failed)}")
        return command_error.FAILED
    screen.say("\nSemua lulus. / Everything passed.")
    return 0


def _passes(name: str, command: list[str], environment: dict[str, str] | None = None) -> bool:
    screen.say(f"== {name}")
    began = time.monotonic()
    # A data folder or servers of the caller's own are no business of the tests.
    inherited = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL"}}
    done = subprocess.run(command, cwd=_ROOT, env={**inherited, **(environment or {})}, check=False)  # noqa: S603 - our own words
    screen.say(f"== {name}: {'lulus / passed' if done.returncode == 0 else 'GAGAL / FAILED'} ({time.monotonic() - began:.0f} s)")
    return done.returncode == 0


def _browser_tests(words: list[str]) -> list[str]:
    command = [sys.executable, "-m", "pytest", *words, "--collect-only", "-q", "-m", "browser"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return [line for line in done.stdout.splitlines() if "::" in line]
