"""A sheet of paper of 320 x 240 units to draw on, larger than it will be shown so that edges come out smooth."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 320, 240

Point = tuple[float, float]
Points = Sequence[Point]

INK, WHITE, CREAM, WOOD, STRAW, LEAF = "#2c3a31", "#ffffff", "#fff8e8", "#a9733f", "#dcb46a", "#3f8f52"
PAPERS = ("#f3efe1", "#e3f1ea", "#fdf3d4", "#fbe7e1", "#eaf0f2")


def mix(one: str, other: str, share: float) -> str:
    """A colour between two, nearer to `other` as the share grows from 0 to 1."""
    parts = [(int(one[turn : turn + 2], 16), int(other[turn : turn + 2], 16)) for turn in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


@dataclasses.dataclass(frozen=True)
class Colours:
    """The colour of a variant with its shade and its light."""

    main: str

    @property
    def dark(self) -> str:
        return mix(self.main, INK, 0.3)

    @property
    def light(self) -> str:
        return mix(self.main, WHITE, 0.4)


Motif = Callable[["Sheet", Colours], None]


def smooth(points: Points, *, closed: bool, steps: int = 10) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    reach = range(-1, count + 2)
    path = {turn: points[turn % count] if closed else points[min(max(turn, 0), count - 1)] for turn in reach}
    found: list[Point] = []
    for turn in range(count if closed else count - 1):
        p0, p1, p2, p3 = path[turn - 1], path[turn], path[turn + 1], path[turn + 2]
        for step in range(steps):
            t = step / steps
            found.append((_between(p0[0], p1[0], p2[0], p3[0], t), _between(p0[1], p1[1], p2[1], p3[1], t)))
    return found if closed else [*found, points[-1]]


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def turned(points: Points, degrees: float, around: Point) -> list[Point]:
    """The points, turned clockwise around one."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    x0, y0 = around
    return [(x0 + (x - x0) * cosine - (y - y0) * sine, y0 + (x - x0) * sine + (y - y0) * cosine) for x, y in points]


class Sheet:
    """Draws shapes in units of the sheet; later ones cover earlier ones."""

    def __init__(self, *, scale: float, paper: str) -> None:
        self._scale = scale
        self.image = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), paper)
        self._draw = ImageDraw.Draw(self.image)
        self.oval(160, 112, 118, 92, mix(paper, WHITE, 0.55))
        self.shade = mix(paper, INK, 0.13)

    def _to(self, points: Points) -> list[Point]:
        return [(x * self._scale, y * self._scale) for x, y in points]

    def ground(self, x: float = 160, rx: float = 92, y: float = 203, ry: float = 11) -> None:
        """The soft shadow that things stand on."""
        self.oval(x, y, rx, ry, self.shade)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        self._draw.ellipse(self._to([(x - rx, y - ry), (x + rx, y + ry)]), fill=fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: str, r: float = 0) -> None:
        self._draw.rounded_rectangle(self._to([(x0, y0), (x1, y1)]), radius=r * self._scale, fill=fill)

    def poly(self, points: Points, fill: str) -> None:
        self._draw.polygon(self._to(points), fill=fill)

    def blob(self, points: Points, fill: str) -> None:
        """A closed, rounded shape through the points."""
        self.poly(smooth(points, closed=True), fill)

    def line(self, points: Points, fill: str, width: float, *, curved: bool = True) -> None:
        """A stroke with round ends."""
        path = smooth(points, closed=False) if curved and len(points) > 2 else list(points)
        self._draw.line(self._to(path), fill=fill, width=max(1, round(width * self._scale)), joint="curve")
        for x, y in (path[0], path[-1]):
            self.oval(x, y, width / 2, width / 2, fill)

    def arc(self, x: float, y: float, rx: float, ry: float, start: float, end: float, fill: str, width: float) -> None:
        """A part of an ellipse's edge, degrees clockwise from the right."""
        steps = max(6, int(abs(end - start) / 8))
        angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
        self.line([(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles], fill, width, curved=False)

    def leaf(self, x: float, y: float, length: float, width: float, degrees: float, fill: str, vein: str = "") -> None:
        """A leaf that grows from (x, y) upwards, leaning by the degrees."""
        shape = [(x, y), (x - width / 2, y - length * 0.45), (x, y - length), (x + width / 2, y - length * 0.45)]
        self.blob(turned(shape, degrees, (x, y)), fill)
        if vein:
            self.line(turned([(x, y), (x, y - length * 0.8)], degrees, (x, y)), vein, max(1.2, width / 14))

    def steam(self, x: float, y: float) -> None:
        """Three curls above something hot."""
        for dx in (-18, 0, 18):
            self.line([(x + dx, y), (x + dx - 5, y - 10), (x + dx + 4, y - 20), (x + dx, y - 30)], "#cdd3cb", 3)

    def label(self, x0: float, y0: float, x1: float, y1: float, fill: str = CREAM, mark: str = LEAF) -> None:
        """A paper label with a leaf on it."""
        self.box(x0, y0, x1, y1, fill, r=5)
        x, y, size = (x0 + x1) / 2, (y0 + y1) / 2, min(x1 - x0, y1 - y0)
        self.leaf(x, y + size * 0.3, size * 0.62, size * 0.34, 18, mark)
