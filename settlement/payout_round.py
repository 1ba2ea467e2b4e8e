"""The periodic look at every gateway: what it pays out to the bank, and how the payouts stand that it makes for us."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from settlement.bank.gateways import registry
from settlement.bank.gateways.gateway_interface import Gateway, PayoutReading
from settlement.bank.rails import rail_interface as rails
from settlement.payments import payouts_by_gateway
from settlement.statement_lines import gateway_lines

_log = logging.getLogger(__name__)


def ask(*, at: datetime) -> None:
    """Ask each gateway, outside any transaction. May run twice at once.

    A gateway that does not answer, or a payout or leg at which something fails, is asked for again the next time and holds up no other.
    After one silence about a leg the gateway's others wait for the next time, as they are: each would cost a time-out.
    """
    for name, gateway in registry.configured().items():
        for payout in _payouts(name, gateway):
            _learn(name, payout, at=at)
    for name, rail in registry.paying_out().items():
        over = payouts_by_gateway.ended(gateway=name, at=at)  # before others end in this round
        under_way = payouts_by_gateway.active(gateway=name, at=at)
        calls = [partial(_send, name, rail, leg_id, at=at) for leg_id in under_way]
        calls += [partial(_ask_again, name, rail, leg_id, at=at) for leg_id in over]
        for answered in (call() for call in calls):
            if not answered:
                _log.warning("gateway %s does not answer; what is left of its payouts waits for the next round", name)
                break


def _payouts(name: str, gateway: Gateway) -> Sequence[PayoutReading]:
    try:
        return gateway.payouts()
    except OSError as silence:
        _log.warning("gateway %s does not answer: %s", name, silence)
    except Exception:  # one broken gateway must not hold up the others
        _log.exception("payouts of gateway %s could not be read", name)
    return ()


def _learn(name: str, payout: PayoutReading, *, at: datetime) -> None:
    try:
        gateway_lines.learn(gateway=name, payout=payout, at=at)
    except Exception:  # nor one broken payout
        _log.exception("payout %s of gateway %s could not be taken in", payout.id, name)


def _send(name: str, rail: rails.PayoutGateway, leg_id: UUID, *, at: datetime) -> bool:
    """False if the gateway was silent."""
    try:
        return payouts_by_gateway.send(leg_id=leg_id, gateway=rail, at=at)
    except rails.KeyReused:  # kept beside the leg, for a person
        _log.warning("payment leg %s: gateway %s knows its key with other terms", leg_id, name)
    except Exception:  # nor one broken leg
        _log.exception("payment leg %s could not be sent to gateway %s, or asked after", leg_id, name)
    return True


def _ask_again(name: str, rail: rails.PayoutGateway, leg_id: UUID, *, at: datetime) -> bool:
    try:
        return payouts_by_gateway.ask_again(leg_id=leg_id, gateway=rail, at=at)
    except Exception:  # nor one that has ended
        _log.exception("payment leg %s could not be asked after at gateway %s", leg_id, name)
    return True
