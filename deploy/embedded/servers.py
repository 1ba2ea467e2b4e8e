"""Both servers for one command: started or joined, kept alive, and stopped by the last command that leaves.

Each command holds a shared lock on DATA/users.lock as long as it needs the servers. Who leaves tries for the exclusive lock: getting it
means nobody else is there. The kernel drops the lock of a killed command, so servers it left behind are stopped by the next one's end.
"""

import fcntl
from pathlib import Path
from typing import IO

from deploy.embedded import folders, postgres, valkey


class Servers:
    """The embedded PostgreSQL and Valkey of one data folder. Also a context manager."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.postgres = postgres.Postgres(data)
        self.valkey = valkey.Valkey(data)
        self._users: IO[str] | None = None

    def __enter__(self) -> "Servers":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start or join both. Ready on return.

        :raises trouble.Trouble: in one sentence, for whatever stands in the way
        """
        self.data = folders.claim(self.data)
        with folders.speaking(self.data), folders.locked(self.data / "servers.lock"):
            if self._users is None:
                users = open(self.data / "users.lock", "a", encoding="utf-8")  # noqa: SIM115 - held until stop()
                fcntl.flock(users, fcntl.LOCK_SH)
                self._users = users
            try:
                self.postgres.start()
                self.valkey.start()
            except BaseException:
                self._leave()
                raise

    def stop(self) -> None:
        """Leave; whoever leaves last stops both."""
        if self._users is None:
            return
        with folders.locked(self.data / "servers.lock"):
            self._leave()

    def revive(self) -> list[str]:
        """Start again what has died, and give the names of it. To be called now and then by whoever keeps things running.

        :raises trouble.Trouble: if it does not start again
        """
        dead = [name for name, server in (("PostgreSQL", self.postgres), ("Valkey", self.valkey)) if not server.running()]
        if dead:
            self.start()
        return dead

    def environment(self) -> dict[str, str]:
        """Give the variables by which settings find the servers and the folder."""
        return {
            "DATABASE_URL": self.postgres.url(),
            "DATABASE_OWNER_URL": self.postgres.owner_url(),
            "BROKER_URL": self.valkey.url(),
            "PASARSAMA_DATA": str(self.data),
        }

    def _leave(self) -> None:
        if self._users is None:
            return
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            self.valkey.stop()
            self.postgres.stop()
        self._users.close()
        self._users = None
