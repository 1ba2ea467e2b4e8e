"""Who stands in the ledger, under which account."""

from __future__ import annotations

from tenants.codes import VillageCode

CLEARING = "clearing"
FEE_INCOME = "fee-income"
# The federation's purses and what runs through them; cards, pay-ins and payouts will use them.
FEDERATION_ACCOUNTS = (FEE_INCOME, "agent-cash", "own-cash", "customer-deposits", "gateway-cost", "in-transit", "suspense")


def clearing(village_code: str) -> str:
    """The code of the account in which a village stands towards all others."""
    return f"{CLEARING}:{village_code}"


def village_of(account: str) -> VillageCode:
    """The village of a clearing account; empty for the federation's accounts."""
    return VillageCode(account.partition(":")[2])
