"""A server as Debian's administrators have one, in a folder of its own: made by pg_createcluster, with Debian's pgBackRest beside it.

Commands of RUNNING's page are run as they stand there; only the places of data, repository and major version are this folder's. `sudo` is
played by a script, since the tests run as root and as an ordinary user.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg2

from deploy.embedded import database_roles, system_users
from tests.support import servers

_ROOT = Path(__file__).resolve().parents[3]
NAME = "pitr"  # no other cluster's of this machine
PORT = "5499"  # names the socket; nothing listens on it
PASSWORD = "pasarsama"  # noqa: S105 - nobody is asked for it
_PATIENCE_SECONDS = 120  # PostgreSQL tries a failed log again each minute
_CREATED_WITH = "add_include_dir = 'conf.d'\nlisten_addresses = ''\nexternal_pid_file = ''\nfsync = off\n"
_FOLDERS = ("bin", "conf", "cluster", "repository", "sockets", "locks", "logs", "spool", "data")


class DebianServer:
    """The server with its configuration, its repository, and the market's roles in it."""

    def __init__(self, folder: Path, *, major: int) -> None:
        self.folder, self.major = folder, major
        self.account = system_users.choose(folder=folder)
        self.user = self.account.name if self.account else pwd.getpwuid(os.geteuid()).pw_name
        self.cluster, self.conf = folder / "cluster" / "main", folder / "conf" / str(major) / NAME
        for name in _FOLDERS:
            (folder / name).mkdir(mode=0o755)
            system_users.give(path=folder / name, account=self.account)
        self._stand_ins()

    def create(self, files: Mapping[str, str]) -> None:
        """Make the cluster, with these files of the page."""
        (self.folder / "created-with").write_text(_CREATED_WITH, encoding="utf-8")
        words = (
            f"--createclusterconf={self.folder}/created-with -u {self.user} -d {self.cluster} -s {self.folder}/sockets -l {self.folder}/log"
        )
        self.run(f"pg_createcluster {self.major} {NAME} {words} -p {PORT} -e UTF8 --locale C.UTF-8 -- --no-sync")
        self.write(self.conf / "pg_hba.conf", "local all all trust\n")
        self.write(self.conf / "environment", "".join(f"{name} = '{value}'\n" for name, value in self._pgbackrest().items()))
        for name, text in files.items():
            inside = self.folder / "pgbackrest.conf" if name == "/etc/pgbackrest.conf" else self.conf / "conf.d" / Path(name).name
            self.write(inside, self.here(text))
        self.run(f"pg_ctlcluster {self.major} {NAME} start")
        with self.connect("postgres") as cursor:
            database_roles.make(cursor=cursor, passwords=dict.fromkeys(database_roles.MAKE_ROLE, PASSWORD))
            cursor.execute(f"CREATE DATABASE {database_roles.DATABASE} OWNER {database_roles.OWNER}")
        with self.connect() as cursor:
            database_roles.grant(cursor=cursor, database=database_roles.DATABASE)

    def here(self, text: str) -> str:
        """A text of the page with this folder's places in it."""
        places = {
            "/var/lib/postgresql/15/main": str(self.cluster),
            "/var/lib/pgbackrest": str(self.folder / "repository"),
            "/usr/lib/postgresql/15/": f"/usr/lib/postgresql/{self.major}/",
            " 15 main ": f" {self.major} {NAME} ",
        }
        for there, place in places.items():
            text = text.replace(there, place)
        return text

    def run(self, script: str, *, ends_well: bool = True) -> str:
        """Run a script as the page says (`sh -e`), and give what it said."""
        command = ["sh", "-e", "-c", self.here(script)]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        assert (done.returncode == 0) is ends_well, f"status {done.returncode}\n{done.stdout}\n{self.log()[-2000:]}"
        return done.stdout

    def environment(self) -> dict[str, str]:
        """Where our own commands, pgBackRest and libpq find this server."""
        return {
            **os.environ,
            **self._pgbackrest(),
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin:/usr/sbin:/sbin",
            "PG_CLUSTER_CONF_ROOT": str(self.folder / "conf"),
            "PGHOST": str(self.folder / "sockets"),
            "PGPORT": PORT,
            "PGDATABASE": "postgres",
            "DATABASE_URL": self.url(database_roles.APPLICATION),
            "DATABASE_OWNER_URL": self.url(database_roles.OWNER),
            "BROKER_URL": servers.QUEUE.url(),
            "PASARSAMA_DATA": str(self.folder / "data"),
        }

    def url(self, role: str) -> str:
        """The market's address for a role."""
        return f"postgresql://{role}:{PASSWORD}@/{database_roles.DATABASE}?host={self.folder / 'sockets'}&port={PORT}"

    @contextlib.contextmanager
    def connect(self, database: str = database_roles.DATABASE) -> Iterator[psycopg2.extensions.cursor]:
        """A cursor of the superuser's that commits by itself."""
        connection = psycopg2.connect(host=str(self.folder / "sockets"), port=PORT, user=self.user, dbname=database)
        connection.autocommit = True
        try:
            yield connection.cursor()
        finally:
            connection.close()

    def do(self, statement: str) -> None:
        """Run a statement that gives nothing."""
        with self.connect() as cursor:
            cursor.execute(statement)

    def ask(self, statement: str) -> str:
        """The only value that a statement gives, as text."""
        with self.connect() as cursor:
            cursor.execute(statement)
            ((value,),) = cursor.fetchall()
        return str(value)

    def wait_for(self, statement: str, value: str) -> None:
        """Wait until a statement gives this value."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while self.ask(statement) != value:
            assert time.monotonic() < until, f"{statement}\n{self.log()[-2000:]}"
            time.sleep(0.1)

    def log(self) -> str:
        """What the server said."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def write(self, path: Path, text: str) -> None:
        """A file of the server's own."""
        path.write_text(text, encoding="utf-8")
        system_users.give(path=path, account=self.account)

    def _pgbackrest(self) -> dict[str, str]:
        places = {
            "CONFIG": "pgbackrest.conf",
            "LOCK_PATH": "locks",
            "LOG_PATH": "logs",
            "SPOOL_PATH": "spool",
            "PG1_SOCKET_PATH": "sockets",
        }
        return {f"PGBACKREST_{name}": str(self.folder / place) for name, place in places.items()} | {"PGBACKREST_PG1_PORT": PORT}

    def _stand_ins(self) -> None:
        as_account = f"setpriv --reuid={self.account.uid} --regid={self.account.gid} --clear-groups " if self.account else ""
        sudo = f'#!/bin/sh\nif [ "$1" = -u ]; then shift 2; exec {as_account}"$@"; fi\nexec "$@"\n'
        pasarsama = f'#!/bin/sh\nPYTHONPATH="{_ROOT}:$PYTHONPATH" exec "{sys.executable}" -m deploy.cli "$@"\n'
        for name, text in {"sudo": sudo, "pasarsama": pasarsama}.items():
            path = self.folder / "bin" / name
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)
