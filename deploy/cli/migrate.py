"""Membawa semua tabel ke migrasi terbaru. Brings public, the template and every village to the newest migrations.

The same as `pasarsama villages migrate`. To go back, or to one migration of one app, there is django-tenants' `migrate_schemas`,
which installs none of the ledger's SQL functions: run this one after it.
"""

import argparse

from deploy.cli import villages
from deploy.cli.support import environment, typed
from deploy.console import command_error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    environment.add_arguments(parser)
    parser.add_argument("--jobs", type=typed.PROCESSES, default=None, metavar="N", help="parallel processes; one per core by default")


def run(arguments: argparse.Namespace) -> int:
    with (
        environment.started(data=arguments.data, as_owner=True, may_create=True),
        environment.refusals_in_one_line(status=command_error.WRONG_USE),
    ):
        return villages.bring_to_head(jobs=arguments.jobs)
