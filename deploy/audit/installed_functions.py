"""The proof that the ledger's functions and triggers are those of the files: none changed by hand, missing, extra or switched off.

The files are installed into a scratch database beside the market's, and both catalogues' texts are compared. The role of
DATABASE_OWNER_URL makes it: the embedded servers let that role make databases (CREATEDB), and so does deploy/containers/roles.sh on a
server of one's own. It holds empty tables for a second and is dropped; nothing of the market is touched.

Where the owner's role is not given, may make no database or is out of reach, what stands is compared with the hashes that the last
installation wrote down, and these with the files. That finds the same, as long as nobody who changed a function by hand, as the owner,
also changed its hash. After an upgrade of PostgreSQL itself its texts may read differently: `pasarsama villages migrate` writes them again.
"""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Model

from deploy import env
from deploy.audit.invariant import Proof
from settlement.sql import install, installed_objects, source_files
from settlement.sql.source_files import Key

log = logging.getLogger(__name__)

_ONE_AT_A_TIME = "pasarsama compares functions"
_NAME_CHARACTERS = 40  # of the market's database in the scratch one's name; PostgreSQL cuts names at 63


class _NoScratch(Exception):
    """No scratch database could be made."""


def differing() -> Iterator[str]:
    """Each function or trigger that is not as its file says, and how."""
    with connection.cursor() as cursor:
        found = {key: entry.sha256 for key, entry in installed_objects.read(cursor).items()}
    sources = source_files.read()
    try:
        wanted = given_by_files("".join(source.sha256 for source in sources.values()), _address())
    except _NoScratch as error:
        log.info("Functions are compared with the hashes that were written down: %s", str(error).strip().split("\n", 1)[0])
        written = install.written_down()
        for key, hashes in written.items():
            if key in sources and sources[key].sha256 != hashes.file_sha256:
                yield f"{key}: its file was not installed"
        wanted = {key: written[key].catalogue_sha256 if key in written else "" for key in sources}
    for key in sorted(wanted.keys() | found.keys()):
        if key not in wanted:
            yield f"{key}: has no file"
        elif key not in found:
            yield f"{key}: is missing"
        elif found[key] != wanted[key]:
            yield f"{key}: is not as its file says"


@functools.lru_cache(maxsize=2)
def given_by_files(_digest: str, _address: tuple[str, ...]) -> Mapping[Key, str]:
    """The hashes of the catalogue's texts that the files give, found in a scratch database; found once for the same files and server.

    :raises _NoScratch: if none can be made
    """
    with _scratch() as scratch, scratch.cursor() as cursor:
        with scratch.schema_editor(atomic=False) as editor:
            for model in _models_with_triggers():
                editor.create_model(model)
        install.into(cursor, source_files.read().values())
        return {key: entry.sha256 for key, entry in installed_objects.read(cursor).items()}


def _models_with_triggers() -> list[type[Model]]:
    """Settlement's tables, those of other apps on which a trigger stands, and what they point to."""
    texts = " ".join(source.text for source in source_files.read().values() if source.key.kind is source_files.Kind.TRIGGER)
    models = list(apps.get_app_config("settlement").get_models())
    models += [model for model in apps.get_models() if f"public.{model._meta.db_table}\n" in texts and model not in models]
    for model in models:  # grows while it is read
        models += [to for field in model._meta.fields if (to := field.related_model) is not None and to not in models]
    return models


@contextlib.contextmanager
def _scratch() -> Iterator[Any]:
    """A connection, in a transaction that will be rolled back, to an empty database that is dropped at the end."""
    market = str(connection.settings_dict["NAME"])
    name = f"{market[:_NAME_CHARACTERS]}_functions"
    quoted = connection.ops.quote_name(name)
    with _owner(market) as owner:
        try:
            cursor = owner.cursor()
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [_ONE_AT_A_TIME])
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")  # of an audit that was killed
            cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")  # template1 may hold what somebody put there
        except DatabaseError as error:
            raise _NoScratch(str(error)) from error
        try:
            with _owner(name) as scratch:
                scratch.set_autocommit(False)
                yield scratch
                scratch.rollback()
        finally:
            cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


@contextlib.contextmanager
def _owner(name: str) -> Iterator[Any]:
    """A connection of its own to a database, as the owner."""
    holder = connection.copy()
    address = env.database(settings.DATABASE_OWNER_URL)
    holder.settings_dict.update({part: address[part] for part in ("HOST", "PORT", "USER", "PASSWORD")}, NAME=name)
    try:
        yield holder
    finally:
        holder.close()


def _address() -> tuple[str, ...]:
    wanted = env.database(settings.DATABASE_OWNER_URL)
    return (str(wanted["HOST"]), str(wanted["PORT"]), str(wanted["USER"]))


PROOFS = (
    Proof(
        "functions-are-their-files",
        "The ledger's functions and triggers are as this release's files say: none changed, missing, extra or switched off.",
        differing,
        of_release=True,
    ),
)
