"""One village's rows in a folder that a person can keep: exact SQL to restore from, and CSV files to read.

A village's share of the shared tables is named by the apps that own them, in their AppConfig: a name and a SELECT about one village.

    village_exports = {"pesanan": "SELECT ... FROM federation_sellerorder WHERE seller = %(village)s ORDER BY id"}
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from tenants import activity_log, codes, errors, models, private_files, villages
from tenants.acts import Act
from tenants.db import context
from tenants.people import permissions
from tenants.people.permissions import Permission
from tenants.schemas import schema_template

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
    for part in (making, making / "desa", making / "bersama"):
        part.mkdir(mode=0o700)
    rows = _write(village, making, progress or _silently)
    head = models.Village.objects.values_list("migration_head", flat=True).get(code=code)
    with private_files.create(making / "BACA-SAYA.txt") as file:
        file.write(_README.format(name=village.name, code=code, at=act.at.isoformat(timespec="seconds")))
    manifest = {
        "village": {"code": code, "name": village.name, "slug": village.slug, "state": village.state, "migration_head": head},
        "exported_at": act.at.isoformat(),
        "seal_sha256": seal_sha256,
        "rows": rows,
        "sha256": {str(path.relative_to(making)): _sha256(path) for path in sorted(making.rglob("*")) if path.is_file()},
    }
    with private_files.create(making / "isi.json") as file:
        file.write(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    if folder.exists():
        folder.rmdir()
    making.rename(folder)
    activity_log.record(action="village.exported", subject_id=code, act=act)
    return Exported(folder=folder, rows=rows)


def _write(village: villages.VillageInfo, making: Path, progress: Progress) -> dict[str, int]:
    shared = {name: query for config in apps.get_app_configs() for name, query in getattr(config, "village_exports", {}).items()}
    schema, rows = codes.schema_of(village.code), {}
    with context.public(), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")  # every table as of one moment
        plan = schema_template.read(schema=schema, stamps=False, empty=False)
        total = len(plan.tables) + len(shared)
        with private_files.create(making / "desa.sql") as sql:
            quoted = connection.ops.quote_name(schema)
            sql.write(f"-- {village.name} ({village.code}). psql -f desa.sql\nBEGIN;\n")
            sql.write(f"CREATE SCHEMA {quoted};\nSET search_path = {quoted}, public;\n")
            sql.write(plan.tables_ddl)
            for number, table in enumerate(plan.tables):
                progress(number, total, table)
                source = f"{quoted}.{connection.ops.quote_name(table)}"
                sql.write(f"COPY {connection.ops.quote_name(table)} FROM stdin;\n")
                cursor.copy_expert(f"COPY {source} TO STDOUT", sql)
                sql.write("\\.\n")
                rows[f"desa/{table}"] = _csv(cursor, f"SELECT * FROM {source}", making / "desa" / f"{table}.csv")  # noqa: S608 - quoted
            sql.write(plan.keys_ddl + _counters(cursor, schema) + "COMMIT;\n")
        for number, (name, query) in enumerate(sorted(shared.items()), start=len(plan.tables)):
            progress(number, total, name)
            statement = cursor.mogrify(query, {"village": village.code}).decode()
            rows[f"bersama/{name}"] = _csv(cursor, statement, making / "bersama" / f"{name}.csv")
    progress(total, total, "")
    return rows


def _counters(cursor: Any, schema: str) -> str:
    """Statements that let restored identity columns count on from where they were."""
    cursor.execute(
        "SELECT format('SELECT setval(pg_get_serial_sequence(%%L, %%L), coalesce(max(%%I), 1)) FROM %%I;\n',"
        " quote_ident(table_name), column_name, column_name, table_name)"
        " FROM information_schema.columns WHERE table_schema = %s AND is_identity = 'YES' ORDER BY 1",
        [schema],
    )
    return "".join(text for (text,) in cursor.fetchall())


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


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


_README = """\
Pasarsama: data desa {name} ({code}), diambil {at}.

desa/      isi toko desa ini, satu berkas CSV per tabel: barang, stok, pesanan, ...
bersama/   bagian desa ini dari tabel bersama: petugas, jejak, pesanan lintas desa, buku besar, ...
desa.sql   isi desa/ persis seperti di basis data; psql -f desa.sql memulihkannya ke skema kosong di PostgreSQL
isi.json   jumlah baris tiap tabel, sidik jari (sha256) tiap berkas, dan segel terbaru buku besar; rantai segelnya bersama/segel.csv

Berkas CSV berbahasa UTF-8 dan dapat dibuka dengan LibreOffice atau Excel. Tanda ' di depan sel menjaga agar isinya tidak dihitung
sebagai rumus. Di dalamnya ada nama, nomor HP dan alamat orang: simpan baik-baik, jangan disebarkan.

---
Pasarsama: the data of the village {name} ({code}), taken {at}.

desa/      what is in this village's shop, one CSV file per table: products, stock, orders, ...
bersama/   its share of the shared tables: staff, activity log, orders across villages, ledger, ...
desa.sql   desa/ exactly as in the database; psql -f desa.sql restores it into an empty schema of PostgreSQL
isi.json   the number of rows of each table, the fingerprint (sha256) of each file, and the ledger's newest seal (all: bersama/segel.csv)

A ' before a cell keeps a spreadsheet from computing it. Names, phone numbers and addresses of people are inside: keep it safe.
"""
