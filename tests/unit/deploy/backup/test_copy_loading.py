"""Which copy of a backup can be taken where. Loading them: test_restore_trial.py, test_restore_market.py, system/restore."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from deploy.backup import copy_loading, manifest
from deploy.backup.copy_loading import Copy


def test_the_servers_own_copy_comes_first_where_it_can_be_taken(make_folder: Callable[..., Path]) -> None:
    kept = manifest.read(folder=make_folder())

    assert copy_loading.usable(of=kept, has_secrets=True) == [Copy.BASE, Copy.LOGICAL]
    assert copy_loading.usable(of=kept, has_secrets=False) == [Copy.LOGICAL]
    assert copy_loading.usable(of=dataclasses.replace(kept, server="15.3"), has_secrets=True) == [Copy.LOGICAL]
    assert copy_loading.usable(of=dataclasses.replace(kept, has_base=False), has_secrets=True) == [Copy.LOGICAL]
