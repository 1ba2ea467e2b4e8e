"""Who acts in the demonstration: its staff with their accounts and roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from deploy.demo import demo_people
from tenants.people import accounts, permissions
from tenants.people.permissions import Principal

Jobs = Mapping[tuple[str, str], Principal]  # by village code (empty: the federation) and role


def hired(*, on: date) -> Jobs:
    """Everybody who works on a day, once they were hired."""
    staff = demo_people.staff()
    ids = accounts.ids_of(numbers=[person.phone for person in staff])
    return {(person.village_code, person.role): permissions.principal(account_id=ids[person.phone], on=on) for person in staff}
