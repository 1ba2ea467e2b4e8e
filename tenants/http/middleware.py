"""What every request passes through: a log line, the question whose host it is, the language."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.http.request import split_domain_port, validate_host
from django.utils import translation
from django.utils.cache import patch_vary_headers

from tenants import villages
from tenants.http import log_context

Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("pasarsama.request")

LANGUAGE_COOKIE = "bahasa"
_LANGUAGE_SECONDS = 365 * 24 * 3600


class RequestLog:
    """One line per request, and a request id on every line in between and on the answer.

    The line names the route, not the path: a buyer's link is a secret, and a search may hold a phone number.
    """

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        log_context.begin(request_id=request_id, request=request)
        began = time.perf_counter()
        try:
            response = self._get_response(request)
            response.headers["X-Request-ID"] = request_id
            log.info(
                "%s %s %s",
                request.method,
                _route(request),
                response.status_code,
                extra={
                    "method": request.method,
                    "path": _route(request),
                    "status": response.status_code,
                    "duration_ms": round((time.perf_counter() - began) * 1000, 1),
                    "village": getattr(getattr(request, "village", None), "code", ""),
                    "user_id": _user_id(request),
                },
            )
            return response
        finally:
            log_context.end()


class KnownHost:
    """Lets the federation's own hosts pass, leads a village's domain to its shop, and answers 404 to every other name.

    The Host header alone counts; what a forwarding header claims is never asked.
    """

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        raw = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
        host, port = split_domain_port(raw)
        if host and validate_host(host, settings.ALLOWED_HOSTS):
            return self._get_response(request)
        village = villages.by_host(host=host) if host and request.method in ("GET", "HEAD") else None
        if village is None or village.state == villages.State.ARCHIVED:
            return HttpResponseNotFound("404", content_type="text/plain")
        return HttpResponseRedirect(f"{_origin(request, port)}/desa/{village.slug}/")


class Language:
    """Indonesian unless the visitor chose English by ?bahasa=en; the choice is kept in a cookie."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response
        self._known = frozenset(code for code, _ in settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = _chosen_language(request)
        kept = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = next((code for code in (chosen, kept) if code in self._known), settings.LANGUAGE_CODE)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        if chosen in self._known and chosen != kept:
            response.set_cookie(
                LANGUAGE_COOKIE,
                chosen,
                max_age=_LANGUAGE_SECONDS,
                path="/",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _chosen_language(request: HttpRequest) -> str:
    try:
        return str(request.GET.get("bahasa", ""))
    except TooManyFieldsSent:  # refused further on, in the visitor's language
        return ""


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is not None:
        return f"/{match.route}"
    # Nothing resolved it: a kept page, a file, or a mistake. Only a first part of ours is certain to be no secret.
    first, slash, _ = request.path_info.lstrip("/").partition("/")
    return f"/{first if log_context.is_first_part(first) else '…'}{slash}" if first else "/"


def _user_id(request: HttpRequest) -> str:
    """Who asked, if the page wanted to know; asking now would cost a statement."""
    user = request.__dict__.get("_cached_user")
    return str(user.pk) if user is not None and user.is_authenticated else ""


def _origin(request: HttpRequest, port: str) -> str:
    """Where the federation itself is: its first trusted origin, or its first host on the port at hand."""
    if settings.CSRF_TRUSTED_ORIGINS:
        return str(settings.CSRF_TRUSTED_ORIGINS[0])
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    return f"{request.scheme}://{host}{f':{port}' if port else ''}"
