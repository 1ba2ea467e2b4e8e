"""Who stands in the ledger, under which account."""

from __future__ import annotations

import re

from tenants.codes import VillageCode

POOL = VillageCode("P")  # the meeting point of what set-off leaves; each party has at most one item with it

CLEARING = "clearing"
FEE_INCOME = "fee-income"
AGENT_CASH = "agent-cash"  # other people's money that the federation holds
OWN_CASH = "own-cash"  # fees that it received
DEPOSITS = "customer-deposits"  # what the federation holds of buyers: not handed over yet, or owed back
GATEWAY = "gateway"  # other people's money that a payment gateway holds for the federation
DISPUTED = "disputed"  # withdrawn by a gateway while a payment is disputed
GATEWAY_COST = "gateway-cost"
DISPUTE_COST = "dispute-cost"  # disputes that were lost
TAKEN_OVER = "taken-over"  # what the federation bore for sellers that left
OWN_COSTS = "own-costs"  # what the bank took of the federation, less what it gave: charges, rent, interest
IN_TRANSIT = "in-transit"  # on its way to or from the federation's account
SUSPENSE = "suspense"  # received, and nobody knows yet for whom
# Between agent cash and own cash: what lies in agent cash or at a gateway and is the federation's own, and what it owes there.
FEES_UNTAKEN = "fees-untaken"
UNCOVERED = "uncovered"
BETWEEN_FUNDS = "between-funds"  # the other side of both
FEDERATION_ACCOUNTS = (
    *(FEE_INCOME, AGENT_CASH, OWN_CASH, DEPOSITS, DISPUTED, GATEWAY_COST, DISPUTE_COST, TAKEN_OVER, OWN_COSTS, IN_TRANSIT, SUSPENSE),
    *(FEES_UNTAKEN, UNCOVERED, BETWEEN_FUNDS),
)
OWED_OUT_OF_OWN_CASH = (FEE_INCOME, TAKEN_OVER)  # debited where the federation owes what it does not hold for anybody
_GATEWAY_NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")


def clearing(village_code: VillageCode) -> str:
    """The code of the account in which a village stands towards all others."""
    return f"{CLEARING}:{village_code}"


def gateway(name: str) -> str:
    """The code of the account in which a payment gateway stands.

    :raises ValueError: if the name is not 1 to 30 of a-z 0-9 -, the first a letter; names are made by us, so this is a bug
    """
    if not _GATEWAY_NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a gateway")
    return f"{GATEWAY}:{name}"


def village_of(account: str) -> VillageCode:
    """The village of a clearing account; empty for all others."""
    kind, _colon, village_code = account.partition(":")
    return VillageCode(village_code if kind == CLEARING else "")


def gateway_of(account: str) -> str:
    """The gateway of an account; empty for all others."""
    kind, _colon, name = account.partition(":")
    return name if kind == GATEWAY else ""
