"""What a village's export says of itself, and the check that its files are still what it says. SQL from a folder is never run."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from tenants import codes, errors, private_files
from tenants.schemas import migration_state

MANIFEST, TABLES, PICTURES = "isi.json", "tabel", "gambar"
FORMAT = 2


class NoVillageFolder(errors.DomainError):
    """The folder is no export of a village."""

    kind = errors.Kind.INVALID
    code = "no-village-folder"
    sentence = gettext_noop("Di folder %(folder)s tidak ada data desa: `pasarsama villages export` yang membuatnya.")


class VillageFolderDamaged(errors.DomainError):
    """A file of the folder is missing, too many, or of another content than its manifest says."""

    kind = errors.Kind.INVALID
    code = "village-folder-damaged"
    sentence = gettext_noop("Folder ini rusak: %(name)s hilang, berlebih, atau isinya lain. Pakai salinan yang lain.")


class VillageFolderOfOtherRelease(errors.DomainError):
    """The folder was written in a form, or has migrations, that this release does not know."""

    kind = errors.Kind.CONFLICT
    code = "village-folder-of-other-release"
    sentence = gettext_noop("Folder ini dibuat oleh rilis lain (%(what)s). Pulihkan dengan rilis itu, atau dengan yang lebih baru.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class VillageFolder:
    """An export's facts. `joined_at` tells the village's membership in one federation from that in another; `tables` has the columns of
    each of its tables, in an order in which they can be filled; `rows` the number of rows by file."""

    code: codes.VillageCode
    name: str
    slug: str
    state: str
    joined_at: datetime
    exported_at: datetime
    migrations: tuple[migration_state.Migration, ...]
    tables: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, int]
    seal_sha256: str | None


def write(*, folder: Path, of: VillageFolder) -> None:
    """Write the manifest of all files that are in a folder."""
    values = {**dataclasses.asdict(of), "format": FORMAT, "sha256": {name: _sha256(path) for name, path in _files(folder).items()}}
    with private_files.create(folder / MANIFEST) as file:
        json.dump(values, file, indent=1, ensure_ascii=False, default=datetime.isoformat)
        file.write("\n")


def read(*, folder: Path) -> VillageFolder:
    """The facts of an export whose every file is what its manifest says.

    :raises NoVillageFolder: if the folder holds none
    :raises VillageFolderDamaged: naming the first file that is missing, too many or of another content
    :raises VillageFolderOfOtherRelease: if this release cannot read it
    """
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError:
        raise NoVillageFolder(folder=folder) from None
    except ValueError:
        raise VillageFolderDamaged(name=MANIFEST) from None
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise VillageFolderOfOtherRelease(what=MANIFEST)
    try:
        kept, digests = _facts(values), dict(values["sha256"])
    except (KeyError, TypeError, ValueError, AttributeError, errors.DomainError):
        raise VillageFolderDamaged(name=MANIFEST) from None
    there = _files(folder)
    wanted = {f"{TABLES}/{table}.copy" for table in kept.tables}
    for name in sorted((there.keys() ^ digests.keys()) | (wanted - digests.keys())):
        raise VillageFolderDamaged(name=name)
    for name, path in there.items():
        if _sha256(path) != digests[name]:
            raise VillageFolderDamaged(name=name)
    unknown = [f"{app}.{name}" for app, name in kept.migrations if (app, name) not in migration_state.wanted()]
    if unknown:
        raise VillageFolderOfOtherRelease(what=unknown[0])
    return kept


def _facts(values: dict[str, Any]) -> VillageFolder:
    return VillageFolder(
        code=codes.checked(text=values["code"]),
        name=str(values["name"]),
        slug=str(values["slug"]),
        state=str(values["state"]),
        joined_at=datetime.fromisoformat(values["joined_at"]),
        exported_at=datetime.fromisoformat(values["exported_at"]),
        migrations=tuple((str(app), str(name)) for app, name in values["migrations"]),
        tables={str(table): tuple(map(str, names)) for table, names in values["tables"].items()},
        rows={str(name): int(number) for name, number in values["rows"].items()},
        seal_sha256=values["seal_sha256"],
    )


def _files(folder: Path) -> dict[str, Path]:
    """The files below a folder but its manifest, by their paths in it. A link counts as itself: what it leads to is not of the folder."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in paths if path != folder / MANIFEST}


def _sha256(path: Path) -> str:
    if path.is_symlink():
        return ""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
