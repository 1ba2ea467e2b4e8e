"""Orang: who has a role in this village's office, and what each role may do; both read from where they are decided."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from federation.labels import market_labels
from marketplace.pages.office import office_layout
from tenants.http import access
from tenants.people import memberships, permissions
from tenants.people.permissions import Permission


@access.village_page(Permission.SEE_STAFF)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """The people of today with their roles, then every permission with the roles that hold it."""
    people = memberships.appointed(village_code=request.village.code, on=timezone.localdate())
    roles = permissions.VILLAGE_ROLES
    names: dict[str, str] = {role: market_labels.of(code=role, kind="role") for role in roles}
    rows = [
        {"label": permission.label, "roles": ", ".join(names[role] for role, holds in zip(roles, held, strict=True) if holds)}
        for permission, held in permissions.table(roles=roles)
    ]
    context = {
        "people": [{"name": one.name, "role": names[one.role], "since_on": one.since_on, "until_on": one.until_on} for one in people],
        "rows": rows,
    }
    return office_layout.page(request, "office/staff.html", context, tab="more")
