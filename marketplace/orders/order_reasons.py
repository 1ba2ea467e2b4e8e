"""Why an order, a payment or a refund was undone or made: a sentence that its buyer and an examiner will read."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from tenants.acts import Act
from tenants.errors import DomainError, Kind

LATE_MONEY = "payment.late"  # said by the system; pages have words for it


class ReasonMissing(DomainError):
    """What is taken back needs a reason."""

    kind = Kind.INVALID
    code = "reason-missing"
    sentence = gettext_noop("Tulis alasannya, supaya pembeli dan pemeriksa mengerti.")


def required(act: Act) -> Act:
    """The act with its reason as it is kept: with single spaces.

    :raises ReasonMissing: if nothing is said
    :raises reasons.TooLong: beyond 300 characters
    """
    return act.with_given_reason(missing=ReasonMissing())
