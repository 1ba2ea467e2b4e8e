"""Shutting the market while it is upgraded, so that nothing is written between its backup and its opening."""

from __future__ import annotations

from django.db import ProgrammingError, connection, connections

from deploy.backup import own_database
from deploy.embedded import servers
from tenants.db import context, privileges

_NOT_OWNED = "42501"


def shut(*, machines: servers.Servers, owner_url: str) -> None:
    """Let nobody but this process in; may be called again. The folder's own servers are used by no other command; on a server of one's own
    the application's role cannot connect any more, as far as the owner may say so.

    :raises command_error.CommandError: if somebody is in
    """
    if machines.postgres is not None:
        machines.require_alone()
        return
    _say("REVOKE CONNECT ON DATABASE {database} FROM PUBLIC, {role}")
    connections.close_all()  # this process counts as well
    own_database.require_alone(url=owner_url)


def open_again(*, machines: servers.Servers) -> None:
    """Let the application's role in again."""
    if machines.postgres is None:
        _say("GRANT CONNECT ON DATABASE {database} TO {role}")


def _say(statement: str) -> None:
    if privileges.one_role():
        return
    quote = connection.ops.quote_name
    with context.public(), connection.cursor() as cursor:
        names = {"database": quote(connection.settings_dict["NAME"]), "role": quote(privileges.application_role())}
        try:
            cursor.execute(statement.format(**names))
        except ProgrammingError as error:  # the database is another's: then web and workers are only asked to be away
            if getattr(error.__cause__, "pgcode", "") != _NOT_OWNED:
                raise
