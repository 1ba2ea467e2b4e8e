"""Doors for whoever watches the servers: is this process alive, and can it serve."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from tenants.http import readiness


def livez(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all; asks nothing of anybody."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and cache answer and the database is migrated; else 503, naming what is missing."""
    missing = readiness.missing()
    return JsonResponse({"status": "unready" if missing else "ok", "missing": missing}, status=503 if missing else 200)
