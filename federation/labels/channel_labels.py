"""What people call the channels by which a buyer pays at a gateway."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from settlement.bank.gateways.gateway_interface import Channel

CHANNELS: Mapping[Channel, Promise] = {
    Channel.CARD: gettext_lazy("Kartu debit atau kredit"),
    Channel.WALLET: gettext_lazy("Dompet digital"),
    Channel.VIRTUAL_ACCOUNT: gettext_lazy("Virtual account bank"),
    Channel.QRIS: gettext_lazy("QRIS federasi"),
}
