"""What a checkout page showed of a seller's goods, as its form carries it, and in words what is another by now.

Nobody need sign it: who changes it deceives nobody but themselves, and orders what stands there or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from federation.buying.order_drafts import ShownLine
from federation.labels import figures


@dataclass(frozen=True)
class Difference:
    """One thing that was shown and is another by now; `of`: the goods that it is about, or empty."""

    of: str
    what: str
    was: str
    now: str


def write(lines: Sequence[ShownLine]) -> str:
    """The lines as a form carries them."""
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> list[ShownLine]:
    """The lines that a form carries; nonsense is none, for which nothing can be ordered."""
    try:
        rows = json.loads(text)
        lines = [ShownLine(*row) for row in rows]
        json.dumps(rows, ensure_ascii=False).encode()  # half a character can be written in JSON, and nowhere else
    except (ValueError, TypeError, RecursionError):
        return []
    return lines if all(_is_plain(line) for line in lines) else []


def _is_plain(line: ShownLine) -> bool:
    texts, numbers = line[:4], line[4:]
    return all(type(text) is str for text in texts) and all(type(number) is int and 0 <= number < 10**12 for number in numbers)


def differences(was: Sequence[ShownLine], now: Sequence[ShownLine]) -> Iterator[Difference]:
    """What changed between two showings of one seller's goods."""
    before, after = ({line.product_id: line for line in lines} for lines in (was, now))
    for product_id, line in before.items():
        if product_id not in after:
            yield Difference(line.name, _("barang"), _whole(line), _("tidak ada lagi di keranjang"))
    for product_id, line in after.items():
        if product_id not in before:
            yield Difference(line.name, _("barang"), _("belum ada di keranjang"), _whole(line))
        else:
            yield from _of_line(before[product_id], line)


def _of_line(was: ShownLine, now: ShownLine) -> Iterator[Difference]:
    """What changed of one product, under the name that the buyer knows."""
    labels = (
        (_("nama"), was.name, now.name),
        (_("penitip"), was.maker, now.maker),
        (_("satuan"), was.unit, now.unit),
        (_("jumlah"), figures.number(was.quantity), figures.number(now.quantity)),
        (_("harga satuan"), figures.rupiah(was.price_rupiah), figures.rupiah(now.price_rupiah)),
    )
    return (Difference(was.name, what, before, after) for what, before, after in labels if before != after)


def _whole(line: ShownLine) -> str:
    return f"{figures.number(line.quantity)} × {line.unit}, {figures.rupiah(line.price_rupiah * line.quantity)}"
