"""What is written down while a market is upgraded, DATA/upgrading.json: until it is gone every start says why not."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from deploy.console import command_error
from deploy.embedded import folders
from tenants import private_files

NAME = "upgrading.json"
LOCK = "upgrade.lock"


class Step(enum.Enum):
    """The steps of an upgrade, in their order; the last one only where it went wrong. An interrupted one is done again."""

    CHECK = "audit-before"
    BACKUP = "backup"
    MIGRATE = "migrate"
    AUDIT = "audit"
    PUT_BACK = "put-back"


@dataclasses.dataclass(frozen=True)
class State:
    """How far an upgrade is: its step, since when and in which process; its backup, where what failed is kept, and why it failed."""

    step: Step
    step_at: datetime
    process: int
    backup: Path
    failed: Path
    problem: str = ""


def write(*, data: Path, state: State) -> None:
    """Note how far an upgrade is, so that it outlives a power cut."""
    values = {"step": state.step.value, "step_at": state.step_at.isoformat(), "process": state.process, "problem": state.problem}
    values |= {"backup": str(state.backup), "failed": str(state.failed)}
    fresh = data / f".{NAME}.new"
    with private_files.create(fresh) as file:
        json.dump(values, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / NAME)


def read(*, data: Path) -> State | None:
    """The upgrade that is not done in a folder; None if there is none.

    :raises command_error.CommandError: if what is written there cannot be read
    """
    try:
        values = json.loads((data / NAME).read_text(encoding="utf-8"))
        return State(
            step=Step(values["step"]),
            step_at=datetime.fromisoformat(values["step_at"]),
            process=int(values["process"]),
            backup=Path(values["backup"]),
            failed=Path(values["failed"]),
            problem=str(values["problem"]),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise folders.damaged(data / NAME) from None


def done(*, data: Path) -> None:
    """Let the market be opened."""
    (data / NAME).unlink(missing_ok=True)


@contextlib.contextmanager
def alone(*, data: Path) -> Iterator[None]:
    """Be the only upgrade of a folder's market.

    :raises command_error.CommandError: if another one runs
    """
    with folders.alone(data / LOCK, about=str(os.getpid())) as other:
        if other is not None:
            raise command_error.CommandError(
                f"Pasar di {data} sedang diperbarui (proses {other}); tunggu sampai selesai.",
                f"The market in {data} is being upgraded (process {other}); wait until it is done.",
            )
        yield


def refuse(*, data: Path) -> None:
    """Nothing, if no upgrade of a folder's market is under way.

    :raises command_error.CommandError: naming how far it is, and the command that goes on
    """
    state = read(data=data)
    if state is None:
        return
    with folders.alone(data / LOCK, about="") as runs:
        pass
    since = state.step_at.isoformat(timespec="seconds")
    if runs is not None:
        raise command_error.CommandError(
            f"Pasar di {data} sedang diperbarui (langkah {state.step.value} sejak {since}, proses {state.process}); tunggu sampai selesai.",
            f"The market in {data} is being upgraded (step {state.step.value} since {since}, process {state.process}); "
            "wait until it is done.",
        )
    raise command_error.CommandError(
        f"Pembaruan pasar di {data} terhenti di langkah {state.step.value} ({since}, proses {state.process}). Lanjutkan dengan: pasarsama "
        "upgrade",
        f"The upgrade of the market in {data} was interrupted at the step {state.step.value} ({since}, process {state.process}). Go on "
        "with: pasarsama upgrade",
    )
