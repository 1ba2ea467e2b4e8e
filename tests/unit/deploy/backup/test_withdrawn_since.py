"""What was taken from somebody is written outside the database, and a restored market takes it away again."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from deploy.backup import withdrawn_since
from deploy.console import command_error
from settlement.bank import account_changes, bank_accounts
from tenants import acts, models, withdrawals
from tenants.codes import VillageCode
from tenants.people import accounts, memberships, permissions
from tenants.withdrawals import What
from tests.support import factories
from tests.support.factories import CIBIRU, RATNA, START, SUKAMAJU

AT = START + timedelta(days=3)
ACT = acts.by_command_line(at=AT)
NEW = make_password("sawah-baru-7")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    return tmp_path


def file(data: Path, *lines: dict[str, str], at: str = AT.isoformat()) -> Path:
    path = data / "old.jsonl"
    path.write_text("".join(json.dumps({"at": at, **line}) + "\n" for line in lines))
    return path


def test_each_is_written_once_it_is_committed(market, data: Path) -> None:
    memberships.end(user_id=RATNA.id, village_code=SUKAMAJU, role="manager", until_on=AT.date(), act=ACT)
    accounts.set_password(user_id=RATNA.id, password="sawah-baru-7", act=ACT)  # noqa: S106
    account_changes.stop(party=VillageCode(CIBIRU), act=acts.Act(by=factories.staff(CIBIRU), at=AT))
    with transaction.atomic():
        accounts.set_password(user_id=RATNA.id, password="sawah-baru-8", act=ACT)  # noqa: S106
        transaction.set_rollback(True)

    path = data / withdrawals.NAME
    assert path.stat().st_mode & 0o777 == 0o600
    found = withdrawals.read(path=path, since=AT).withdrawals
    assert [one.what for one in found] == [What.ROLE, What.PASSWORD, What.BANK_ACCOUNT]
    assert found[0].facts == {"user": str(RATNA.id), "village": SUKAMAJU, "role": "manager", "until_on": AT.date().isoformat()}
    assert found[1].facts["hash"] == models.User.objects.get(id=RATNA.id).password
    assert withdrawals.read(path=path, since=AT + timedelta(seconds=1)) == withdrawals.Found(withdrawals=[], unreadable=0)


def test_a_restored_market_takes_it_away_again(market, data: Path) -> None:
    stranger = "00000000-0000-7000-8000-000000000001"
    path = file(
        data,
        {"what": "role", "user": str(RATNA.id), "village": SUKAMAJU, "role": "manager", "until_on": AT.date().isoformat()},
        {"what": "password", "user": str(RATNA.id), "hash": NEW},
        {"what": "bank-account", "party": CIBIRU},
        {"what": "role", "user": stranger, "village": SUKAMAJU, "role": "manager", "until_on": AT.date().isoformat()},
        {"what": "second-factor", "user": str(factories.AUDITOR.id)},
    )

    for _ in range(2):  # killed, and done again
        lines = list(withdrawn_since.take_away(found=withdrawn_since.read(path=path, since=START).withdrawals, act=ACT))

    day = (AT + timedelta(days=1)).date()
    assert permissions.principal(account_id=RATNA.id, on=day).roles_at(SUKAMAJU) == frozenset()
    assert accounts.authenticate(phone=RATNA.phone, password="sawah-baru-7", source="10.0.0.1").id == RATNA.id  # noqa: S106
    assert bank_accounts.status(party=VillageCode(CIBIRU), at=AT).stopped
    assert len(lines) == 5
    assert lines[3].endswith("no-such-role")
    assert NEW not in "".join(lines)
    assert models.ActivityEntry.objects.filter(action="account.password-set").count() == 1


def test_the_file_goes_on_in_the_restored_market(data: Path) -> None:
    path = file(data, {"what": "bank-account", "party": CIBIRU})

    withdrawn_since.keep(path=path, data=data)
    path.write_text("")
    withdrawn_since.keep(path=path, data=data)

    assert [one.what for one in withdrawals.read(path=data / withdrawals.NAME, since=START).withdrawals] == [What.BANK_ACCOUNT]
    assert (data / withdrawals.NAME).stat().st_mode & 0o777 == 0o600


def test_each_line_is_written_whole_and_on_its_own(market, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = data / withdrawals.NAME
    path.write_text('{"what": "ro')
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, content: write(file, content[:7]))

    for party in (CIBIRU, SUKAMAJU):
        with transaction.atomic():
            withdrawals.note(what=What.BANK_ACCOUNT, at=AT, party=party)

    found = withdrawals.read(path=path, since=START)
    assert [one.facts["party"] for one in found.withdrawals] == [CIBIRU, SUKAMAJU]
    assert found.unreadable == 1


def test_what_was_cut_off_is_passed_over_and_counted_and_another_file_refused(data: Path) -> None:
    path = file(data, {"what": "bank-account", "party": CIBIRU})
    whole = path.read_bytes()
    cut = [b'{"what": "ro', b'{"what": "role"{"what": "role"}', b"\xff\x00", b'{"what": "role", "at": "2026-01-01T00:00:00"}']
    path.write_bytes(whole + b"\n".join(cut) + b"\n" + whole + cut[0])
    found = withdrawn_since.read(path=path, since=START)
    assert (len(found.withdrawals), found.unreadable) == (2, 5)
    withdrawn_since.keep(path=path, data=data)
    assert (data / withdrawals.NAME).read_bytes() == path.read_bytes()
    path.write_bytes(whole[:-1])
    assert len(withdrawn_since.read(path=path, since=START).withdrawals) == 1

    for content in ("[]\n", '{"what": "unknown", "at": "2026-01-01T00:00:00+00:00"}\n', "{}\n", "x\n"):
        path.write_text(content)
        with pytest.raises(command_error.CommandError, match="cannot be read as a list of withdrawals"):
            withdrawn_since.read(path=path, since=START)
    with pytest.raises(command_error.CommandError, match="cannot be read"):
        withdrawn_since.read(path=data / "not there", since=START)


def test_what_was_asked_for_shortly_before_the_backup_is_taken_away_as_well(data: Path) -> None:
    path = file(data, {"what": "bank-account", "party": CIBIRU})

    assert len(withdrawn_since.read(path=path, since=AT + timedelta(minutes=59)).withdrawals) == 1
    assert withdrawn_since.read(path=path, since=AT + timedelta(minutes=61)).withdrawals == []
