"""Jam mesin: periksa, dan tegaskan kalau benar. Compares the clocks, and lets a person say that the time is right.

  pasarsama clock show
  pasarsama clock confirm --reason "Server dibawa ke tukang, mati dua minggu"

While the machine's clock is doubted orders do not lapse, the books are not sealed, and automatic payments wait. Run
it on the machine that does the work (`pasarsama serve` or `pasarsama worker`): each machine has a clock of its own. Exits 1 while the clock
is doubted.
"""

import argparse

from deploy.cli.support import environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help_text in (("show", "compare the clocks"), ("confirm", "say that this machine's clock is right")):
        chosen = actions.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        environment.add_arguments(chosen)
    chosen.add_argument("--reason", required=True, metavar="TEXT", help="stands in the activity log")


def run(arguments: argparse.Namespace) -> int:
    with environment.started(data=arguments.data), environment.refusals_in_one_line():
        environment.require_tables()
        from django.utils import timezone

        from tenants import acts, clock

        if arguments.action == "confirm":
            at = clock.confirm(act=acts.by_command_line(at=timezone.now(), reason=arguments.reason))
            print(f"{timezone.localtime(at):%Y-%m-%d %H:%M}: mulai sekarang jam ini dipercaya. / This clock is believed from now on.")
            return 0
        clocks = clock.read()
        for label, moment in (("mesin / machine", clocks.wall), ("basis data / database", clocks.database)):
            print(f"{label:<24}  {timezone.localtime(moment):%Y-%m-%d %H:%M:%S}")
        print(f"{'menyala / running for':<24}  {str(clocks.since_boot).split('.')[0]}")
        clock.check(clocks=clocks)
        print("Jam ini dipercaya. / This clock is believed.")
    return 0
