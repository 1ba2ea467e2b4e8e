"""The files by which the embedded PostgreSQL is told how to work and who may connect, written at every start."""

from pathlib import Path

from deploy.embedded import database_roles, system_users, tuning

_WHO_MAY_CONNECT = f"""\
# Sockets only, everybody with a password; copies of the whole cluster are for the superuser alone.
local all all scram-sha-256
local replication {database_roles.SUPERUSER} scram-sha-256
"""


def write(*, cluster: Path, sockets: Path, fast: dict[str, str], account: system_users.Account | None) -> None:
    """Write both files into the cluster's folder, for its account; `fast` has the settings that give up durability, or none.

    :raises OSError: if they cannot be written
    """
    folder = str(sockets).replace("'", "''")
    settings = tuning.POSTGRES | {"unix_socket_directories": f"'{folder}'"} | fast
    lines = ["# Written at every start by deploy/embedded/configuration.py; changes here do not last."]
    lines += [f"{name} = {value}" for name, value in settings.items()]
    for name, text in (("postgresql.conf", "\n".join(lines) + "\n"), ("pg_hba.conf", _WHO_MAY_CONNECT)):
        path = cluster / name
        path.write_text(text, encoding="utf-8")
        system_users.give(path=path, account=account)
