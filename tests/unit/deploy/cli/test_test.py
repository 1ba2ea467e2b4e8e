"""`pasarsama test`: what its long form runs, and that it ends in time."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest

from deploy.cli import test as command

ROOT = Path(__file__).resolve().parents[4]


def run(*words: str) -> int:
    return command.run(argparse.Namespace(rest=list(words)))


@pytest.mark.parametrize("one", command.LONG, ids=lambda one: one.words[0])
def test_long_runs_name_tests_and_sizes_that_exist(one):
    path = ROOT / one.words[0]
    assert path.exists()
    sources = [path] if path.is_file() else [ROOT / "tests" / "conftest.py", *path.rglob("*.py")]
    for name in one.environment:
        assert any(name in source.read_text(encoding="utf-8") for source in sources), name


def test_long_runs_follow_each_other_with_their_sizes_and_what_fails_is_named(monkeypatch, capsys):
    seen = []

    def passes(name, words, *, environment, timeout_seconds):
        seen.append((name, words, dict(environment)))
        assert 0 < timeout_seconds <= 3_600
        return "refunds" not in name

    monkeypatch.setattr(command, "_passes", passes)

    assert run("long") == 1
    assert [name.split()[0] for name, _words, _environment in seen] == [f"{turn}/{len(command.LONG)}" for turn in range(1, len(seen) + 1)]
    assert seen[0][2]["PASARSAMA_KILLS"] == "20"
    assert all(words[:3] == [sys.executable, "-m", "pytest"] for _name, words, _environment in seen)
    assert "random refunds" in capsys.readouterr().err


def test_what_takes_too_long_is_ended_and_named(capsys):
    assert not command._passes("slow", [sys.executable, "-c", "import time; time.sleep(60)"], timeout_seconds=0.2)
    assert "terlalu lama / too long" in capsys.readouterr().err


def test_baseline_runs_its_own_process(monkeypatch):
    seen = []
    monkeypatch.setattr(command, "_passes", lambda name, words: seen.append(words) or True)

    assert run("baseline") == 0
    assert seen == [[sys.executable, "-m", "tests.system.upgrade.make_baseline"]]
