"""Who may do what in the database: an owner that migrates and provisions, and the application's role that can only use what is there.

The same statements prepare a real server (deploy/containers/roles.sh is their text form, held equal by a test).
"""

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

SUPERUSER = "postgres"
OWNER = "pasarsama_owner"
APPLICATION = "pasarsama"
DATABASE = "pasarsama"

# CREATEDB: tests clone a template database per test. No superuser, no right to make roles.
MAKE_ROLE = {
    OWNER: "CREATE ROLE {role} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE PASSWORD {password}",
    APPLICATION: "CREATE ROLE {role} LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOINHERIT PASSWORD {password}",
}

# What the application's role may do with the owner's tables stands in one place, by tenants.db.privileges after each migration.
GRANTS = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {application}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
)


def make(*, cursor: Cursor, passwords: dict[str, str]) -> None:
    """Make the roles that are missing; an existing one keeps its password. The cursor is the superuser's."""
    cursor.execute("SELECT rolname FROM pg_roles")
    known = {name for (name,) in cursor.fetchall()}
    for role, statement in MAKE_ROLE.items():
        if role not in known:
            cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role), password=sql.Literal(passwords[role])))


def grant(*, cursor: Cursor, database: str) -> None:
    """Let the application's role in, and nobody else, to the database the cursor is connected to."""
    for statement in GRANTS:
        cursor.execute(sql.SQL(statement).format(database=sql.Identifier(database), application=sql.Identifier(APPLICATION)))
