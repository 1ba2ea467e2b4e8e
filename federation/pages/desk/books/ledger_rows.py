"""A transfer with its labels, as the journal and the page of one account show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from federation.labels import ledger_labels
from federation.members import party_names
from settlement.ledger import open_accounts, parties
from settlement.reports import journal
from tenants.codes import VillageCode


@dataclass(frozen=True)
class Row:
    """A transfer with what its codes are called; `tone`: "", "ok" or "bad"."""

    entry: journal.Entry
    phase: str
    tone: str
    event: str
    debit: str
    credit: str
    reverses: bool


def account_names() -> dict[str, str]:
    """Every account that can be asked for, by code, with its name: the villages' clearing accounts, then the federation's."""
    villages, gateways = _villages(), map(parties.gateway, open_accounts.gateways())
    return {**villages, **{code: ledger_labels.account(code=code) for code in (*parties.FEDERATION_ACCOUNTS, *gateways)}}


def names_of(*, accounts: Iterable[str]) -> dict[str, str]:
    """The names of these accounts."""
    villages = _villages()
    return {code: villages.get(code) or ledger_labels.account(code=code) for code in accounts}


def _villages() -> dict[str, str]:
    return {parties.clearing(VillageCode(code)): name for code, name in party_names.of_villages().items()}


def row(*, entry: journal.Entry, names: Mapping[str, str]) -> Row:
    """A transfer with its labels; `names`: as `account_names` gives them."""
    phase, tone = ledger_labels.phase(code=entry.phase)
    return Row(
        entry=entry,
        phase=phase,
        tone=tone,
        event=ledger_labels.event(code=entry.event),
        debit=names.get(entry.debit, entry.debit),
        credit=names.get(entry.credit, entry.credit),
        reverses=entry.reverses_id is not None,
    )
