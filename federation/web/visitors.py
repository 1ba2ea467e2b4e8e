"""Who asks: an account or a guest with a basket cookie, or one who went to pay. The only place that reads and writes those cookies."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from federation.buying import baskets
from federation.buying.baskets import BasketHead
from tenants.http import client_address
from tenants.models import User
from tenants.people import known_browsers

KEEP_SECONDS = 30 * 24 * 3600
KEEP_PAYING_SECONDS = 3 * 24 * 3600
KEEP_KNOWN_SECONDS = 365 * 24 * 3600
KNOWN_CHARACTERS_MAX = 1_000


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to TLS; without TLS a browser would drop such a name."""
    return "__Host-basket" if settings.SESSION_COOKIE_SECURE else "basket"


def token(*, request: HttpRequest) -> str | None:
    """The basket of this browser, or None."""
    return _token(request, cookie_name())


def paying_cookie_name() -> str:
    """As `cookie_name`."""
    return "__Host-paying" if settings.SESSION_COOKIE_SECURE else "paying"


def paying_token(*, request: HttpRequest) -> str | None:
    """The link of the purchase that this browser last went to pay, or None."""
    return _token(request, paying_cookie_name())


def known_cookie_name() -> str:
    """As `cookie_name`."""
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"


def known_browser(*, request: HttpRequest) -> str:
    """The tokens of the accounts that signed in here before (tenants.people.known_browsers); empty if there are none."""
    return request.COOKIES.get(known_cookie_name(), "")[:KNOWN_CHARACTERS_MAX]


def _token(request: HttpRequest, cookie: str) -> str | None:
    given = request.COOKIES.get(cookie, "")
    return given if len(given) == 32 and given.isalnum() else None


def account_id(*, request: HttpRequest) -> UUID | None:
    """The account that is logged in; asks nothing of the database when there is no session cookie."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "user"):
        return None
    return request.user.pk if request.user.is_authenticated else None


def name(*, request: HttpRequest) -> str:
    """The name of the account that is logged in, or an empty string."""
    return str(getattr(request.user, "name", "")) if account_id(request=request) else ""


def basket(*, request: HttpRequest) -> BasketHead | None:
    """This visitor's basket as the request found it: one statement, however often it is asked; none without a basket and an account."""
    found: BasketHead | None
    try:
        found = request._basket  # type: ignore[attr-defined]
    except AttributeError:
        found = baskets.find(token=token(request=request), account_id=account_id(request=request))
        request._basket = found  # type: ignore[attr-defined]
    return found


def look_again(*, request: HttpRequest) -> None:
    """The basket was changed: `basket` asks once more."""
    if hasattr(request, "_basket"):
        del request._basket


def basket_count(*, request: HttpRequest) -> int:
    """Lines in this visitor's basket."""
    head = basket(request=request)
    return head.line_count if head else 0


def source(*, request: HttpRequest) -> str:
    """The network address that asks: see tenants.http.client_address."""
    return client_address.of(request=request)


def remember(*, response: HttpResponse, basket_token: str) -> None:
    """Let this browser keep its basket."""
    _keep(response, cookie_name(), basket_token, seconds=KEEP_SECONDS)


def remember_paying(*, response: HttpResponse, purchase_token: str) -> None:
    """Let this browser know the purchase again when its buyer comes back from paying."""
    _keep(response, paying_cookie_name(), purchase_token, seconds=KEEP_PAYING_SECONDS)


def remember_known(*, request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let this browser be known the next time that the account signs in; signing out does not end that, a new password does."""
    tokens = known_browsers.remembered(tokens=known_browser(request=request), user=user)
    _keep(response, known_cookie_name(), tokens, seconds=KEEP_KNOWN_SECONDS)


def _keep(response: HttpResponse, name: str, token: str, *, seconds: int) -> None:
    response.set_cookie(name, token, max_age=seconds, path="/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")


def forget(*, response: HttpResponse) -> None:
    """Let this browser drop its basket (at logout: it belongs to the account now)."""
    response.delete_cookie(cookie_name(), path="/", samesite="Lax")
