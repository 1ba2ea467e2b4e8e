"""Headers that every answer of the web carries: pages, files, pictures, refusals and what watches the servers."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# No script, frame, font or anything else from elsewhere, and none written into a page; forms lead to this origin only.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'none'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


# As SecurityMiddleware says them, which stands behind the question whose host it is and does not see that refusal.
_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "private, no-store",  # whoever wants to be kept says so
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class ContentPolicy:
    """Middleware: what a browser may load for a page, and that personal pages are kept nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        return response
