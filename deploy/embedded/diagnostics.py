"""What PostgreSQL complains of when it does not start, as a sentence for whoever started it."""

import re
from pathlib import Path

from deploy.console import command_error
from deploy.embedded import folders

_FULL = re.compile(r"No space left on device|Disk quota exceeded")
_LEFT_OVER = re.compile(r"pre-existing shared memory block|lock file \".*\" already exists|Is another postmaster")
_DENIED = re.compile(r"Permission denied|Read-only file system")


def of_postgres(*, data: Path, cluster: Path, mark: int, message: str = "") -> command_error.CommandError:
    """Turn an error of the server of `cluster` into a sentence: `message`, or else what its log holds since the position `mark` (bytes)."""
    path = data / "logs" / "postgres.log"
    if not message:
        with open(path, "rb") as file:
            file.seek(mark)
            message = file.read().decode("utf-8", "replace")
    if _FULL.search(message):
        return folders.full(data)
    if _LEFT_OVER.search(message):
        return command_error.CommandError(
            f"PostgreSQL lain sudah memakai {cluster}; hentikan dahulu.",
            f"Another PostgreSQL already uses {cluster}; stop it first.",
        )
    if _DENIED.search(message):
        return folders.unwritable(cluster)
    if cluster.exists():
        return command_error.CommandError(
            f"PostgreSQL tidak dapat memakai data di {cluster}: datanya rusak (lihat {path}). Kembalikan dari cadangan, "
            "atau mulai dari awal dengan `pasarsama demo --fresh`.",
            f"PostgreSQL cannot use the data in {cluster}: they are damaged (see {path}). Restore a backup, "
            "or begin again with `pasarsama demo --fresh`.",
        )
    last = (message.strip().splitlines() or ["?"])[-1]
    return command_error.CommandError(f"PostgreSQL tidak dapat disiapkan: {last}", f"PostgreSQL could not be prepared: {last}")
