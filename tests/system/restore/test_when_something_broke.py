"""The page "When something broke" of RUNNING, played: its commands as they stand there, on a market of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import commands
from tests.support.commands import ROOT, pasarsama

KODE, OTHER, PHONE = "34.02.15.2004", "34.02.15.2003", "081290010001"
PASSWORD = "kebun-teh-hijau-7\n"  # noqa: S105 - of nobody
_SERVING_SECONDS = 90
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)

pytestmark = [pytest.mark.slow, pytest.mark.long]


def script(after: str) -> str:
    """The block of commands that follows these words on the page."""
    page = (ROOT / "deploy" / "RUNNING.md").read_text(encoding="utf-8").partition("## When something broke\n")[2].partition("\n## ")[0]
    return _BLOCK.findall(page.partition(after)[2])[0]


class Place:
    """A market with two villages and a manager, its newest backup, and a shell that knows them by the page's names."""

    def __init__(self, folder: Path) -> None:
        self.data, self.new = folder / "pasar", folder / "baru"
        (folder / "bin").mkdir()
        program = folder / "bin" / "pasarsama"
        program.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m deploy.cli "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        names = {
            "PASARSAMA_DATA": self.data,
            "BACKUP": folder / "cadangan",
            "NEW": self.new,
            "OLD": self.data,
            "KODE": KODE,
            "PHONE": PHONE,
        }
        self.environment = {**commands.ENVIRONMENT, **{name: str(value) for name, value in names.items()}}
        self.environment["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"

    def play(self, text: str, *, typed: str = "") -> None:
        """Run commands; the first that fails ends the test."""
        done = self.shell(text, typed=typed)
        assert done.returncode == 0, done.stderr

    def shell(self, text: str, *, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-e", "-c", text], env=self.environment, input=typed, capture_output=True, text=True, timeout=400, check=False
        )

    def play_until_it_serves(self, text: str) -> None:
        """Run commands of which the last is a market that opens."""
        words = ["sh", "-e", "-c", text]
        process = subprocess.Popen(words, env=self.environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
        until, said = time.monotonic() + _SERVING_SECONDS, ""
        try:
            assert process.stderr is not None
            while "web: http://" not in said:
                line = process.stderr.readline()
                assert line, said
                assert time.monotonic() < until, said
                said += line
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=60)

    def ask(self, statement: str, data: Path | None = None) -> object:
        """Say something to a folder's database as its owner; the first value of the answer."""
        with commands.asking(data or self.data) as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None


@pytest.fixture
def place() -> Iterator[Place]:
    with commands.place() as folder:
        made = Place(folder)
        made.play(
            "pasarsama villages migrate; pasarsama villages add $KODE Panggungharjo;"
            f" pasarsama villages add {OTHER} Bangunharjo; pasarsama people add $PHONE 'Bu Ratna' --home $KODE --password-stdin",
            typed=PASSWORD,
        )
        made.play("pasarsama people grant $PHONE manager --village $KODE; pasarsama backup $BACKUP")
        yield made


def test_the_disk_is_gone(place: Place) -> None:
    restore, serve = script("**The disk is gone").splitlines()
    place.play(restore)
    assert place.ask("SELECT count(*) FROM tenants_village WHERE held_since IS NOT NULL", place.new) == 2
    port = " --port 8765 --web-only"
    place.play_until_it_serves(f"{serve}{port}")


def test_one_village_is_lost(place: Place) -> None:
    place.ask("DROP SCHEMA v_3402152004 CASCADE")
    assert pasarsama("audit", "--data", str(place.data)).returncode == 1
    place.play(script("**One village is lost"))
    assert place.ask("SELECT held_since IS NOT NULL FROM tenants_village WHERE code = '34.02.15.2004'")
    assert place.ask("SELECT count(*) FROM v_3402152004.marketplace_shop") == 1


def test_a_wrong_import(place: Place) -> None:
    suspend, archive = script("**A wrong import").splitlines()
    place.play(suspend)
    assert "baru saja ditutup" in place.shell(archive).stderr
    place.ask("UPDATE tenants_village SET suspended_at = suspended_at - interval '2 minutes' WHERE code = '34.02.15.2004'")
    place.play(archive)
    assert place.ask("SELECT state FROM tenants_village WHERE code = '34.02.15.2004'") == "archived"


def test_a_phone_was_stolen(place: Place) -> None:
    password, factor, role = script("**A phone was stolen").splitlines()
    before = place.ask("SELECT password FROM tenants_user")
    place.play(f"{password} --password-stdin", typed="padi-menguning-8\n")
    assert place.ask("SELECT password FROM tenants_user") != before
    assert "belum memasang kode sekali pakai" in (done := place.shell(factor)).stderr + done.stdout
    place.play(role)
    holds = "SELECT count(*) FROM tenants_membership WHERE coalesce(until_on, 'infinity') >= (now() AT TIME ZONE 'Asia/Jakarta')::date"
    assert place.ask(holds) == 0


def test_a_key_leaked(place: Place) -> None:
    place.play_until_it_serves(f"{script('**A key leaked').strip()} --port 8766 --web-only")
