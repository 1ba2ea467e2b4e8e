"""One village's rows in a folder that a person can keep: exact copies to restore from, CSV files to read, and its pictures.

A village's share of the shared tables is named by the apps that own them, in their AppConfig: a name and a SELECT about one village.

    village_exports = {"pesanan": "SELECT ... FROM federation_sellerorder WHERE seller = %(village)s ORDER BY id"}
"""

from __future__ import annotations

import csv
import dataclasses
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from tenants import activity_log, codes, errors, models, private_files, villages
from tenants.acts import Act
from tenants.db import context
from tenants.people import permissions
from tenants.people.permissions import Permission
from tenants.schemas import migration_state, schema_template, village_folder

Progress = Callable[[int, int, str], None]  # done, total, table

_READS_AS_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


class FolderNotEmpty(errors.DomainError):
    """The folder holds something already."""

    kind = errors.Kind.CONFLICT
    code = "export-folder-not-empty"
    sentence = gettext_noop("Folder %(folder)s sudah berisi. Pilih folder yang belum ada.")


@dataclasses.dataclass(frozen=True)
class Exported:
    """Where the export stands, and how many rows it has by table."""

    folder: Path
    rows: dict[str, int]


def export(*, code: str, folder: Path, act: Act, progress: Progress | None = None, seal_sha256: str | None = None) -> Exported:
    """Write a village's schema and its share of the shared tables, all of one moment, into a new folder. Runs as the owner.

    The folder appears under its name only when it is complete. `seal_sha256` is the newest seal of the ledger, for whoever keeps it.

    :raises villages.UnknownVillage: if there is none
    :raises FolderNotEmpty: if the folder holds something
    :raises permissions.Forbidden: unless `act.by` exports villages
    """
    permissions.require(act.by, Permission.EXPORT_VILLAGES, codes.FEDERATION)
    village = villages.by_code(code=code)
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(folder=folder)
    making = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    making.parent.mkdir(parents=True, exist_ok=True)
    for part in (making, making / "desa", making / "bersama", making / village_folder.TABLES):
        part.mkdir(mode=0o700)
    rows, tables = _write(village, making, progress or _silently)
    _copy_pictures(code, making / village_folder.PICTURES)
    with private_files.create(making / "BACA-SAYA.txt") as file:
        file.write(_README.format(name=village.name, code=code, at=act.at.isoformat(timespec="seconds")))
    joined_at = models.Village.objects.values_list("created_at", flat=True).get(code=code)
    village_folder.write(
        folder=making,
        of=village_folder.VillageFolder(
            code=village.code,
            name=village.name,
            slug=village.slug,
            state=village.state,
            joined_at=joined_at,
            exported_at=act.at,
            migrations=tuple(sorted(migration_state.applied(schema=codes.schema_of(code)))),
            tables=tables,
            rows=rows,
            seal_sha256=seal_sha256,
        ),
    )
    if folder.exists():
        folder.rmdir()
    making.rename(folder)
    activity_log.record(action="village.exported", subject_id=code, act=act)
    return Exported(folder=folder, rows=rows)


def _write(village: villages.VillageInfo, making: Path, progress: Progress) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """Write the rows; gives their number by file, and the columns of each of the village's tables."""
    shared = {name: query for config in apps.get_app_configs() for name, query in getattr(config, "village_exports", {}).items()}
    schema, rows = codes.schema_of(village.code), {}
    with context.public(), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")  # every table as of one moment
        tables = {table: names for table, names in schema_template.columns(schema=schema).items() if table != "django_migrations"}
        total = len(tables) + len(shared)
        for number, (table, names) in enumerate(tables.items()):
            progress(number, total, table)
            quote = connection.ops.quote_name
            source, columns = f"{quote(schema)}.{quote(table)}", ", ".join(map(quote, names))
            with private_files.create(making / village_folder.TABLES / f"{table}.copy") as file:
                cursor.copy_expert(f"COPY {source} ({columns}) TO STDOUT", file)
            rows[f"desa/{table}"] = _csv(cursor, f"SELECT * FROM {source}", making / "desa" / f"{table}.csv")  # noqa: S608 - quoted
        for number, (name, query) in enumerate(sorted(shared.items()), start=len(tables)):
            progress(number, total, name)
            statement = cursor.mogrify(query, {"village": village.code}).decode()
            rows[f"bersama/{name}"] = _csv(cursor, statement, making / "bersama" / f"{name}.csv")
    progress(total, total, "")
    return rows, tables


def _copy_pictures(code: str, target: Path) -> None:
    """Copy the village's pictures, after its rows: what was added meanwhile is too many, never missing."""
    target.mkdir(mode=0o700)
    source = Path(settings.MEDIA_ROOT) / code
    for path in sorted(source.glob("*.webp")) if source.is_dir() else []:
        shutil.copyfile(path, target / path.name)
        (target / path.name).chmod(private_files.MODE)


def _csv(cursor: Any, query: str, path: Path) -> int:
    """Write a query's rows for a spreadsheet, and give their number. No cell can act as a formula there."""
    number = -1
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", newline="", dir=path.parent) as raw,
        private_files.create(path, encoding="utf-8-sig") as file,  # the mark tells spreadsheets that it is UTF-8
    ):
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)", raw)
        raw.seek(0)
        writer = csv.writer(file)
        for cells in csv.reader(raw):
            writer.writerow([_harmless(cell) for cell in cells])
            number += 1
    return number


def _harmless(cell: str) -> str:
    return f"'{cell}" if _READS_AS_FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


_README = """\
Pasarsama: data desa {name} ({code}), diambil {at}.

desa/      isi toko desa ini, satu berkas CSV per tabel: barang, stok, pesanan, ...
bersama/   bagian desa ini dari tabel bersama: petugas, jejak, pesanan lintas desa, buku besar, ...
tabel/     isi desa/ persis seperti di basis data; `pasarsama villages restore` memulihkan dari sini, bukan dari desa/
gambar/    foto barang
isi.json   jumlah baris tiap tabel, sidik jari (sha256) tiap berkas, dan segel terbaru buku besar; rantai segelnya bersama/segel.csv

Berkas CSV berbahasa UTF-8 dan dapat dibuka dengan LibreOffice atau Excel. Tanda ' di depan sel menjaga agar isinya tidak dihitung
sebagai rumus. Di dalamnya ada nama, nomor HP dan alamat orang: simpan baik-baik, jangan disebarkan.

---
Pasarsama: the data of the village {name} ({code}), taken {at}.

desa/      what is in this village's shop, one CSV file per table: products, stock, orders, ...
bersama/   its share of the shared tables: staff, activity log, orders across villages, ledger, ...
tabel/     desa/ exactly as in the database; `pasarsama villages restore` restores from here, not from desa/
gambar/    pictures of products
isi.json   the number of rows of each table, the fingerprint (sha256) of each file, and the ledger's newest seal (all: bersama/segel.csv)

A ' before a cell keeps a spreadsheet from computing it. Names, phone numbers and addresses of people are inside: keep it safe.
"""
