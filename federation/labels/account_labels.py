"""When a new bank account is used, in the one sentence that all pages share: its hours are those of the ledger's own rule."""

from __future__ import annotations

from datetime import timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from settlement.bank import account_changes

HOURS = account_changes.WAIT // timedelta(hours=1)
USED_LATER = format_lazy(gettext_lazy("Rekening baru dipakai {hours} jam sesudah ditegaskan."), hours=HOURS)
