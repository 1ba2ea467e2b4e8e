"""What is written down while a market is restored into a folder, DATA/restoring.json: until it is gone the folder's market stays shut.

It names backup, database, step, process and time. A killed restore leaves it, and whoever comes next is told the one command that goes on
from there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import json
import os
import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from deploy.console import command_error
from deploy.embedded import folders
from tenants import private_files

NAME = "restoring.json"
LOCK = "restore.lock"


class Step(enum.Enum):
    """The steps of a restore, in their order. One that was interrupted is done again from its beginning."""

    SECRETS = "secrets"
    DATABASE = "database"
    PICTURES = "pictures"
    MIGRATE = "migrate"
    HOLD = "hold"
    AUDIT = "audit"


@dataclasses.dataclass(frozen=True)
class State:
    """A restore that is not done: its own number, the backup, the copy of it that is taken, the address of the database of a server of
    one's own (empty for the embedded one), the step that is under way, since when and by which process, and the words that go on."""

    id: UUID
    backup: Path
    copy: str
    database: str
    step: Step
    began_at: datetime
    step_at: datetime
    process: int
    words: tuple[str, ...]

    @property
    def command(self) -> str:
        """What goes on with it."""
        return shlex.join(("pasarsama", *self.words))


def write(*, data: Path, state: State) -> None:
    """Note how far a restore is, so that it outlives a power cut."""
    values = dataclasses.asdict(state) | {"id": str(state.id), "backup": str(state.backup), "step": state.step.value}
    values |= {"began_at": state.began_at.isoformat(), "step_at": state.step_at.isoformat()}
    fresh = data / f".{NAME}.new"
    with private_files.create(fresh) as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / NAME)


def read(*, data: Path) -> State | None:
    """The restore that is not done in a folder; None if there is none.

    :raises command_error.CommandError: if what is written there cannot be read
    """
    try:
        values = json.loads((data / NAME).read_text(encoding="utf-8"))
        return State(
            id=UUID(values["id"]),
            backup=Path(values["backup"]),
            copy=str(values["copy"]),
            database=str(values["database"]),
            step=Step(values["step"]),
            began_at=datetime.fromisoformat(values["began_at"]),
            step_at=datetime.fromisoformat(values["step_at"]),
            process=int(values["process"]),
            words=tuple(values["words"]),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise folders.damaged(data / NAME) from None


def done(*, data: Path) -> None:
    """Let the market of a folder be used: its restore is done."""
    (data / NAME).unlink()


@contextlib.contextmanager
def alone(*, data: Path) -> Iterator[None]:
    """Be the only restore into a folder.

    :raises command_error.CommandError: if another one runs
    """
    with folders.alone(data / LOCK, about=str(os.getpid())) as other:
        if other is not None:
            raise command_error.CommandError(
                f"Pemulihan lain ke {data} sedang berjalan (proses {other}); tunggu sampai selesai.",
                f"Another restore into {data} is running (process {other}); wait until it is done.",
            )
        yield


def refuse(*, data: Path) -> None:
    """Nothing, if no restore into a folder is under way, or if this process is a step of it: the restore then told it its number.

    :raises command_error.CommandError: naming how far it is, and the command that goes on
    """
    state = read(data=data)
    if state is None or os.environ.get("PASARSAMA_RESTORING") == str(state.id):
        return
    with folders.alone(data / LOCK, about="") as runs:
        pass
    since = state.step_at.isoformat(timespec="seconds")
    if runs is not None:
        raise command_error.CommandError(
            f"Di {data} cadangan {state.backup} sedang dipulihkan (langkah {state.step.value} sejak {since}, proses {state.process}); "
            "tunggu sampai selesai.",
            f"The backup {state.backup} is being restored into {data} (step {state.step.value} since {since}, process {state.process}); "
            "wait until it is done.",
        )
    raise command_error.CommandError(
        f"Pemulihan ke {data} terhenti di langkah {state.step.value} ({since}, proses {state.process}). Lanjutkan dengan: {state.command}",
        f"The restore into {data} was interrupted at the step {state.step.value} ({since}, process {state.process}). Go on with: "
        f"{state.command}",
    )
