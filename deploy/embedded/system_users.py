"""Whose processes the servers are: PostgreSQL refuses root, so root hands them to a user without privileges."""

import dataclasses
import os
import pwd
import subprocess
from pathlib import Path

from deploy.console import command_error

# The first that the password file knows. A user made for us or for PostgreSQL is better than the one that everything else falls back to.
_CANDIDATES = ("pasarsama", "postgres", "nobody", "daemon")


@dataclasses.dataclass(frozen=True)
class Account:
    """An entry of the password file that the servers run as."""

    name: str
    uid: int
    gid: int


def choose(*, folder: Path) -> Account | None:
    """Give the account for servers that keep their data in `folder`, or None where we are an ordinary user already.

    An existing folder keeps its owner: the files inside belong to it.

    :raises command_error.CommandError: if root finds no account to hand the servers to
    """
    if os.geteuid() != 0:
        return None
    if folder.exists() and folder.stat().st_uid != 0:
        try:
            entry = pwd.getpwuid(folder.stat().st_uid)
        except KeyError:
            raise command_error.CommandError(
                f"Folder {folder} milik pengguna nomor {folder.stat().st_uid} yang tidak ada di /etc/passwd.",
                f"The folder {folder} belongs to user number {folder.stat().st_uid}, who is not in /etc/passwd.",
            ) from None
        return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise command_error.CommandError(
        "PostgreSQL menolak berjalan sebagai root dan tidak ada pengguna lain; buat satu dengan `useradd --system pasarsama`.",
        "PostgreSQL refuses to run as root and there is no other user; make one with `useradd --system pasarsama`.",
    )


def give(*, path: Path, account: Account | None) -> None:
    """Hand a file or folder to the account (nothing to do for an ordinary user)."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def try_once(*, program: Path, folder: Path, account: Account | None) -> str:
    """Run `program --version` as the account, from inside `folder`, and give its line. Found out before the start, not in the middle.

    :raises command_error.CommandError: if the account cannot reach the folder or the program does not run on this machine
    """
    script = 'cd "$1" && exec "$2" --version'
    done = subprocess.run(  # noqa: S603 - our own words only
        ["/bin/sh", "-c", script, "-", str(folder), str(program)],
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return done.stdout.strip()
    name = account.name if account else "this user"
    reason = (done.stderr.strip().splitlines() or ["?"])[-1]
    raise command_error.CommandError(
        f"{program.name} tidak dapat dijalankan oleh {name} dari {folder} ({reason}); "
        "pakai --data dengan folder yang dapat dimasuki semua orang, misalnya /var/lib/pasarsama.",
        f"{program.name} cannot be run by {name} from {folder} ({reason}); "
        "use --data with a folder that everybody may enter, for example /var/lib/pasarsama.",
    )
