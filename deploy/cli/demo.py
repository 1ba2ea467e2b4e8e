"""Menyalakan pasar contoh dengan sepuluh desa. Starts the demonstration market of ten villages.

The first start makes the federation of Bantul with its goods and a summer of purchases, which takes about a minute; later starts take
seconds. Everything stands in one folder (--data). Ctrl-C ends all of it; nothing is lost when it is killed.

Whoever approves needs a one-time code beside the password. `pasarsama demo --code` shows the one of this moment, as the phone of the
demonstration's approver would.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from deploy.backup import restore_state
from deploy.cli import serve
from deploy.cli.support import environment, signals, typed
from deploy.console import command_error, screen
from deploy.demo import first_start
from deploy.embedded import folders, servers
from deploy.supervision import market_processes, preflight, supervise

_HOST = "127.0.0.1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    environment.add_arguments(parser)
    parser.add_argument("--port", type=typed.PORT, default=8000, help="port of the web pages; default %(default)s")
    parser.add_argument("--full", action="store_true", help="3,800 products and 4,600 purchases instead of 1,200 and 600")
    parser.add_argument(
        "--fresh", action="store_true", help="remove the folder's demonstration first and make it again (never a market of your own)"
    )
    parser.add_argument("--code", action="store_true", help="only show the approver's one-time code of this moment")


def run(arguments: argparse.Namespace) -> int:
    signals.end_like_ctrl_c()
    if arguments.code:
        return _show_code(data=(arguments.data or folders.default()).expanduser())
    data = folders.claim(arguments.data or folders.default())
    address = f"http://{_HOST}:{arguments.port}/"
    with serve.only_market(data=data, about=address):
        serve.need_port(host=_HOST, port=arguments.port)
        if arguments.fresh:
            _clear(data)
        screen.say(f"Basis data dan antrean di {data} ... / database and queue ...")
        with serve.started(data=data) as installation:
            if first_start.read(data) is None:
                screen.say("Menyiapkan pasar contoh (sekali saja) ... / making the demonstration (once) ...")
            record = first_start.ensure(data=data, machines=installation.servers, full=arguments.full)
            screen.say("Membuka pasar ... / opening the market ...")
            preflight.run()
            _serve(installation=installation, port=arguments.port, record=record)
        screen.say("Pasar ditutup. / The market is closed.")
    return 0


def _clear(data: Path) -> None:
    """Remove the demonstration that the folder holds; somebody's own market is never removed."""
    restore_state.refuse(data=data)
    if first_start.is_begun(data):
        return  # the first start looks what is there, and begins again from an empty database
    if folders.has_database(data) and not first_start.is_demonstration(data):
        raise command_error.CommandError(
            f"Folder {data} berisi pasar yang bukan pasar contoh, jadi --fresh tidak menghapusnya; pilih folder lain dengan --data.",
            f"The folder {data} holds a market that is no demonstration, so --fresh does not remove it; choose another with --data.",
            status=command_error.WRONG_USE,
        )
    servers.Servers(data).clear(keep=(serve.LOCK,))
    folders.claim(data)


def _serve(*, installation: environment.Installation, port: int, record: first_start.Record) -> None:
    logs = {name: folders.log(installation.data, name) for name in ("web", "worker", "beat")}
    children = [
        market_processes.web(host=_HOST, port=port, workers=market_processes.web_workers(), log=logs["web"]),
        market_processes.beat(log=logs["beat"]),
        market_processes.worker(concurrency=1, log=logs["worker"]),
    ]
    upkeep = serve.Upkeep(installation, backs_up=True)
    supervisor = supervise.Supervisor(children, say=screen.report, record=installation.data / serve.RECORD, look=upkeep.look)
    try:
        supervisor.run(
            ready=lambda: _welcome(address=f"http://{_HOST}:{port}/", record=record, data=installation.data),
            is_ready=lambda: serve.answers(host=_HOST, port=port),
        )
    finally:
        upkeep.stop()


def _welcome(*, address: str, record: first_start.Record, data: Path) -> None:
    rows = [("Peran / role", "Desa / village", "Telepon / phone", "Sandi / password"), *(tuple(login) for login in record.logins)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print(f"\n  Pasarsama: {address}\n")
    for row in rows:
        print("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    # A process of its own: this one lives long and never loads Django.
    asked = [sys.executable, "-m", "deploy.cli", "demo", "--code", "--data", str(data)]
    code = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout.strip()  # noqa: S603
    print(f"\n  Kode sekali pakai approver / one-time code: {code or '-'}   berikutnya / the next: pasarsama demo --code")
    print(f"\n  Data: {data}   Catatan / logs: {data / 'logs'}\n  Ctrl-C menutup pasar. / Ctrl-C closes the market.\n", flush=True)


def _show_code(*, data: Path) -> int:
    record = first_start.read(data)
    if record is None:
        raise command_error.CommandError(
            "Folder ini tidak berisi pasar contoh.", "This folder holds no demonstration.", status=command_error.WRONG_USE
        )
    with environment.started(data=data), environment.refusals_in_one_line():
        from django.utils import timezone

        from deploy.demo import one_time_codes
        from tenants.people import accounts

        phone = next(phone for role, _, phone, _ in record.logins if role == one_time_codes.ROLE)
        now = timezone.now()
        code = one_time_codes.current_code(user_id=accounts.ids_of(numbers=[phone])[phone], at=now)
        until = one_time_codes.changes_at(at=now)
        print(f"{code} (sampai / until {timezone.localtime(until):%H:%M:%S})")
    return 0
