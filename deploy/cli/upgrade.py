"""Memperbarui pasar ke rilis ini. Brings a market to this release, and opens nothing that is half new.

Put the new code in place, stop the market, and run this: it audits, backs up, migrates, and audits again. If the last audit finds anything
new the backup takes its place again, what failed is kept beside it, and the release to install is named. Then start the market.

May be stopped and run again: it goes on where it was, and until it is done every start says so.
"""

import argparse

from deploy.cli.support import environment, signals
from deploy.console import screen
from deploy.embedded import folders
from deploy.upgrade import upgrade_state


def add_arguments(parser: argparse.ArgumentParser) -> None:
    environment.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    signals.end_like_ctrl_c()
    left = upgrade_state.read(data=arguments.data or folders.default())
    may_create = left is not None and left.step is upgrade_state.Step.PUT_BACK  # killed before the backup was in its place
    with environment.started(data=arguments.data, as_owner=True, upgrades=True, may_create=may_create) as installation:
        return _upgrade(installation, goes_on=left is not None)


def _upgrade(installation: environment.Installation, *, goes_on: bool) -> int:
    from django.utils import timezone

    from deploy.upgrade import upgrade_market

    data = installation.data
    if not goes_on:
        environment.require_tables()
        if not upgrade_market.is_needed():
            print("Pasar ini sudah di rilis ini; tidak ada yang diperbarui.\nThis market is at this release already; nothing to upgrade.")
            return 0
    bar = screen.Bar()
    try:
        backup = upgrade_market.upgrade(data=data, machines=installation.servers, now=timezone.now, progress=bar)
    finally:
        bar.close()
    print(
        "Pasar sudah diperbarui dan pemeriksaannya bersih; buka dengan `pasarsama serve`. Cadangan sebelumnya:\n"
        f"The market is upgraded and its audit clean; open it by `pasarsama serve`. The backup of before:\n{backup}"
    )
    return 0
