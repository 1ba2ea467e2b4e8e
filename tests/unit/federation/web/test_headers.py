"""Headers of every answer: nothing from elsewhere is loaded and nothing is kept, unless the page itself says otherwise."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import RequestFactory

from federation.web import headers


def _answered(response: HttpResponse) -> HttpResponse:
    return headers.ContentPolicy(lambda _request: response)(RequestFactory().get("/"))


def test_a_page_is_kept_nowhere_and_loads_nothing_from_elsewhere() -> None:
    found = _answered(HttpResponse("x")).headers

    assert found["Cache-Control"] == "private, no-store"
    assert found["Content-Security-Policy"] == headers.POLICY
    assert (found["X-Content-Type-Options"], found["Cross-Origin-Opener-Policy"]) == ("nosniff", "same-origin")
    assert found["Referrer-Policy"]


def test_no_script_or_frame_of_others_is_in_the_policy() -> None:
    assert "unsafe" not in headers.POLICY
    assert "http" not in headers.POLICY
    assert "*" not in headers.POLICY


def test_what_a_page_says_of_itself_stays() -> None:
    kept = HttpResponse("x", headers={"Cache-Control": "public, max-age=60"})

    assert _answered(kept).headers["Cache-Control"] == "public, max-age=60"
