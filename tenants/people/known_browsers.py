"""Browsers in which an account signed in before: they are not held to what strangers try with the account's phone number.

A browser keeps a token for each of its last accounts. A token is signed, bound to the account's password, and good until that changes or
the market is restored from a backup; it opens nothing by itself.
"""

from __future__ import annotations

import secrets

from django.utils import crypto

from tenants import market_restores, models

ACCOUNTS_MAX = 4  # of a family's phone
_BETWEEN, _WITHIN = "~", "."
_SALT = "tenants.people.known_browsers"


def remembered(*, tokens: str, user: models.User) -> str:
    """What a browser keeps after this account signed in: the tokens that it sent, with one of this account in front."""
    name = known(tokens=tokens, user=user) or secrets.token_hex(8)
    others = [token for token in tokens.split(_BETWEEN) if token and not token.startswith(user.id.hex)]
    mine = _WITHIN.join((user.id.hex, name, _signature(user, name)))
    return _BETWEEN.join([mine, *others[: ACCOUNTS_MAX - 1]])


def known(*, tokens: str, user: models.User) -> str:
    """The name of the browser in which this account signed in before; empty if it did not, or its password changed since then."""
    for token in tokens.split(_BETWEEN)[:ACCOUNTS_MAX]:
        account, _, rest = token.partition(_WITHIN)
        name, _, signature = rest.partition(_WITHIN)
        if account == user.id.hex and crypto.constant_time_compare(signature, _signature(user, name)):
            return name
    return ""


def _signature(user: models.User, name: str) -> str:
    bound = _WITHIN.join((user.id.hex, name, user.password, str(market_restores.count())))
    return crypto.salted_hmac(_SALT, bound, algorithm="sha256").hexdigest()
