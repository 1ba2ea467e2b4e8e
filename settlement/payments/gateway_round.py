"""The periodic look at every gateway: what it pays out to the bank, and how the payouts stand that it makes for us."""

from __future__ import annotations

import logging
from datetime import datetime

from settlement.bank.gateways import registry
from settlement.payments import gateway_arrivals, gateway_legs

_log = logging.getLogger(__name__)


def ask(*, at: datetime) -> None:
    """Ask each gateway, outside any transaction. One that does not answer is asked again the next time, and holds up no other."""
    for name, gateway in registry.configured().items():
        try:
            payouts = gateway.payouts()
        except OSError as silence:
            _log.warning("gateway %s does not answer: %s", name, silence)
            continue
        for payout in payouts:
            gateway_arrivals.learn(gateway=name, payout=payout, at=at)
    for name, rail in registry.paying_out().items():
        for leg_id in gateway_legs.active(gateway=name):
            gateway_legs.send(leg_id=leg_id, gateway=rail, at=at)
