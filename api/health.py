"""Doors for whoever watches the servers: is this process alive, and can it serve."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from settlement.sql import install
from tenants.http import readiness


def livez(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all; asks nothing of anybody."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and holds this release's tables and functions; else 503, naming what is missing.

    What the market goes on without is named too: that alone is no reason to send visitors elsewhere.
    """
    missing = readiness.missing()
    if not missing and not install.is_of_these_files():
        missing.append("functions")
    degraded = [] if missing else readiness.degraded()
    status = "unready" if missing else "degraded" if degraded else "ok"
    found = {
        "status": status,
        "missing": missing,
        "degraded": degraded,
        "backup_age_hours": readiness.backup_age_hours(),
        "archive_age_minutes": None if missing else readiness.archive_age_minutes(),
    }
    return JsonResponse(found, status=503 if missing else 200)
