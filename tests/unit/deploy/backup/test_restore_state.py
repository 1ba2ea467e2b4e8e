"""While a market is restored its folder is shut, and whoever comes is told how far it is."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.backup import restore_state
from deploy.console import command_error

AT = datetime(2026, 11, 30, 21, 0, tzinfo=UTC)


def state(process: int) -> restore_state.State:
    return restore_state.State(
        id=uuid.uuid4(),
        backup=Path("/media/disk/one"),
        copy="base",
        database="",
        step=restore_state.Step.MIGRATE,
        began_at=AT,
        step_at=AT,
        process=process,
        words=("restore", "/media/disk/one", "--data", "/srv/new market"),
    )


def test_an_interrupted_one_is_named_with_the_command_that_goes_on(tmp_path: Path) -> None:
    restore_state.write(data=tmp_path, state=state(1))

    with pytest.raises(command_error.CommandError) as error:
        restore_state.refuse(data=tmp_path)

    assert "interrupted at the step migrate (2026-11-30T21:00:00+00:00, process 1)" in str(error.value)
    assert str(error.value).endswith("Go on with: pasarsama restore /media/disk/one --data '/srv/new market'")


def test_one_that_runs_is_waited_for(tmp_path: Path) -> None:
    restore_state.write(data=tmp_path, state=state(1))

    with restore_state.alone(data=tmp_path):
        with pytest.raises(command_error.CommandError, match="is being restored into"):
            restore_state.refuse(data=tmp_path)
        with pytest.raises(command_error.CommandError, match=f"is running \\(process {os.getpid()}\\)"), restore_state.alone(data=tmp_path):
            pass


def test_its_own_steps_pass_and_so_does_everybody_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    restore_state.refuse(data=tmp_path)
    ours = state(1)
    restore_state.write(data=tmp_path, state=ours)
    monkeypatch.setenv("PASARSAMA_RESTORING", str(ours.id))
    restore_state.refuse(data=tmp_path)
    restore_state.write(data=tmp_path, state=state(1))  # another one since
    with pytest.raises(command_error.CommandError, match="was interrupted"):
        restore_state.refuse(data=tmp_path)
    monkeypatch.delenv("PASARSAMA_RESTORING")
    restore_state.write(data=tmp_path, state=state(os.getppid()))  # a number of the process before, given again
    with pytest.raises(command_error.CommandError, match="was interrupted"):
        restore_state.refuse(data=tmp_path)
    restore_state.done(data=tmp_path)
    restore_state.refuse(data=tmp_path)
    restore_state.refuse(data=tmp_path / "not there")


def test_what_cannot_be_read_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / restore_state.NAME).write_text("{")

    with pytest.raises(command_error.CommandError, match="damaged"):
        restore_state.refuse(data=tmp_path)
