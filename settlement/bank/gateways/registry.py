"""Which payment gateways the federation works with: setting PAYMENT_GATEWAYS names for each what makes its adapter. None by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import module_loading

from settlement.bank.gateways.gateway_interface import Channel, Gateway, Terms
from settlement.bank.rails import rail_interface as rails


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """By which gateway a channel can be paid, and what that allows."""

    gateway: str
    terms: Terms


def configured() -> dict[str, Gateway]:
    """The adapter of every gateway, by its name, in the order of the setting."""
    makers: Mapping[str, str] = settings.PAYMENT_GATEWAYS
    return {name: _made(dotted) for name, dotted in makers.items()}


def of(*, name: str) -> Gateway | None:
    """The adapter of one gateway; None if the federation does not work with it (any more)."""
    dotted = settings.PAYMENT_GATEWAYS.get(name)
    return _made(dotted) if dotted else None


def channels() -> dict[Channel, Offer]:
    """The channels by which a buyer can pay: of gateways that take the same one the first that is named counts."""
    found: dict[Channel, Offer] = {}
    for name, gateway in configured().items():
        for channel, terms in gateway.terms.items():
            found.setdefault(channel, Offer(gateway=name, terms=terms))
    return found


def terms() -> dict[Channel, Terms]:
    """What a buyer may do by each channel that some gateway takes; without a gateway, nothing."""
    return {channel: offer.terms for channel, offer in channels().items()} if settings.PAYMENT_GATEWAYS else {}


def paying_out() -> dict[str, rails.PayoutGateway]:
    """The gateways that can pay villages out of what they hold, by name."""
    return {name: gateway.rail for name, gateway in configured().items() if gateway.rail is not None}


def pays_out(*, name: str) -> bool:
    """Whether a gateway pays villages, and so can be asked what it paid; not one that the federation does not work with (any more)."""
    gateway = of(name=name)
    return gateway is not None and gateway.rail is not None


def _made(dotted: str) -> Gateway:
    maker: Callable[[], Gateway] = module_loading.import_string(dotted)
    return maker()
