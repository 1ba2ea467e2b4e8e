"""What a command needs around it before Django is set up: the data folder, the servers and the environment that settings read."""

import argparse
import contextlib
import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

from deploy.backup import restore_state
from deploy.console import command_error
from deploy.embedded import folders, servers
from deploy.upgrade import upgrade_state


@dataclasses.dataclass(frozen=True)
class Installation:
    """The data folder of this run, and its servers (none of them where DATABASE_URL and BROKER_URL name real ones)."""

    data: Path
    servers: servers.Servers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --data, the same for every command that needs the servers."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        default=None,
        help=f"folder of database, queue and pictures; default {folders.default()} (or PASARSAMA_DATA)",
    )


@contextlib.contextmanager
def started(
    *, data: Path | None, as_owner: bool = False, django: bool = True, may_create: bool = False, upgrades: bool = False
) -> Iterator[Installation]:
    """Start or join the servers, set the environment and set Django up; leave the servers at the end.

    `as_owner` makes settings connect as the role that migrates and provisions. DATABASE_URL and BROKER_URL, where given, are left alone
    and their embedded servers are not started. Only with `may_create` a database is made where none is: a command that
    looks into a mistyped folder says so and makes nothing there. A folder whose market is being restored, or upgraded by
    another command than this (`upgrades`), is left alone.

    :raises command_error.CommandError: in one sentence, for whatever stands in the way
    """
    data = data or folders.default()
    restore_state.refuse(data=data.expanduser().absolute())
    if not upgrades:
        upgrade_state.refuse(data=data.expanduser().absolute())
    machines = _servers(data)
    if machines.postgres is not None and not may_create:
        _require_market(data)
    installation = Installation(data=folders.claim(data), servers=machines)
    with installation.servers:
        set_environment(installation=installation, as_owner=as_owner)
        if django:
            set_up_django()
        yield installation


def set_environment(*, installation: Installation, as_owner: bool) -> None:
    """Put into os.environ what settings read; children inherit it."""
    os.environ.update(installation.servers.environment())
    os.environ["PASARSAMA_DATA"] = str(installation.data)
    os.environ["PASARSAMA_AS_OWNER"] = "1" if as_owner else "0"
    if os.environ.get("PASARSAMA_MODE", "local") != "production":
        # In production it is asked for: a key that only this folder knows would end every session when the folder moves.
        os.environ.setdefault("PASARSAMA_SECRET_KEY", folders.secret(installation.data, "secret_key"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")


def set_up_django() -> None:
    """Set Django up, once the environment stands."""
    import django

    django.setup()


@contextlib.contextmanager
def refusals_in_one_line(*, status: int = command_error.FAILED) -> Iterator[None]:
    """Let what a rule of the market refuses end the command in its sentence, once per language. Django is set up.

    The exit status is `status`; where what was given cannot be right it is WRONG_USE.
    """
    from django.utils import translation

    from tenants import errors

    try:
        yield
    except errors.DomainError as refusal:
        sentences: dict[str, str] = {}
        for language in ("id", "en"):
            with translation.override(language):
                sentences[language] = str(refusal)
        status = command_error.WRONG_USE if refusal.kind is errors.Kind.INVALID else status
        raise command_error.CommandError(sentences["id"], sentences["en"], status=status) from None


def require_tables() -> None:
    """Stop a command that asks the market before the market has tables, or while it has those of another release."""
    from django.db import connection

    from tenants.schemas import migration_state

    with refusals_in_one_line(status=command_error.WRONG_USE):
        migration_state.check()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.tenants_village')")
        if cursor.fetchone()[0] is None:
            raise command_error.CommandError(
                "Basis data ini belum disiapkan; jalankan dahulu `pasarsama villages migrate`.",
                "This database is not prepared yet; run `pasarsama villages migrate` first.",
                status=command_error.WRONG_USE,
            )


def _require_market(data: Path) -> None:
    """Stop where the folder has no database."""
    with folders.errors_as_sentences(data):
        if not folders.has_database(data):
            raise command_error.CommandError(
                f"Di folder {data} tidak ada pasar; periksa --data, atau siapkan dahulu dengan `pasarsama villages migrate`.",
                f"There is no market in the folder {data}; check --data, or prepare one first with `pasarsama villages migrate`.",
                status=command_error.WRONG_USE,
            )


def _servers(data: Path) -> servers.Servers:
    if os.environ.get("DATABASE_OWNER_URL") and not os.environ.get("DATABASE_URL"):
        raise command_error.CommandError(
            "DATABASE_OWNER_URL diberikan tanpa DATABASE_URL.",
            "DATABASE_OWNER_URL is given without DATABASE_URL.",
            status=command_error.WRONG_USE,
        )
    return servers.Servers(data, with_postgres=not os.environ.get("DATABASE_URL"), with_valkey=not os.environ.get("BROKER_URL"))
