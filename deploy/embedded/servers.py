"""Both servers for one command: started or joined, kept alive, and stopped by the last command that leaves.

Each command holds a shared lock on DATA/users.lock as long as it needs the servers. Who leaves tries for the exclusive lock: getting it
means nobody else is there. The kernel drops the lock of a killed command, so servers it left behind are stopped by the next one's end.
"""

import fcntl
from collections.abc import Collection
from pathlib import Path
from typing import IO

from deploy.console import command_error
from deploy.embedded import folders, postgres, valkey

_STARTING = "servers.lock"
_USERS = "users.lock"


class Servers:
    """The embedded servers of one data folder, both or one of them. Also a context manager."""

    def __init__(self, data: Path, *, with_postgres: bool = True, with_valkey: bool = True) -> None:
        self.data = data
        self.postgres = postgres.Postgres(data) if with_postgres else None
        self.valkey = valkey.Valkey(data) if with_valkey else None
        self._users: IO[str] | None = None

    def __enter__(self) -> "Servers":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start or join both. Ready on return.

        :raises command_error.CommandError: in one sentence, for whatever stands in the way
        """
        self.data = folders.claim(self.data)
        with folders.errors_as_sentences(self.data), folders.locked(self.data / _STARTING):
            if self._users is None:
                users = open(self.data / _USERS, "a", encoding="utf-8")  # noqa: SIM115 - held until stop()
                fcntl.flock(users, fcntl.LOCK_SH)
                self._users = users
            try:
                for server in self._each():
                    server.start()
            except BaseException:
                self._leave()
                raise

    def stop(self) -> None:
        """Leave; whoever leaves last stops both."""
        if self._users is None:
            return
        with folders.locked(self.data / _STARTING):
            self._leave()

    def clear(self, *, keep: Collection[str] = ()) -> None:
        """Stop what a killed command left running and remove all data of the folder, but for locks and the files to `keep`.

        :raises command_error.CommandError: if another command is using the servers
        """
        with folders.locked(self.data / _STARTING), open(self.data / _USERS, "a", encoding="utf-8") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise command_error.CommandError(
                    f"Perintah lain masih memakai {self.data}; tunggu atau hentikan dahulu.",
                    f"Another command still uses {self.data}; wait for it or stop it first.",
                ) from None
            for server in reversed(self._each()):
                server.stop()
            folders.empty(self.data, keep=(_STARTING, _USERS, *keep))

    def has_other_users(self) -> bool:
        """Whether another command needs these servers at this moment. To be asked by one that has started or joined them."""
        if self._users is None:
            raise ValueError("not started")
        with folders.locked(self.data / _STARTING):
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            finally:
                fcntl.flock(self._users, fcntl.LOCK_SH)
        return False

    def require_alone(self) -> None:
        """Nothing, if no other command needs these servers; asked like has_other_users.

        :raises command_error.CommandError: if one does
        """
        if self.has_other_users():
            raise command_error.CommandError(
                f"Perintah lain masih memakai {self.data} (serve atau worker); hentikan dahulu, lalu ulangi.",
                f"Another command still uses {self.data} (serve or worker); stop it first, then try again.",
            )

    def dead(self) -> list[str]:
        """Give the names of what does not run any more."""
        return [type(server).__name__ for server in self._each() if not server.running()]

    def revive(self) -> list[str]:
        """Start again what has died, and give the names of it. To be called now and then by whoever keeps things running.

        :raises command_error.CommandError: if it does not start again
        """
        dead = self.dead()
        if dead:
            self.start()
        return dead

    def environment(self) -> dict[str, str]:
        """Give the variables by which settings find these servers."""
        found: dict[str, str] = {}
        if self.postgres is not None:
            found |= {"DATABASE_URL": self.postgres.url(), "DATABASE_OWNER_URL": self.postgres.owner_url()}
        if self.valkey is not None:
            found |= {"BROKER_URL": self.valkey.url()}
        return found

    def _each(self) -> list[postgres.Postgres | valkey.Valkey]:
        return [server for server in (self.postgres, self.valkey) if server is not None]

    def _leave(self) -> None:
        if self._users is None:
            return
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            for server in reversed(self._each()):
                server.stop()
        self._users.close()
        self._users = None
