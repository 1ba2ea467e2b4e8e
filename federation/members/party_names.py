"""What the parties of settlement are called, by code: the villages, the federation, and the pool where what cycles left is met."""

from __future__ import annotations

from django.utils.translation import gettext as _

from federation.members import village_search
from settlement.ledger import parties
from tenants import codes, villages
from tenants.codes import VillageCode


def of_villages() -> dict[str, str]:
    """Every village with a schema, in the order of codes."""
    return {seen.code: seen.name for seen in villages.ready()}


def codes_found(*, words: str) -> list[VillageCode] | None:
    """The villages with a schema that words name; None, which stands for all, without words."""
    return [seen.code for seen in village_search.find(words=words, among=villages.ready())] if words else None


def of_members() -> dict[str, str]:
    """The villages, then the federation."""
    return {**of_villages(), codes.FEDERATION: _("Federasi")}


def of_parties() -> dict[str, str]:
    """Every party of a cycle: the members, then the pool of earlier cycles."""
    return {**of_members(), parties.POOL: _("Kas bersama putaran sebelumnya")}
