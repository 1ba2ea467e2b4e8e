"""Ranks of parties: the witness that a set-off cannot be improved.

Give each party a whole number, its rank. The ranks bear witness for set-offs x if over each debt

    x < open  =>  rank(creditor) >= rank(debtor) + 1        what stays open leads upwards
    x > 0     =>  rank(creditor) <= rank(debtor) + 1        what was set off leads up by one step at most

Then x is the most that can be set off. For let z be any other set-off. As z comes in and goes out of each party alike,
Σ z (rank(creditor) - rank(debtor)) = 0, so Σ z = Σ z r with r = 1 - (rank(creditor) - rank(debtor)) of each debt. That is at most
Σ open × max(r, 0), and x reaches it: where r > 0 the first line leaves only x = open, where r < 0 the second only x = 0. (Ranks are the
node potentials of the minimum-cost flow, the two lines its complementary slackness.)

The first line alone says that the residual has no circle, for ranks would rise all along it. That is necessary and not enough: in A→B, B→A,
B→C, C→A of 10 each, setting off A→B with B→A leaves no circle and clears 20 where 30 are possible.

Whoever holds ranks can check them in one pass, so how they were found need not be trusted. They are found here by raising ranks
until both lines hold; where they do not exist, the raises run in a circle, and that circle is one along which setting off more here
and less there gains.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

Columns = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]  # debtors, creditors (places), open, set off (rupiah)
Neighbours = list[list[int]]


class CircleLeft(Exception):
    """The residual still holds a circle of debts, `places`: the least of them could be set off along all of it."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(places)
        self.places = places


class GainLeft(Exception):
    """Along the circle `places` more could be set off on some debts and less on fewer others."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(places)
        self.places = places


def find(*, count: int, columns: Columns) -> list[int]:
    """Ranks of `count` parties that bear witness for the set-offs in `columns`.

    :raises CircleLeft, GainLeft: if there are none
    """
    up: Neighbours = [[] for _ in range(count)]
    down: Neighbours = [[] for _ in range(count)]
    for debtor, creditor, open_rupiah, taken_rupiah in zip(*columns, strict=True):
        if taken_rupiah < open_rupiah:
            up[debtor].append(creditor)
        if taken_rupiah:
            down[creditor].append(debtor)
    order, ranks = _climb(up)
    return _settle(up, down, order, ranks)


def _climb(up: Neighbours) -> tuple[list[int], list[int]]:
    """All parties, each after those who still owe it (Kahn's order), and the longest way up to each."""
    count = len(up)
    waiting_for = [0] * count
    for targets in up:
        for target in targets:
            waiting_for[target] += 1
    ranks = [0] * count
    order = [place for place in range(count) if not waiting_for[place]]
    for place in order:  # grows while it is read
        step = ranks[place] + 1
        for target in up[place]:
            if ranks[target] < step:
                ranks[target] = step
            waiting_for[target] -= 1
            if not waiting_for[target]:
                order.append(target)
    if len(order) < count:
        raise CircleLeft(_circle_among(up, waiting_for))
    return order, ranks


def _circle_among(up: Neighbours, waiting_for: Sequence[int]) -> list[int]:
    """A circle among the parties that still wait: each has a debtor that waits too, so going back must come round."""
    owing = {target: place for place, targets in enumerate(up) if waiting_for[place] for target in targets}
    place = next(place for place, count in enumerate(waiting_for) if count)
    met: dict[int, None] = {}
    while place not in met:
        met[place] = None
        place = owing[place]
    way = list(met)
    return way[way.index(place) :][::-1]


def _settle(up: Neighbours, down: Neighbours, order: Sequence[int], ranks: list[int]) -> list[int]:
    """Raise ranks until both lines hold (the shortest ways of Bellman and Ford, upside down, with a queue)."""
    work = deque(order)
    queued = [True] * len(ranks)
    raised_by = [-1] * len(ranks)
    raises, look_at = 0, len(ranks)
    while work:
        place = work.popleft()
        queued[place] = False
        for targets, step in ((up[place], ranks[place] + 1), (down[place], ranks[place] - 1)):
            for target in targets:
                if ranks[target] < step:
                    ranks[target] = step
                    raised_by[target] = place
                    raises += 1
                    if not queued[target]:
                        queued[target] = True
                        work.append(target)
        if raises >= look_at:  # now and then, so that looking costs no more than raising
            look_at = raises + len(ranks)
            circle = _circle_of(raised_by)
            if circle:
                raise GainLeft(circle)
    return ranks


def _circle_of(raised_by: Sequence[int]) -> list[int]:
    """A circle among "was raised by", or nothing. Without end to the raises there is one sooner or later; with an end, never."""
    seen_in = [-1] * len(raised_by)
    for start in range(len(raised_by)):
        place = start
        while place >= 0 and seen_in[place] < 0:
            seen_in[place] = start
            place = raised_by[place]
        if place >= 0 and seen_in[place] == start:
            circle = [place]
            while raised_by[circle[-1]] != place:
                circle.append(raised_by[circle[-1]])
            return circle[::-1]
    return []
