"""Readers of the process environment. A value that cannot be meant ends the start with one sentence; nothing is guessed.

Only `deploy/settings.py` and the command line read the environment; everything else reads settings.
"""

import ipaddress
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib import parse

WEB_THREADS = 4  # of a web process, unless PASARSAMA_WEB_THREADS says otherwise
REQUEST_SECONDS = 30  # for a request's head, and for its body before the first KB, unless PASARSAMA_REQUEST_SECONDS says otherwise
CACHE_DB, COUNTS_DB = 1, 3  # numbered databases of the queue's server, which BROKER_URL may not name

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class Misconfigured(Exception):
    """The environment holds a value that cannot be used; the message says which, why and what would do."""


def text(name: str, default: str | None = None) -> str:
    """Give the variable as text without surrounding blanks.

    :raises Misconfigured: if it is not set (or empty) and there is no default
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise Misconfigured(f"{name} is not set, and there is no safe default for it.")
    return default


def flag(name: str, default: bool = False) -> bool:
    """Give the variable as a yes or no.

    :raises Misconfigured: for anything but 1/0, true/false, yes/no, on/off
    """
    if name not in os.environ:
        return default
    value = os.environ[name].strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise Misconfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int | None = None) -> int:
    """Give the variable as a whole number.

    :raises Misconfigured: if it is not one, or not set without a default
    """
    value = os.environ.get(name, "").strip()
    if not value:
        if default is None:
            raise Misconfigured(f"{name} is not set, and there is no safe default for it.")
        return default
    try:
        return int(value)
    except ValueError:
        raise Misconfigured(f"{name} must be a whole number, not {value!r}.") from None


def names(name: str, default: str = "") -> list[str]:
    """Give a comma-separated variable as a list without blanks and empty parts."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def networks(name: str) -> list[str]:
    """Give a comma-separated variable of network addresses (192.0.2.7) and networks (10.0.0.0/8, 2001:db8::/32).

    :raises Misconfigured: if a part is neither, or means everybody
    """
    found = names(name)
    for part in found:
        try:
            network = ipaddress.ip_network(part)
        except ValueError:
            raise Misconfigured(f"{name} must hold addresses or networks like 10.0.0.2 or 10.0.0.0/24, not {part!r}.") from None
        if network.prefixlen == 0:
            raise Misconfigured(f"{name} must not hold {part!r}: that is everybody, and anybody could claim any address.")
    return found


def pairs(name: str) -> dict[str, str]:
    """Give a comma-separated variable of the form name=value,other=value.

    :raises Misconfigured: if a part is no such pair, or a name stands there twice
    """
    found: dict[str, str] = {}
    for part in names(name):
        key, mark, value = (text.strip() for text in part.partition("="))
        if not key or not mark or not value:
            raise Misconfigured(f"{name} must hold pairs like name=value, separated by commas, not {part!r}.")
        if key in found:
            raise Misconfigured(f"{name} names {key!r} twice.")
        found[key] = value
    return found


def choice(name: str, *, default: str, among: Sequence[str]) -> str:
    """Give the variable as one of the known words.

    :raises Misconfigured: for any other word
    """
    value = text(name, default)
    if value not in among:
        raise Misconfigured(f"{name} must be one of {', '.join(among)}, not {value!r}.")
    return value


def time_zone() -> str:
    """Give the name of the federation's time zone: its days, cut-offs and nights."""
    return text("PASARSAMA_TIME_ZONE", "Asia/Jakarta")


def backups_folder(data: Path) -> Path:
    """Give the folder of the nightly backups of a data folder."""
    return Path(text("PASARSAMA_BACKUPS", str(data / "backups"))).expanduser().absolute()


def database(url: str) -> dict[str, Any]:
    """Turn postgresql://user:password@host:port/name?option=value into an entry of DATABASES (without ENGINE).

    `?host=/folder` names the folder of a unix socket; every other option is handed to libpq (sslmode, sslrootcert ...).

    :raises Misconfigured: if the address is not one of PostgreSQL or lacks a part
    """
    shown = without_password(url)
    try:
        parts = parse.urlsplit(url)
        port = parts.port
    except ValueError:
        raise Misconfigured(f"The database address {shown} cannot be read; the form is postgresql://user:password@host:5432/name") from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise Misconfigured(f"The database address {shown} must begin with postgresql:// (PostgreSQL is the only database).")
    options = dict(parse.parse_qsl(parts.query, keep_blank_values=True))
    name = parse.unquote(parts.path.lstrip("/"))
    if not name:
        raise Misconfigured(f"The database address {shown} names no database after the host.")
    if not parts.username:
        raise Misconfigured(f"The database address {shown} names no user.")
    return {
        "NAME": name,
        "USER": parse.unquote(parts.username),
        "PASSWORD": parse.unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parse.unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or (str(port) if port else ""),
        "OPTIONS": options,
    }


def broker(url: str) -> str:
    """Turn BROKER_URL into the form that Celery reads: a unix socket is redis+socket:// there.

    :raises Misconfigured: if it is not an address of Valkey or Redis
    """
    scheme, rest = _split_broker(url)
    if scheme != "unix":
        return f"{scheme}://{rest}"
    path, _, query = rest.partition("?")
    options = dict(parse.parse_qsl(query))
    return f"redis+socket://{path}?virtual_host={options.get('db', '0')}"


def cache(url: str, db: int = CACHE_DB) -> str:
    """Turn BROKER_URL into the address of Django's cache on the same server, in another numbered database than the queue.

    :raises Misconfigured: if it is not an address of Valkey or Redis
    """
    scheme, rest = _split_broker(url)
    if scheme == "unix":
        return f"unix://{rest.partition('?')[0]}?db={db}"
    parts = parse.urlsplit(f"{scheme}://{rest}")
    return parse.urlunsplit((parts.scheme, parts.netloc, f"/{db}", parts.query, ""))


def without_password(url: str) -> str:
    """Give an address for a message: the password is never shown."""
    head, at, tail = url.rpartition("@")
    if not at:
        return url
    scheme, slashes, who = head.rpartition("//")
    return f"{scheme}{slashes}{who.partition(':')[0]}@{tail}"


def _split_broker(url: str) -> tuple[str, str]:
    scheme, mark, rest = url.partition("://")
    scheme = {"valkey": "redis", "valkeys": "rediss", "redis+socket": "unix"}.get(scheme, scheme)
    if not mark or not rest or scheme not in {"redis", "rediss", "unix"}:
        raise Misconfigured(f"BROKER_URL {without_password(url)} must begin with redis://, rediss:// or unix:// (Valkey or Redis).")
    path, _, query = rest.partition("?")
    named = [value for name, value in parse.parse_qsl(query) if name == "db"]
    if scheme != "unix":
        if named:  # the cache would follow it, and empty the queue
            raise Misconfigured(
                f"BROKER_URL {without_password(url)} must name its database after the host, as in redis://localhost:6379/0."
            )
        named = [parse.urlsplit(f"{scheme}://{path}").path.strip("/")]
    if any(number.lstrip("0") in {str(CACHE_DB), str(COUNTS_DB)} for number in named):
        raise Misconfigured(
            f"BROKER_URL {without_password(url)} names a database that the market needs for something else: {CACHE_DB} is its cache, which"
            f" is emptied after a failure, {COUNTS_DB} counts tries. Name another one, 0 for example."
        )
    return scheme, rest
