"""The door at which payment gateways say that something changed. What they send only says where to look; nothing of it is believed."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from federation.web import request_limits, visitors
from marketplace.gateway_payments import payment_round
from settlement.bank.gateways import gateway_interface as gateways
from settlement.bank.gateways import registry
from tenants import clock, throttle

BODY_BYTES_MAX = 64 * 1024
PER_ADDRESS_MAX = 600  # a gateway speaks from a few addresses, for all of its payments
PER_ADDRESS_SECONDS = 60


@csrf_exempt
@require_POST
def notify(request: HttpRequest, name: str) -> JsonResponse:
    """POST /api/gerbang/<name>/kabar/ — 200 taken in, also where it speaks of nothing of ours; no other answer depends on what we know.

    400 if the gateway did not send it, 404 without such a gateway, 413 above 64 KB, 429 beyond 600 a minute from one address, 503 while
    nobody can count these, the clock is doubted, or the gateway does not answer our question: then it shall send it again.
    """
    try:
        throttle.hit_from(
            key="gateway-notification", source=visitors.source(request=request), limit=PER_ADDRESS_MAX, seconds=PER_ADDRESS_SECONDS
        )
    except throttle.TooManyTries:
        return _answer("too-many", 429)
    except throttle.CannotCount:
        return _answer("cannot-count", 503)
    gateway = registry.of(name=name)
    if gateway is None:
        return _answer("no-such-gateway", 404)
    if request_limits.announced_bytes(request=request) > BODY_BYTES_MAX:
        return _answer("too-large", 413)
    try:
        key: object = gateway.key_of(body=request.body, headers=request.headers)
    except (gateways.Unreadable, RawPostDataException):  # the second: a form in pieces, which no gateway sends
        return _answer("unreadable", 400)
    if key is None:
        return _answer("ok", 200)
    if not isinstance(key, str):  # what a gateway sends decides the type, whatever its adapter promises
        return _answer("unreadable", 400)
    try:
        payment_round.ask_about(gateway=name, key=key, at=clock.required())
    except OSError:
        return _answer("gateway-does-not-answer", 503)
    except clock.ClockDoubted:
        return _answer("clock-doubted", 503)
    return _answer("ok", 200)


def _answer(status: str, code: int) -> JsonResponse:
    return JsonResponse({"status": status}, status=code)
