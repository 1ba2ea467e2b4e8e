"""`kill -9` in each step of an upgrade: every start says what is the matter, and the next call goes on to the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.upgrade import upgrade_state
from deploy.upgrade.upgrade_state import Step
from tests.support import commands
from tests.support.commands import pasarsama

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def data() -> Iterator[Path]:
    """The folder of a market that an older release made."""
    with commands.place() as path:
        made = commands.python("tests.system.upgrade.older_folder", str(path / "market"))
        assert made.returncode == 0, made.stderr
        yield path / "market"


def kill_in(step: Step, data: Path) -> None:
    """Kill an upgrade in a step, and see that whoever comes next is told."""
    assert commands.kill_in(step, "upgrade", "--data", str(data), state=lambda: upgrade_state.read(data=data)), step
    for words in (["serve"], ["worker"], ["audit"], ["villages", "migrate"], ["backup", str(data.parent / "two")]):
        refused = pasarsama(*words, "--data", str(data))
        assert refused.returncode == 1, refused.stdout
        assert f"interrupted at the step {step.value}" in refused.stderr
        assert "Go on with: pasarsama upgrade" in refused.stderr


def ask(data: Path, statement: str) -> object:
    """Say something as the owner, and give the first value of the answer, if there is one."""
    with commands.asking(data) as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def test_each_step_can_be_killed(data: Path) -> None:
    refused = pasarsama("serve", "--data", str(data))
    assert (refused.returncode, "pasarsama upgrade" in refused.stderr) == (2, True), refused.stderr
    for step in (Step.CHECK, Step.BACKUP, Step.MIGRATE, Step.AUDIT):
        kill_in(step, data)

    done = pasarsama("upgrade", "--data", str(data))

    assert done.returncode == 0, done.stderr
    assert "its audit clean" in done.stdout
    assert upgrade_state.read(data=data) is None
    assert "already" in pasarsama("upgrade", "--data", str(data)).stdout
    assert pasarsama("audit", "--data", str(data)).returncode == 0


def test_putting_back_can_be_killed(data: Path) -> None:
    """A table that stands in a migration's way: the upgrade fails, and the market is what it was."""
    ask(data, "CREATE TABLE public.settlement_payoutanswer (kept integer)")
    had = ask(data, "SELECT count(*) FROM public.django_migrations")
    for _ in range(2):
        kill_in(Step.PUT_BACK, data)

    done = pasarsama("upgrade", "--data", str(data))

    assert done.returncode == 1
    assert "already exists" in done.stderr
    assert "The market is as it was before" in done.stderr
    assert ask(data, "SELECT count(*) FROM public.django_migrations") == had
    assert ask(data, "SELECT count(*) FROM public.settlement_payoutanswer") == 0
    [failed] = data.glob("failed-upgrade-*")
    assert (failed / "PG_VERSION").exists()
    assert upgrade_state.read(data=data) is None
