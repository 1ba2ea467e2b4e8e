"""Daily seals: a chain of hashes over what must never change, so that whoever kept one can show that history was rewritten.

A seal covers every such row that no seal before it covers, whatever the row says of its time: what commits late falls into the next one.
Its own hash is the sha256 of `number|day|sealed at|rows|content|seal before`: the day as YYYY-MM-DD, sealed at in microseconds since 1970,
content as `sealed_rows` says, the seal before empty for the first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from settlement.ledger import locks
from settlement.models import Seal
from settlement.seals import sealed_rows

EMPTY = hashlib.sha256(b"").hexdigest()  # the content of a seal without rows
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """A seal as it is given away: every field but its hash goes into its hash."""

    number: int
    day: date
    sealed_at: datetime
    row_count: int
    content_sha256: str
    before_sha256: str
    sha256: str

    def cells(self) -> tuple[int | str, ...]:
        """The fields in their order, as they stand in a table that `read` understands."""
        return (self.number, self.day.isoformat(), timezone.localtime(self.sealed_at).isoformat(), self.row_count, *self._hashes())

    def holds(self) -> bool:
        """Whether its hash is that of its other fields."""
        return self.sha256 == self.hash()

    def hash(self) -> str:
        """The hash that its other fields give."""
        micros = (self.sealed_at - _EPOCH) // timedelta(microseconds=1)
        parts = (self.number, self.day.isoformat(), micros, self.row_count, self.content_sha256, self.before_sha256)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()

    def _hashes(self) -> tuple[str, str, str]:
        return self.content_sha256, self.before_sha256, self.sha256


def read(*, cells: Sequence[str]) -> Link:
    """The link that a table's row stands for.

    :raises ValueError: if it is no such row
    """
    number, day, sealed_at, rows, content, before, sha256 = cells
    at = datetime.fromisoformat(sealed_at)
    if at.tzinfo is None:
        raise ValueError(sealed_at)
    return Link(int(number), date.fromisoformat(day), at, int(rows), content, before, sha256)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the history is not what a kept seal says: "unreadable" (the kept seal contradicts itself), "unknown" (the chain has no such
    seal), "chain" (the chain contradicts itself there), "rows" (the rows of that seal do not give it any more)."""

    number: int
    what: str


def seal_due(*, at: datetime) -> Seal | None:
    """Seal the day that ended last, in the federation's time zone, if that was not done. Days that were missed are covered with it."""
    day = timezone.localdate(at) - timedelta(days=1)
    return None if Seal.objects.filter(day__gte=day).exists() else seal(day=day, at=at)


def seal(*, day: date, at: datetime) -> Seal | None:
    """Cover every row that no seal covers yet, in the name of this day, and give its seal; if the day is sealed already, that seal.

    None: a later day is sealed, so this one is covered. A day without a row gets its link too: the chain then says that there was none.
    """
    with transaction.atomic(durable=True):
        locks.seal_alone()
        last = Seal.objects.order_by("-number").first()
        if last is not None and last.day >= day:
            return last if last.day == day else None
        number = 1 if last is None else last.number + 1
        rows, content = _cover(number)
        link = Link(number, day, at, rows, content, last.sha256 if last else "", "")
        return Seal.objects.create(**{**asdict(link), "sha256": link.hash()})


def _cover(number: int) -> tuple[int, str]:
    """Write down which rows the seal of this number covers; gives how many, and the hash of their content. Two statements, however many."""
    with connection.cursor() as cursor:
        cursor.execute(sealed_rows.cover(), {"number": number})
        covered = cursor.rowcount
        cursor.execute(sealed_rows.content(), {"number": number})
        found = cursor.fetchone()
    return covered, found[0] if found else EMPTY


def head() -> str | None:
    """The hash of the newest seal, for whatever is printed or given away; None before the first."""
    return Seal.objects.order_by("-number").values_list("sha256", flat=True).first()


def chain() -> list[Link]:
    """Every seal, the oldest first."""
    names = ("number", "day", "sealed_at", "row_count", "content_sha256", "before_sha256", "sha256")
    return [Link(*row) for row in Seal.objects.order_by("number").values_list(*names)]


def differences(*, kept: Sequence[Link]) -> list[Difference]:
    """Where the history of now is not what seals say that somebody kept. None: it gives every one of them, and all that they stand on."""
    now = {link.number: link for link in chain()}
    rows = _contents()
    found = [Difference(link.number, "unreadable") for link in kept if not link.holds()]
    found += [Difference(link.number, "unknown") for link in kept if link.holds() and now.get(link.number) != link]
    before = ""
    for number in range(1, max((link.number for link in kept), default=0) + 1):
        link = now.get(number)
        if link is None:
            break  # said above of the kept one
        if not link.holds() or link.before_sha256 != before:
            found.append(Difference(number, "chain"))
        if rows.get(number, (0, EMPTY)) != (link.row_count, link.content_sha256):
            found.append(Difference(number, "rows"))
        before = link.sha256
    return sorted(found, key=lambda one: (one.number, one.what))


def _contents() -> dict[int, tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(sealed_rows.contents())
        return {number: (rows, content) for number, rows, content in cursor.fetchall()}
