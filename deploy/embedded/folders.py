"""The data folder: where it is, that it is ours, and what is kept in it.

DATA/.pasarsama      the mark by which we know a folder of ours
DATA/secrets.json    passwords and the secret key, made once (mode 600)
DATA/postgres/       the cluster          DATA/valkey/    the queue's log
DATA/run/            sockets, pid files   DATA/logs/      what every process says
DATA/programs/       only when root: copies that the unprivileged user can read
"""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

from deploy.console import command_error

MARK = ".pasarsama"
CHECKOUT = Path(__file__).resolve().parents[2]
ROOM_MB = 300
# sun_path of Linux holds 108 bytes with the closing zero.
_SOCKET_BYTES_MAX = 107
_LONGEST_SOCKET = "run/.s.PGSQL.5432"
# What a folder may hold before it is ours: a fresh disk's own, and secrets that somebody asked for before the first start.
_HARMLESS = {MARK, "lost+found", "secrets.json"}


def default() -> Path:
    """Give the data folder of all commands: PASARSAMA_DATA, else /var/lib/pasarsama for root, else the user's own, else the checkout's."""
    named = os.environ.get("PASARSAMA_DATA", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/pasarsama")
    home = Path(os.environ.get("HOME", "").strip() or "-")
    if home.is_absolute() and home.is_dir() and os.access(home, os.W_OK | os.X_OK):
        return home / ".local" / "share" / "pasarsama"
    return CHECKOUT / ".data"


def claim(data: Path, *, room_mb: int = ROOM_MB) -> Path:
    """Make the folder if it is missing, check that it is ours, writable and has room for what begins there, and give its true path.

    Servers that have their data there are started whatever room is left: without them nobody could even read.

    :raises command_error.CommandError: if it is somebody else's, cannot be written, is too deep for a socket, or the disk is full
    """
    data = data.expanduser().absolute()
    if not Path("/proc/self/cwd").exists():
        raise command_error.CommandError(
            "Server bawaan hanya berjalan di Linux; berikan DATABASE_URL dan BROKER_URL.",
            "The embedded servers run on Linux only; give DATABASE_URL and BROKER_URL.",
        )
    with errors_as_sentences(data):
        if data.exists() and not data.is_dir():
            raise command_error.CommandError(f"{data} bukan folder.", f"{data} is not a folder.", status=command_error.WRONG_USE)
        data.mkdir(parents=True, exist_ok=True)
        data = data.resolve()
        _check_length(data)
        mark = data / MARK
        if not mark.exists():
            if any(entry.name not in _HARMLESS for entry in data.iterdir()):
                raise command_error.CommandError(
                    f"Folder {data} berisi berkas lain; pilih folder kosong dengan --data.",
                    f"The folder {data} holds other files; choose an empty one with --data.",
                    status=command_error.WRONG_USE,
                )
            # The servers' user must be able to pass through, when root hands them over; their own folders inside are closed.
            data.chmod(0o755)
            mark.write_text(
                "The data of a Pasarsama installation. `pasarsama demo --fresh` removes a demonstration.\n",
                encoding="utf-8",
            )
        elif not os.access(data, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "Permission denied", str(data))
        for name in ("logs", "run"):
            (data / name).mkdir(exist_ok=True)
        (data / "logs").chmod(0o700)
    if not has_database(data):
        _check_room(data, room_mb=room_mb)
    return data


def has_database(data: Path) -> bool:
    """Say whether a database was ever made in the folder; it takes its name only when it is complete."""
    return (data.expanduser() / "postgres").is_dir()


def empty(data: Path, *, keep: Collection[str] = ()) -> None:
    """Remove everything in the folder but its mark and the files to `keep`, if it bears our mark.

    :raises command_error.CommandError: if the folder is not ours
    """
    if not (data / MARK).is_file():
        raise command_error.CommandError(
            f"Folder {data} tidak bertanda {MARK}, jadi tidak dihapus.",
            f"The folder {data} bears no {MARK} mark, so it is not removed.",
            status=command_error.WRONG_USE,
        )
    with errors_as_sentences(data):
        for entry in data.iterdir():
            if entry.name == MARK or entry.name in keep:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def secret(data: Path, name: str) -> str:
    """Give the named secret of this folder; it is made at the first call and kept.

    :raises command_error.CommandError: if the file that holds them is damaged
    """
    path = data / "secrets.json"
    known: dict[str, str] = {}
    if path.exists():
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise damaged(path) from None
    if name not in known:
        known[name] = secrets.token_urlsafe(48 if name == "secret_key" else 24)
        fresh = path.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(known, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return known[name]


def log(data: Path, name: str) -> IO[bytes]:
    """Open DATA/logs/NAME.log for appending; one older part is kept when it has grown past 10 MB."""
    path = data / "logs" / f"{name}.log"
    if path.exists() and path.stat().st_size > 10_000_000:
        path.replace(path.with_suffix(".log.1"))
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(file, 0o600)  # also one of an earlier release: people stand in it
    return open(file, "ab")  # noqa: SIM115 - handed to a process


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's lock, waiting for whoever has it. The kernel frees it when its holder dies."""
    with open(path, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def errors_as_sentences(data: Path) -> Iterator[None]:
    """Turn what the operating system refuses inside into a sentence about the folder.

    :raises command_error.CommandError: for every OSError
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)[:200]  # shutil.Error has a list of them and no number
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise unwritable(data) from None
        if error.errno in {errno.ENOSPC, errno.EDQUOT} or os.strerror(errno.ENOSPC) in str(error):
            raise full(data) from None
        if error.errno == errno.ENAMETOOLONG:
            raise _too_deep(data) from None
        raise command_error.CommandError(
            f"Folder {data} tidak dapat dipakai: {reason}.", f"The folder {data} cannot be used: {reason}."
        ) from None


@contextlib.contextmanager
def alone(path: Path, *, about: str) -> Iterator[str | None]:
    """Hold the file's lock without waiting and write `about` into it; give what its holder wrote when it is taken, else None."""
    with open(path, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            yield file.read().strip() or "?"
            return
        with contextlib.suppress(OSError):  # a full disk: the lock counts, its words only help
            file.truncate(0)
            file.write(about)
            file.flush()
        yield None


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Hold a folder's own lock without waiting; False if somebody has it. It leaves no file behind."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(number)


def damaged(path: Path) -> command_error.CommandError:
    """Give the sentence for a data folder whose content cannot be used."""
    return command_error.CommandError(
        f"Data di {path} rusak; kembalikan dari cadangan, atau mulai dari awal dengan `pasarsama demo --fresh`.",
        f"The data in {path} are damaged; restore a backup, or begin again with `pasarsama demo --fresh`.",
    )


class DiskFull(command_error.CommandError):
    """There is no room; when some is made, the same works."""


def full(path: Path) -> DiskFull:
    """Give the sentence for a disk without room."""
    return DiskFull(
        f"Tidak cukup ruang di disk untuk {path}; kosongkan sebagian, atau pilih disk lain dengan --data.",
        f"There is not enough room on the disk for {path}; free some, or choose another disk with --data.",
    )


def unwritable(path: Path) -> command_error.CommandError:
    """Give the sentence for a folder that this user may not write."""
    return command_error.CommandError(
        f"Folder {path} tidak boleh ditulisi oleh pengguna ini; pilih folder lain dengan --data.",
        f"The folder {path} may not be written by this user; choose another with --data.",
        status=command_error.WRONG_USE,
    )


def _check_length(data: Path) -> None:
    if len(os.fsencode(data / _LONGEST_SOCKET)) > _SOCKET_BYTES_MAX:
        raise _too_deep(data)


def _too_deep(data: Path) -> command_error.CommandError:
    room = _SOCKET_BYTES_MAX - len(_LONGEST_SOCKET) - 1
    return command_error.CommandError(
        f"Nama folder {data} terlalu panjang untuk soket (paling banyak {room} huruf); pilih yang lebih pendek dengan --data.",
        f"The folder name {data} is too long for a socket (at most {room} bytes); choose a shorter one with --data.",
        status=command_error.WRONG_USE,
    )


def _check_room(data: Path, *, room_mb: int) -> None:
    if shutil.disk_usage(data).free < room_mb * 1_000_000:
        raise full(data)
