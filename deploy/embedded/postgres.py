"""One PostgreSQL server in the data folder, reached by a unix socket only: no port to be taken, nothing for the network to find."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib import parse

import psycopg2
from psycopg2 import sql

from deploy.console import command_error
from deploy.embedded import configuration, database_roles, diagnostics, folders, processes, programs, system_users, tuning

# A server that was killed replays its log before it is ready; on a slow disk that takes its time.
_READY_SECONDS = 120
_BUILTIN_LOCALE_SINCE = 17


class Postgres:
    """A cluster below `data`, made at the first start, joined when it already runs, found again after a crash.

    `bin_dir` names the programs of another PostgreSQL (15 or newer) than the wheel's; `fast` gives up durability for tests. Two commands
    that may start the same folder at once go through `servers.Servers`, which holds a lock around it.
    """

    def __init__(self, data: Path, *, bin_dir: Path | None = None, fast: bool = False) -> None:
        self.data = Path(data)
        self.cluster = self.data / "postgres"
        self.sockets = self.data / "run"
        self._bin_dir = bin_dir
        self._fast = fast
        self._account: system_users.Account | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def bin_dir(self) -> Path:
        """The folder of the programs (`psql`, `pg_dump`, `pgbench`): known once the server has been started or joined."""
        return self._bin_dir or programs.postgres(data=self.data, account=self._account)

    def start(self) -> None:
        """Start the server, or join it when it runs; make cluster, roles and database when they are missing. Ready on return.

        :raises command_error.CommandError: in one sentence, for whatever stands in the way
        """
        self.data = folders.claim(self.data)
        self.cluster, self.sockets = self.data / "postgres", self.data / "run"
        self._account = system_users.choose(folder=self.cluster)
        if self.running():
            self._make_database()
            return
        self._check_version()
        system_users.give(path=self.sockets, account=self._account)
        self.sockets.chmod(0o700)
        if not self.cluster.exists():
            self._make_cluster()
        self._end_left_overs()
        fast = tuning.fast(major=self._major) if self._fast else {}
        with folders.errors_as_sentences(self.data):
            configuration.write(cluster=self.cluster, sockets=self.sockets, fast=fast, account=self._account)
        self._launch()
        try:
            self._make_database()
        except BaseException:
            self.stop()
            raise

    def adopt_cluster(self, unpack: Callable[[Path], None]) -> None:
        """Take a cluster from elsewhere: `unpack` makes it in the new folder that it is given. Nothing is started.

        It has its place only when it is whole; what an earlier, killed call left is removed.

        :raises command_error.CommandError: in one sentence, for whatever stands in the way, and for whatever `unpack` raises
        """
        self.data = folders.claim(self.data)
        self.cluster, self.sockets = self.data / "postgres", self.data / "run"
        if self.cluster.exists():
            raise ValueError(f"{self.cluster} is there already")
        self._account = system_users.choose(folder=self.cluster)
        making = self.data / "postgres.new"
        with folders.errors_as_sentences(self.data):
            shutil.rmtree(making, ignore_errors=True)
            unpack(making)
            for path in [making, *making.rglob("*")]:
                system_users.give(path=path, account=self._account)
            making.rename(self.cluster)

    def stop(self) -> None:
        """End the server: open transactions are rolled back, everything committed is on disk. Nothing happens when it does not run."""
        pid = self.running()
        if pid:
            # INT is PostgreSQL's fast shutdown, QUIT its emergency exit (the log is replayed at the next start).
            steps = [(signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)]
            processes.end(pid=pid, folder=self.cluster, steps=steps, child=self._child)
        elif self._child is not None:
            self._child.wait()
        self._child = None

    def running(self) -> int | None:
        """Give the server's process id if it lives, whoever started it."""
        if self._child is not None:
            self._child.poll()
        try:
            pid = int((self.cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if processes.works_in(pid, self.cluster) else None

    def url(self, role: str = database_roles.APPLICATION, database: str = database_roles.DATABASE) -> str:
        """Give the address for DATABASE_URL (or, with role=roles.OWNER, for DATABASE_OWNER_URL)."""
        password = folders.secret(self.data, role)
        return f"postgresql://{role}:{password}@/{parse.quote(database)}?host={parse.quote(str(self.sockets))}"

    def owner_url(self, database: str = database_roles.DATABASE) -> str:
        """Give the address of the role that owns, migrates and provisions."""
        return self.url(database_roles.OWNER, database)

    def admin_url(self, database: str = "postgres") -> str:
        """Give the superuser's address: for tests and for looking after the server, never for the application."""
        return self.url(database_roles.SUPERUSER, database)

    def tools_environment(self, role: str, database: str = database_roles.DATABASE) -> dict[str, str]:
        """Give libpq's variables of a role, for PostgreSQL's own tools: words of a command can be read by everybody."""
        return {"PGHOST": str(self.sockets), "PGUSER": role, "PGPASSWORD": folders.secret(self.data, role), "PGDATABASE": database}

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database of the owner's, empty or as a copy of another one that nobody is connected to."""
        statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(database_roles.OWNER))
        if template is not None:
            # Copying files halves the wait of every test, but needs a checkpoint, which is dear where writes are made durable.
            strategy = "FILE_COPY" if self._fast else "WAL_LOG"
            statement += sql.SQL(" TEMPLATE {} STRATEGY {}").format(sql.Identifier(template), sql.SQL(strategy))
        with self._superuser() as cursor:
            cursor.execute(statement)
        if template is None:
            with self._superuser(name) as cursor:
                database_roles.grant(cursor=cursor, database=name)

    def drop_database(self, name: str) -> None:
        """Remove a database if it is there, ending the connections to it."""
        with self._superuser() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def recreate_database(self) -> None:
        """Drop the application's database with all that is in it, and make it again, empty."""
        self.drop_database(database_roles.DATABASE)
        self._make_database()

    def _check_version(self) -> None:
        folder = self.cluster if self.cluster.exists() else self.data
        line = system_users.try_once(program=self.bin_dir / "postgres", folder=folder, account=self._account)
        found = re.search(r"\) (\d+)", line)
        self._major = int(found.group(1)) if found else 0
        if not self.cluster.exists():
            return
        try:
            made_by = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        except OSError:
            raise folders.damaged(self.cluster) from None
        if made_by != str(self._major):
            raise command_error.CommandError(
                f"Data di {self.cluster} dibuat oleh PostgreSQL {made_by}, sedangkan ini PostgreSQL {self._major}; "
                "pakai rilis Pasarsama yang lama, atau folder lain dengan --data.",
                f"The data in {self.cluster} were made by PostgreSQL {made_by}, and this is PostgreSQL {self._major}; "
                "use the older release of Pasarsama, or another folder with --data.",
            )

    def _make_cluster(self) -> None:
        making = self.data / "postgres.new"
        with folders.errors_as_sentences(self.data):
            if making.exists():  # an earlier start was killed in the middle
                shutil.rmtree(making)
            making.mkdir(mode=0o700)
            system_users.give(path=making, account=self._account)
            password = self.sockets / "initdb.password"
            password.touch(mode=0o600)
            password.write_text(folders.secret(self.data, database_roles.SUPERUSER) + "\n", encoding="utf-8")
            system_users.give(path=password, account=self._account)
        locale = ["--locale=C.UTF-8"]
        if self._major >= _BUILTIN_LOCALE_SINCE:  # does not depend on the C library's version, so that indexes stay valid
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [str(self.bin_dir / "initdb"), "-D", str(making), "-U", database_roles.SUPERUSER, f"--pwfile={password}"]
        command += ["-A", "scram-sha-256", "-E", "UTF8", *locale, *(tuning.fast_initdb(major=self._major) if self._fast else [])]
        with folders.log(self.data, "postgres") as log:
            mark = log.tell()
            child = processes.launch(command=command, folder=making, log=log, account=self._account, environment=self._environment())
            status = child.wait()
        password.unlink()
        if status != 0:
            raise self._reason(mark)
        making.rename(self.cluster)

    def _end_left_overs(self) -> None:
        """End backends whose server was killed: they hold its shared memory, and a new server rightly refuses to start beside them."""
        for pid in processes.all_in(self.cluster):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not processes.wait(lambda: not processes.all_in(self.cluster), seconds=10):
            raise folders.damaged(self.cluster)
        if self._child is not None:
            self._child.wait()  # a server of ours that was killed keeps its number until somebody has asked how it ended
            self._child = None
        # The number in these files may be another program's by now (after a restart of the machine); PostgreSQL would see a server in it.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        for lock in self.sockets.glob(".s.PGSQL.*.lock"):
            lock.unlink(missing_ok=True)

    def _launch(self) -> None:
        with folders.log(self.data, "postgres") as log:
            mark = log.tell()
            self._child = processes.launch(
                command=[str(self.bin_dir / "postgres"), "-D", str(self.cluster)],
                folder=self.cluster,
                log=log,
                account=self._account,
                environment=self._environment(),
                signal_at_our_end=signal.SIGQUIT if self._fast else None,
            )
        processes.wait(lambda: self._child is None or self._child.poll() is not None or self._ready(), seconds=_READY_SECONDS)
        if self._child.poll() is not None:
            self._child = None
            raise self._reason(mark)

    def _ready(self) -> bool:
        with contextlib.suppress(OSError):
            lines = (self.cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n")
            return len(lines) > 7 and lines[7].strip() == "ready"
        return False

    def _make_database(self) -> None:
        with self._superuser() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database_roles.DATABASE])
            if cursor.fetchone():
                return
            database_roles.make(
                cursor=cursor,
                passwords={role: folders.secret(self.data, role) for role in (database_roles.OWNER, database_roles.APPLICATION)},
            )
        # Under another name first: a database of that name is one whose grants are complete.
        making = f"{database_roles.DATABASE}_new"
        self.drop_database(making)
        self.create_database(making)
        with self._superuser() as cursor:
            cursor.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(database_roles.DATABASE))
            )

    @contextlib.contextmanager
    def _superuser(self, database: str = "postgres") -> Iterator[Any]:
        connection = self._connect(database)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def _connect(self, database: str) -> Any:
        until = time.monotonic() + _READY_SECONDS
        while True:
            try:
                return psycopg2.connect(self.admin_url(database))
            except psycopg2.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise folders.damaged(self.data / "secrets.json") from None
                # A joined server may still be replaying its log.
                if not self.running() or "starting up" not in str(error) or time.monotonic() > until:
                    raise self._reason(0, message=str(error)) from None
                time.sleep(0.1)

    def _environment(self) -> dict[str, str]:
        return {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", os.defpath)}

    def _reason(self, mark: int, message: str = "") -> command_error.CommandError:
        return diagnostics.of_postgres(data=self.data, cluster=self.cluster, mark=mark, message=message)


@contextlib.contextmanager
def throwaway(*, bin_dir: Path | None = None) -> Iterator[Postgres]:
    """Give a running server in a folder of its own below the temporary folder, without durability; all of it is gone afterwards.

    It dies with this process even when that is killed. PASARSAMA_TEST_POSTGRES names the programs of another PostgreSQL.
    """
    named = os.environ.get("PASARSAMA_TEST_POSTGRES", "").strip()
    folder = Path(tempfile.mkdtemp(prefix="pasarsama-"))
    folder.chmod(0o755)  # when root runs the tests, the server's user passes through
    server = Postgres(folder, bin_dir=bin_dir or (Path(named) if named else None), fast=True)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
