"""What follows a form that does something: the key by which it counts once, and the way on to a page that may be loaded again."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from tenants import idempotency, uuids
from tenants.acts import Act
from tenants.errors import FormReused
from tenants.people.permissions import Principal


class Request(HttpRequest):
    """A request with the principal who makes it, as the pages of `tenants.http.access` get it."""

    principal: Principal


def new_key() -> str:
    """A key for a form that is about to be shown: however often it is sent, it counts once."""
    return uuids.uuid7().hex


def key(*, request: HttpRequest) -> str:
    """The key of the form that was sent; a new one for a form that is about to be shown, or that was made by hand without one."""
    return request.POST.get("form_key", "")[: idempotency.KEY_CHARACTERS_MAX] or new_key()


def act(*, request: Request, reason: str = "") -> Act:
    """What a use case gets of the form that was sent: by whom, now, by its key, and for the reason that it asked for."""
    return Act(by=request.principal, at=timezone.now(), key=key(request=request), reason=reason)


def again(*, request: HttpRequest, error: object) -> str:
    """The key of the form that a page shows: the one that was sent, unless just that key was refused (`error`: why, if anything was).

    A refused form left no key behind, so that it may be sent again, corrected, under the same.
    """
    return new_key() if isinstance(error, FormReused | idempotency.BadKey) else key(request=request)


def done(*, address: str, outcome: str, query: Mapping[str, object]) -> HttpResponse:
    """After an action: to the page that shows what became of it. `outcome`: a key of that page's outcomes, or empty."""
    asked = urlencode({**query, "hasil": outcome} if outcome else query)
    answer = HttpResponseRedirect(address + (f"?{asked}" if asked else ""))
    answer.status_code = 303
    answer["Cache-Control"] = "private, no-store"
    return answer
