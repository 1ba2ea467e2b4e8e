"""Memeriksa seluruh pembukuan. Runs every invariant of ledger and market over all villages.

Prints each invariant with the number of rows that break it; exits 1 if there is any. All villages are seen at one moment.
"""

import argparse
import importlib

from deploy.cli.support import environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    environment.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--at-rest", action="store_true", help="no worker runs: leave out what only workers keep true")
    parser.add_argument("--before-upgrade", action="store_true", help="of data that are not migrated to this release yet")


def run(arguments: argparse.Namespace) -> int:
    with environment.started(data=arguments.data):
        environment.require_tables()
        command = importlib.import_module("deploy.audit.command")  # its models load only once Django is set up
        return int(command.run(json=arguments.json, at_rest=arguments.at_rest, before_upgrade=arguments.before_upgrade))
