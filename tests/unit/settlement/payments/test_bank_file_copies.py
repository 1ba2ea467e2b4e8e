"""Both forms of a bank file stand beside the database before anybody gets one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from django.conf import settings

from settlement.bank.statement_files import references
from settlement.models import BankFile
from settlement.payments import bank_file_copies, bank_files, payouts
from tenants import full_disk
from tenants.acts import Act
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import MAKER, T0, A, B, C


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    return tmp_path / bank_file_copies.FOLDER


@pytest.fixture
def made(market, folder: Path) -> BankFile:
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()
    bank_days.read((references.pay_in(cycle_number=1, village_code=A), 20_600))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    return bank_files.make(number=1, act=Act(by=MAKER, at=T0))


def test_they_are_there_once_it_is_made(made: BankFile, folder: Path) -> None:
    there = {path.name: path for path in folder.iterdir()}

    assert sorted(there) == [f"{made.message_id}.csv", f"{made.message_id}.xml"]
    assert there[f"{made.message_id}.xml"].read_bytes() == bytes(made.pain001)
    assert there[f"{made.message_id}.csv"].read_bytes() == bytes(made.portal_csv)
    assert {path.stat().st_mode & 0o777 for path in there.values()} == {0o600}


def test_nobody_gets_one_that_cannot_be_kept(made: BankFile, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in folder.iterdir():
        path.unlink()

    def no_room(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", no_room)
        with pytest.raises(full_disk.DiskFull):
            bank_files.contents(number=1, message_id=made.message_id, as_csv=False)
    assert list(folder.iterdir()) == []

    assert bank_files.contents(number=1, message_id=made.message_id, as_csv=True) == bytes(made.portal_csv)
    assert len(list(folder.iterdir())) == 2
