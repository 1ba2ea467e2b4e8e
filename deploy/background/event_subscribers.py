"""Who hears of which event: the one list of all subscribers. How to add one stands in tenants/events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from federation.buying import notices
from federation.members import account_notices
from tenants.events import DatabaseSubscriber, Subscriber

SUBSCRIBERS: tuple[Subscriber, ...] = (
    DatabaseSubscriber(
        name="notices",
        label=gettext_lazy("Kabar bagi pembeli dan desa"),
        kinds=frozenset(notices.CONCERNS),
        deliver=notices.deliver,
    ),
    DatabaseSubscriber(
        name="account-notices",
        label=gettext_lazy("Kabar rekening bank, pembayaran dan toko bagi desa"),
        kinds=account_notices.CONCERNS,
        deliver=account_notices.deliver,
    ),
)
