"""Whose a line of the bank's statement is: by a reference that names its village, by the receiver's account, or as a person says."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money_hold
from settlement.bank.rails import account_rules
from settlement.bank.statement_files import references
from settlement.ledger import parties
from settlement.models import Account, BankAccountStep, LineOwner, StatementLine
from settlement.statement_lines import line_reasons
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

_NUMBER = re.compile(r"[0-9]{5,34}")  # of an account, as banks write it


class NotToBeOwned(DomainError):
    """The line was decided, may be no booking at all, or no restore lost anything."""

    kind = Kind.CONFLICT
    code = "line-not-of-a-restore"
    sentence = gettext_noop("Baris ini tidak bisa dinyatakan sebagai uang desa di sini. Putuskan di halaman rekening koran.")


class NoSuchVillage(DomainError):
    """No village of this code has an account in the books."""

    kind = Kind.INVALID
    code = "line-owner-unknown"
    sentence = gettext_noop("Pilih desa yang ada.")


def say(*, line_id: UUID, village_code: VillageCode, act: Act) -> None:
    """A person says whose money the line moved. It counts once another confirms the list (releasing). The same again changes nothing.

    :raises NotToBeOwned, NoSuchVillage: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    permissions.require(act.by, Permission.DECIDE_STATEMENT_LINES, FEDERATION)
    with transaction.atomic(durable=True):
        line = StatementLine.objects.select_for_update(no_key=True).filter(id=line_id).first()
        hold = money_hold.newest()
        if line is None or hold is None or line.state != StatementLine.State.OPEN or not can_be_owned(line):
            raise NotToBeOwned
        if not Account.objects.filter(kind=parties.CLEARING, village_code=village_code).exists():
            raise NoSuchVillage
        if named(lines=[line]).get(line.id) == village_code:
            return
        LineOwner.objects.create(line=line, village_code=village_code, by=act.by.account_id, at=act.at)
        detail = {"village": village_code, "rupiah": line.amount_rupiah, "incoming": line.incoming}
        activity_log.record(action="statement.line-owner-said", subject_id=str(line_id), act=act, detail=detail)


def named(*, lines: Collection[StatementLine]) -> dict[UUID, str]:
    """What people said last of each of these lines, by its id."""
    rows = LineOwner.objects.filter(line__in=[line.id for line in lines]).order_by("at", "id")
    return dict(rows.values_list("line_id", "village_code"))


def can_be_owned(line: StatementLine) -> bool:
    """Whether a waiting line is whole rupiah that moved without doubt."""
    return bool(line.amount_rupiah) and line.why not in line_reasons.DOUBTFUL


def shown(*, lines: Sequence[StatementLine]) -> Mapping[UUID, str]:
    """Whose each line is by what stands on it, by its id: the village that a pay-in's reference names, or the only one whose account
    number stands in the text of a payout that no row of the books has. Nothing is guessed."""
    numbers = _villages_by_number() if lines else {}
    known = set(Account.objects.filter(kind=parties.CLEARING).values_list("village_code", flat=True)) if lines else set()
    found: dict[UUID, str] = {}
    for line in lines:
        if (pay_in := references.pay_in_of(reference=line.key)) is not None:
            if pay_in.village_code in known:
                found[line.id] = pay_in.village_code
        elif references.leg_of(reference=line.key) is not None:
            villages = {numbers.get(number, "") for number in _NUMBER.findall(references.without(line.text))} - {""}
            if len(villages) == 1:
                found[line.id] = villages.pop()
    return found


def _villages_by_number() -> dict[str, str]:
    """Whose each account number is, of all that was ever written down; empty where two parties had the same, or the federation."""
    found: dict[str, str] = {}
    rows = BankAccountStep.objects.filter(step__in=BankAccountStep.NAMES_AN_ACCOUNT).values_list("number", "party").distinct()
    for number, party in rows:
        bare = account_rules.bare(number)
        found[bare] = party if found.get(bare, party) == party and party != FEDERATION else ""
    return found
