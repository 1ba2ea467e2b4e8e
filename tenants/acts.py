"""Who does something, when, by which form and why: one value that every use case takes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from tenants import reasons
from tenants.errors import DomainError
from tenants.people import permissions
from tenants.people.permissions import Principal


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What always travels together: who does something, when, by which form's key, and why."""

    by: Principal
    at: datetime
    key: str = ""  # of the form that was sent; the same key does the same thing once
    reason: str = ""  # as the person wrote it, until one of the two below made it what is kept

    def with_given_reason(self, *, missing: DomainError) -> Act:
        """The same with its reason as it is kept, where there must be one.

        :raises DomainError: `missing`, if nothing is said
        :raises reasons.TooLong: beyond 300 characters
        """
        return dataclasses.replace(self, reason=reasons.required(self.reason, missing=missing))

    def with_kept_reason(self) -> Act:
        """The same with its reason as it is kept, where there may be none.

        :raises reasons.TooLong: beyond 300 characters
        """
        return dataclasses.replace(self, reason=reasons.cleaned(self.reason))


def by_system(*, at: datetime, reason: str = "") -> Act:
    """What the market does by itself."""
    return Act(by=permissions.SYSTEM, at=at, reason=reason)


def by_command_line(*, at: datetime, reason: str = "") -> Act:
    """What whoever runs commands on the machine does."""
    return Act(by=permissions.COMMAND_LINE, at=at, reason=reason)
