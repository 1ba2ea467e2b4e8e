"""Who stands in the ledger, under which account."""

from __future__ import annotations

from tenants.codes import VillageCode

POOL = VillageCode("P")  # the meeting point of what set-off leaves; each party has at most one item with it

CLEARING = "clearing"
FEE_INCOME = "fee-income"
AGENT_CASH = "agent-cash"  # other people's money that the federation holds
OWN_CASH = "own-cash"  # fees that it received
DEPOSITS = "customer-deposits"  # paid by card, not handed over yet
GATEWAY_COST = "gateway-cost"
IN_TRANSIT = "in-transit"  # on its way to or from the federation's account
SUSPENSE = "suspense"  # received, and nobody knows yet for whom
FEDERATION_ACCOUNTS = (FEE_INCOME, AGENT_CASH, OWN_CASH, DEPOSITS, GATEWAY_COST, IN_TRANSIT, SUSPENSE)


def clearing(village_code: VillageCode) -> str:
    """The code of the account in which a village stands towards all others."""
    return f"{CLEARING}:{village_code}"


def village_of(account: str) -> VillageCode:
    """The village of a clearing account; empty for the federation's accounts."""
    return VillageCode(account.partition(":")[2])
