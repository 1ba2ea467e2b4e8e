"""What every use case is told of the person or machine that does something: one value instead of four arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenants.people.permissions import Principal


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What always travels together: who does something, when, by which form's key, and why."""

    by: Principal
    at: datetime
    key: str = ""  # of the form that was sent; the same key does the same thing once
    reason: str = ""  # as the person wrote it
