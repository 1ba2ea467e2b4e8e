"""Desa anggota: tambah, impor, daftar, migrasi, ekspor, pulihkan. Villages: add, import, list, migrate, close, export and restore them.

  pasarsama villages add 34.02.15.2004 Panggungharjo
  pasarsama villages import desa.csv          kode,nama[,slug]; bad lines are listed with their reason, the rest goes on
  pasarsama villages migrate --jobs 4         skips villages at the head, goes on after a failure, lists what failed
  pasarsama villages export 34.02.15.2004     a folder to keep: CSV files, exact copies and pictures
  pasarsama villages restore FOLDER           a village that was lost or damaged, from its export; or a new member from another federation

Every one of them may be stopped and run again. They work as the role of DATABASE_OWNER_URL.
"""

import argparse
import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.cli.support import environment, typed
from deploy.console import command_error, question, screen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, help_text: str, run_it: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        chosen = actions.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        environment.add_arguments(chosen)
        chosen.set_defaults(run_it=run_it)
        return chosen

    add = action("add", "provision one village, or finish one that was left half made", _add)
    add.add_argument("code", metavar="KODE", help="kode wilayah, like 34.02.15.2004; 34.02.15.9001 for a joint enterprise")
    add.add_argument("name", metavar="NAMA")
    add.add_argument("--slug", default="", help="its name in paths; made of the name by default")
    read = action("import", "provision every village of a CSV file (kode,nama[,slug])", _import)
    read.add_argument("file", metavar="FILE", type=Path)
    show = action("list", "list the villages with their state and whether they are at the head", _list)
    show.add_argument("--json", action="store_true", help="one JSON array instead of a table")
    bring = action("migrate", "bring public, template and every village to the newest migrations", _migrate)
    bring.add_argument("--jobs", type=typed.PROCESSES, default=None, metavar="N", help="parallel processes; one per core by default")
    for name, help_text in (
        ("suspend", "close a village's shop to buyers; its back office stays open"),
        ("resume", "open a suspended shop again"),
        ("archive", "take a village out for good: read only, never dropped"),
    ):
        move = action(name, help_text, _move)
        move.add_argument("code", metavar="KODE")
        move.add_argument("--reason", required=True, metavar="TEXT", help="stands in the activity log")
        if name == "archive":
            move.add_argument("--yes", action="store_true", help="do not ask: it cannot be undone")
    keep = action("export", "write a village's schema and its share of the shared tables to a folder", _export)
    keep.add_argument("code", metavar="KODE")
    keep.add_argument("--to", type=Path, default=None, metavar="DIR", help="a folder that does not exist yet; default ./SLUG-KODE")
    back = action("restore", "bring a lost or damaged village back from its export, or take it along from another federation", _restore)
    back.add_argument("folder", metavar="FOLDER", type=typed.folder, help="what `villages export` made")


def run(arguments: argparse.Namespace) -> int:
    may_create = arguments.action == "migrate"
    with (
        environment.started(data=arguments.data, as_owner=True, may_create=may_create),
        environment.refusals_in_one_line(status=command_error.WRONG_USE),
    ):
        if not may_create:
            environment.require_tables()
        return int(arguments.run_it(arguments))


def _add(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import acts
    from tenants.schemas import provisioning

    made = provisioning.provision(
        code=arguments.code, name=arguments.name, slug=arguments.slug, act=acts.by_command_line(at=timezone.now())
    )
    print(f"{made.code} /desa/{made.slug}/ " + ("siap / ready" if made.new else "sudah ada / was there already"))
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import acts
    from tenants.schemas import import_villages

    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise command_error.CommandError(
            f"{arguments.file} tidak dapat dibaca: {reason}", f"{arguments.file} cannot be read: {reason}", status=command_error.WRONG_USE
        ) from None
    with _bar() as bar:
        result = import_villages.import_csv(data=data, act=acts.by_command_line(at=timezone.now()), progress=bar)
    for row in result.bad:
        print(f"{arguments.file}:{row.line}: {row.reason}")
    print(
        f"{result.made} desa dibuat, {result.there} sudah ada, {len(result.bad)} baris salah, {result.above} baris bukan desa.\n"
        f"{result.made} villages made, {result.there} were there, {len(result.bad)} bad lines, {result.above} lines about larger areas."
    )
    return command_error.FAILED if result.bad else 0


def _list(arguments: argparse.Namespace) -> int:
    from tenants import codes, models
    from tenants.schemas import migration_state

    newest = migration_state.current()
    rows = [
        {"code": code, "slug": slug, "name": name, "joint": codes.is_joint(code=code), "state": state, "at_head": head == newest}
        for code, slug, name, state, head in models.Village.objects.order_by("code").values_list(
            "code", "slug", "name", "state", "migration_head"
        )
    ]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    width = max((len(str(row["slug"])) for row in rows), default=0)
    for row in rows:
        marks = "" if row["at_head"] else "tertinggal / lags  "
        marks += "usaha bersama / joint  " if row["joint"] else ""
        print(f"{row['code']}  {row['slug']:<{width}}  {row['state']:<11}  {marks}{row['name']}")
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    return bring_to_head(jobs=arguments.jobs)


def bring_to_head(*, jobs: int | None) -> int:
    """Migrate public, template and every village, print what was done, and give the exit status. Django is set up, as the owner."""
    from tenants.schemas import migrate_all

    with _bar() as bar:
        result = migrate_all.migrate_all(jobs=jobs, progress=bar)
    for failed in result.failed:
        print(f"{failed.village_code}: {failed.reason}")
    print(
        f"{len(result.done)} desa dimigrasi, {result.at_head} sudah terbaru, {len(result.failed)} gagal.\n"
        f"{len(result.done)} villages migrated, {result.at_head} were at the head, {len(result.failed)} failed."
    )
    return command_error.FAILED if result.failed else 0


def _move(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import acts, villages

    if arguments.action == "archive":
        _ask_before_archiving(arguments)
    move = {"suspend": villages.suspend, "resume": villages.resume, "archive": villages.archive}[arguments.action]
    move(code=arguments.code, act=acts.by_command_line(at=timezone.now(), reason=arguments.reason))
    print(f"{arguments.code}: {arguments.action}")
    return 0


def _ask_before_archiving(arguments: argparse.Namespace) -> None:
    from federation.members import belongings
    from tenants import villages

    village = villages.by_code(code=arguments.code)
    its = belongings.of(village_code=village.code)
    question.must_be_sure(
        sentence=f"{village.name} ({village.code}), {its.goods} barang dan {its.orders} pesanan, diarsipkan untuk selamanya.",
        english=f"{village.name} ({village.code}), with {its.goods} goods and {its.orders} orders, is archived for good.",
        sure=arguments.yes,
    )


def _export(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from settlement.seals import seals
    from tenants import acts, villages
    from tenants.schemas import export_village

    village = villages.by_code(code=arguments.code)
    folder = arguments.to or Path(f"{village.slug}-{village.code}")
    with _bar() as bar:
        head = seals.head()
        result = export_village.export(
            code=village.code, folder=folder, act=acts.by_command_line(at=timezone.now()), progress=bar, seal_sha256=head
        )
    print(f"{result.folder}: {sum(result.rows.values())} baris / rows")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import acts
    from tenants.schemas import restore_village

    with _bar() as bar:
        act = acts.by_command_line(at=timezone.now())
        result = restore_village.restore(folder=arguments.folder.absolute(), act=act, now=timezone.now, progress=bar)
    print(f"{result.code}: {sum(result.rows.values())} baris / rows, {result.pictures} foto / pictures")
    for name, (indonesian, english) in _FOUND.items():
        if number := result.found.get(name):
            print(f"- {number} {indonesian} / {english}")
    if result.put_aside:
        print(f"Tabel yang rusak tetap ada, tertutup / the damaged tables stay, closed: {result.put_aside}")
    return 0


# What a restore counts, in words.
_FOUND = {
    "orders": ("pesanan dibuat lagi dari catatan bersama", "orders made again from the shared rows"),
    "unknown_orders": (
        "pesanan di folder tidak dikenal pasar ini, jadi tidak ikut",
        "orders of the folder that this market does not know",
    ),
    "goods": ("barang dibuat lagi", "goods made again"),
    "consignors": (
        "penitip dibuat lagi: isi bagian BUMDes, lalu jual lagi barangnya",
        "consignors made again: enter their margin, then put their goods on sale",
    ),
    "to_count": ("barang perlu dihitung stoknya", "goods whose stock is to be counted"),
}


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[int, int, str], None]]:
    bar = screen.Bar()
    try:
        yield lambda done, total, what: bar(done, total, "desa / villages")
    finally:
        bar.close()
