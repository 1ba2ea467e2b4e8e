"""Menjalankan tugas latar belakang. Does what follows a commit: notices, expiries, the ledger's folding.

One worker is enough for a federation; several may run, since a task may run twice. Exactly one clock sends the periodic tasks: add
--beat to one worker, or run --only-beat in a place of its own. `pasarsama serve` and `pasarsama demo` bring both already.
"""

import argparse

from deploy.cli import serve
from deploy.cli.support import environment, typed
from deploy.console import screen
from deploy.supervision import market_processes, supervise


def add_arguments(parser: argparse.ArgumentParser) -> None:
    environment.add_arguments(parser)
    parser.add_argument("--concurrency", type=typed.PROCESSES, default=2, metavar="N", help="tasks done at once; default %(default)s")
    clock = parser.add_mutually_exclusive_group()
    clock.add_argument("--beat", action="store_true", help="also run the clock that sends the periodic tasks")
    clock.add_argument("--only-beat", action="store_true", help="run the clock only")


def run(arguments: argparse.Namespace) -> int:
    with environment.started(data=arguments.data, django=False, may_create=True) as installation:
        children = [market_processes.beat()] if arguments.beat or arguments.only_beat else []
        if not arguments.only_beat:
            children.append(market_processes.worker(concurrency=arguments.concurrency))
        # No record of the children: several workers may share a folder, and each ends with its own supervisor.
        supervisor = supervise.Supervisor(children, say=screen.report, record=None, look=serve.Upkeep(installation).look)
        supervisor.run()
    return 0
