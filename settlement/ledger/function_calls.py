"""Calls of the ledger's SQL functions: one round trip each, their refusals turned into exceptions."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DatabaseError, connection
from django.utils.translation import gettext_noop

from tenants.db import context, statements
from tenants.errors import DomainError, Kind


class ReferenceReused(DomainError):
    """A reference was used before with other terms: two different events claim to be one."""

    kind = Kind.CONFLICT
    code = "reference-reused"
    sentence = gettext_noop("Kejadian ini sudah tercatat dengan isi yang berbeda.")


class AccountNotOpened(DomainError):
    """The village has no account in the ledger."""

    kind = Kind.CONFLICT
    code = "account-not-opened"
    sentence = gettext_noop("Desa ini belum punya rekening di buku federasi.")


_REFUSALS: Mapping[str, type[DomainError]] = {"PS003": ReferenceReused, "PS008": AccountNotOpened}
_DETAIL_OF_LIMITS = ("PS001", "PS002")  # their detail is the village, that of all others the reference


def terms_sha256(*terms: object) -> str:
    """The hash (hexadecimal) by which a repeated reference is recognised; every part of the terms has an unambiguous text."""
    return hashlib.sha256("\x1f".join(map(str, terms)).encode()).hexdigest()


def call(*, function: str, types: Sequence[str], values: Sequence[Any], refusals: Mapping[str, type[DomainError]] | None = None) -> Any:
    """Run one SQL function of the ledger in the caller's transaction and give what it returns.

    A refusal aborts the transaction: the caller lets it pass through its `atomic` block. The call is prepared once per connection.

    :raises RuntimeError: outside a transaction
    :raises statements.Outdated: if somebody said DISCARD on this connection; the transaction is lost, a second try succeeds
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{function} needs an open transaction: it is written together with its cause or not at all")
    try:
        with context.public(), statements.pipeline():  # one plan for all villages: these are shared tables
            return statements.query(_statement(function, tuple(types)), *values)[0][0]
    except DatabaseError as error:
        state = getattr(error.__cause__, "pgcode", None) or ""
        found = {**_REFUSALS, **(refusals or {})}.get(state)
        if found is None:
            raise
        detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or ""
        raise found(**{"village_code" if state in _DETAIL_OF_LIMITS else "reference": detail}) from error


@functools.cache
def _statement(function: str, types: tuple[str, ...]) -> statements.Statement:
    places = ", ".join([f"${number}" for number in range(1, len(types) + 1)])
    return statements.Statement(f"SELECT public.{function}({places})", types)
