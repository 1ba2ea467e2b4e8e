"""Taking away again what was taken away after a backup: the restored market still has it. Read from the lost market's withdrawals.jsonl."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from deploy.console import command_error
from settlement.bank import account_changes
from tenants import private_files, withdrawals
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.errors import DomainError
from tenants.people import accounts, memberships, second_factor
from tenants.withdrawals import Found, What, Withdrawal

_MARGIN = timedelta(hours=1)  # a line has its request's time, which is before that of its transaction's end


def read(*, path: Path, since: datetime) -> Found:
    """The withdrawals of a file after a backup's moment, and those shortly before it, which the backup may lack.

    :raises command_error.CommandError: if it cannot be read, or is none
    """
    try:
        return withdrawals.read(path=path, since=since - _MARGIN)
    except OSError as error:
        reason = error.strerror or str(error)
    except ValueError as error:
        reason = str(error)[:80]
    raise command_error.CommandError(
        f"{path} tidak terbaca sebagai daftar pencabutan: {reason}",
        f"{path} cannot be read as a list of withdrawals: {reason}",
        status=command_error.WRONG_USE,
    )


def keep(*, path: Path, data: Path) -> None:
    """Copy a file of withdrawals into a market's folder that has none: the same backup may be needed once more."""
    target = data / withdrawals.NAME
    if not target.exists():
        fresh = data / f".{withdrawals.NAME}.new"
        with private_files.create(fresh) as file:
            file.buffer.write(path.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)


def take_away(*, found: list[Withdrawal], act: Act) -> Iterator[str]:
    """Apply each of them, a transaction each; gives a line about each. Done again it changes nothing more."""
    for one in found:
        try:
            _DO[one.what](one.facts, act)
            became = "dicabut lagi / withdrawn again"
        except DomainError as refusal:  # ended already, or not there yet in the backup
            became = refusal.code
        except (KeyError, ValueError):  # changed by hand
            became = "tidak terbaca / cannot be read"
        shown = " ".join(value for name, value in one.facts.items() if name != "hash")
        yield f"{one.at.isoformat(timespec='seconds')} {one.what.value} {shown}: {became}"


def _role(facts: Mapping[str, str], act: Act) -> None:
    memberships.end(
        user_id=UUID(facts["user"]),
        village_code=VillageCode(facts["village"]),
        role=facts["role"],
        until_on=date.fromisoformat(facts["until_on"]),
        act=act,
    )


def _password(facts: Mapping[str, str], act: Act) -> None:
    accounts.use_password_of(user_id=UUID(facts["user"]), encoded=facts["hash"], act=act)


def _second_factor(facts: Mapping[str, str], act: Act) -> None:
    second_factor.reset(user_id=UUID(facts["user"]), act=act)


def _bank_account(facts: Mapping[str, str], act: Act) -> None:
    account_changes.stop_again(party=VillageCode(facts["party"]), act=act)


def _proposed_account(facts: Mapping[str, str], act: Act) -> None:
    account_changes.drop_again(party=VillageCode(facts["party"]), proposal_id=UUID(facts["proposal"]), act=act)


_DO: Mapping[What, Callable[[Mapping[str, str], Act], None]] = {
    What.ROLE: _role,
    What.PASSWORD: _password,
    What.SECOND_FACTOR: _second_factor,
    What.BANK_ACCOUNT: _bank_account,
    What.PROPOSED_ACCOUNT: _proposed_account,
}
