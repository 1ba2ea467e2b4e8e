"""What makes a booking the same booking when it is read again: in another form, with other columns, in a file that overlaps the first.

Not its texts: a bank breaks and cuts them differently in each form. Bookings are of one likeness if account, day, direction, amount and our
own reference agree, and those of one likeness are counted: a file that shows three where two are known has one that is new. Which of the
three it is does not matter, they pay the same. The bank's own numbers help where they are there: an equal number is the same booking. Where
numbers differ although the count does not say that one is new, it is a second booking or the first under another numbering (a table's
journal numbers against those of camt.053), and only a person can find out which. Nor is an entry sure that names our reference while a
line of that day and amount, which names none, is not in its file: one of the two forms may have cut the reference off.

Nor is an entry sure that names our reference and is the mirror of a line that money was booked for: the same but for the direction, but for
day and month exchanged, or but for both, while its own file does not show that line. Its table may have been read with columns or days the
wrong way.

What cannot be told apart: parts of one day in files that do not overlap, if the bank numbers nothing. Two equal bookings, one in each of
the parts, look like one that was reported twice, and are taken for one until a file shows both.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from settlement.bank.rails import account_rules
from settlement.bank.statement_files import Direction, StatementEntry, references

BANK_REFERENCE_MAX = 100
LOOKS_LIKE_ANOTHER = "looks-like-another"
READ_OTHERWISE = "read-otherwise"
_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Unknown:
    """An entry that no known line shows, with its likeness and its number among the lines of that likeness, from 1 on.

    doubt: empty, or why it may still be a known booking: LOOKS_LIKE_ANOTHER, under another number or with its reference cut off, or
    READ_OTHERWISE, from a table that was read the wrong way.
    """

    entry: StatementEntry
    likeness: str
    number: int
    doubt: str


def reference(*, entry: StatementEntry) -> str:
    """Our reference that an entry names; empty if there is none, or several."""
    found = references.find(f"{entry.end_to_end_id}\n{entry.remittance}")
    return found[0] if len(found) == 1 else ""


def bank_reference(*, entry: StatementEntry) -> str:
    """The bank's own number for an entry in one line of at most BANK_REFERENCE_MAX signs; empty if it is none, or a mere dash."""
    text = " ".join(entry.bank_reference.split())[:BANK_REFERENCE_MAX]
    return text if any(sign.isalnum() for sign in text) else ""


def likeness(*, entry: StatementEntry) -> str:
    """What entries have in common that only their count can tell apart, as 64 hexadecimal digits."""
    return _likeness(entry, reference(entry=entry))


def likenesses(*, entries: Sequence[StatementEntry]) -> set[str]:
    """Those whose lines must be known to tell what is new: of the entries, of the same without our reference, and of their mirrors."""
    return {like for entry in entries for like in (likeness(entry=entry), _likeness(entry, ""), *_mirrors(entry))}


def _likeness(entry: StatementEntry, named: str) -> str:
    parts = (
        account_rules.bare(entry.account),
        entry.booked_on.isoformat(),
        entry.direction.value,
        str(entry.amount_rupiah),
        str(entry.sen),
        named,
    )
    return hashlib.sha256(_SEPARATOR.join(parts).encode()).hexdigest()


def unknown(*, entries: Sequence[StatementEntry], known: Mapping[str, Sequence[str]], booked: Mapping[str, Sequence[str]]) -> list[Unknown]:
    """The entries of one file that are new, in its order.

    known: of each likeness the bank's numbers of all its lines, empty where a line has none
    booked: the same of those lines for which money was booked
    """
    alike: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        alike[likeness(entry=entry)].append(place)
    found = {}
    for like, places in alike.items():
        lines = known.get(like, ())
        sure = max(0, len(places) - len(lines))
        bare = _likeness(entries[places[0]], "")
        if bare != like and len(known.get(bare, ())) > len(alike.get(bare, ())):
            sure = 0
        for turn, place in enumerate(_unpaired(entries, places, lines)):
            entry = entries[place]
            doubt = LOOKS_LIKE_ANOTHER if turn >= sure else READ_OTHERWISE if _is_mirrored(entry, booked, alike) else ""
            found[place] = Unknown(entry, like, len(lines) + turn + 1, doubt)
    return [found[place] for place in sorted(found)]


def _mirrors(entry: StatementEntry) -> list[str]:
    """The likenesses that an entry would have with its direction, its day and month, or both, the other way round.

    None for one that names no reference of ours: no money is booked for it unless a person says so.
    """
    named = reference(entry=entry)
    if not named:
        return []
    other = Direction.DEBIT if entry.direction is Direction.CREDIT else Direction.CREDIT
    ways = (entry.direction,) if entry.reversal else (entry.direction, other)
    day, month = entry.booked_on.day, entry.booked_on.month
    days = (entry.booked_on, entry.booked_on.replace(day=month, month=day)) if day <= 12 and day != month else (entry.booked_on,)
    found = [_likeness(replace(entry, direction=way, booked_on=on), named) for way in ways for on in days]
    return found[1:]


def _is_mirrored(entry: StatementEntry, booked: Mapping[str, Sequence[str]], alike: Mapping[str, Sequence[int]]) -> bool:
    """Whether money was booked for a mirror of this entry that its file does not show. Numbers of the bank that differ are two bookings."""
    number = bank_reference(entry=entry)
    return any(
        len(booked.get(mirror, ())) > len(alike.get(mirror, ())) and any(not number or line in ("", number) for line in booked[mirror])
        for mirror in _mirrors(entry)
    )


def _unpaired(entries: Sequence[StatementEntry], places: Sequence[int], lines: Sequence[str]) -> list[int]:
    """The places of the entries of one likeness that are none of the lines.

    Equal numbers are one booking. Where entry or line has no number they may be one, and are taken for one; numbers that differ never are.
    Numbered entries take the lines without a number, entries without one any line that is left: as many find theirs as can.
    """
    numbers = Counter(line for line in lines if line)
    blank = len(lines) - numbers.total()
    numbered: list[int] = []
    plain: list[int] = []
    for place in places:
        number = bank_reference(entry=entries[place])
        if number and numbers[number]:
            numbers[number] -= 1
        else:
            (numbered if number else plain).append(place)
    left = numbers.total() + max(0, blank - len(numbered))
    return sorted(numbered[blank:] + plain[left:])
