"""Vegetables and fruit."""

from __future__ import annotations

import math

from deploy.demo.drawings.sheet import CREAM, INK, LEAF, STRAW, WHITE, WOOD, Colours, Sheet, mix, turned

STALK = "#7fb069"


def bunch(s: Sheet, c: Colours) -> None:
    s.ground(160, 70)
    for x, lean in ((128, -16), (144, -8), (160, 0), (176, 8), (192, 16)):
        s.line([(160 + (x - 160) * 0.5, 200), (x, 120)], STALK, 7)
        s.leaf(x, 138, 88, 44, lean * 1.6, c.dark if lean in (-8, 8) else c.main, c.light)
    s.leaf(150, 152, 62, 36, -34, c.light, c.dark)
    s.leaf(170, 152, 62, 36, 34, c.light, c.dark)
    s.box(138, 166, 182, 178, STRAW, r=5)
    s.line([(176, 172), (196, 164)], STRAW, 4)
    s.line([(176, 174), (196, 182)], STRAW, 4)


def chili(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, y, turn, colour in (
        (136, 92, 46, c.dark),
        (184, 92, -46, c.dark),
        (146, 90, 22, c.main),
        (174, 90, -22, c.main),
        (160, 94, 0, c.light),
    ):
        pod = [(x - 13, y), (x + 13, y), (x + 15, y + 40), (x + 4, y + 86), (x - 3, y + 96), (x - 12, y + 44)]
        s.blob(turned(pod, turn, (x, y)), colour)
        s.blob(turned([(x - 14, y + 2), (x, y - 8), (x + 14, y + 2), (x, y + 10)], turn, (x, y)), LEAF)
        s.line(turned([(x, y - 4), (x + 3, y - 24)], turn, (x, y)), LEAF, 5)


def tomato(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, y, r, colour in ((112, 158, 42, c.dark), (206, 160, 40, c.dark), (160, 142, 54, c.main)):
        s.oval(x, y, r, r * 0.88, colour)
        s.oval(x - r * 0.4, y - r * 0.36, r * 0.2, r * 0.14, mix(colour, WHITE, 0.5))
        for turn in range(0, 360, 72):
            s.leaf(x, y - r * 0.72, r * 0.42, r * 0.2, turn, LEAF)


def eggplant(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, y, turn, colour in ((128, 86, 24, c.dark), (196, 80, -20, c.main)):
        s.blob(
            turned([(x - 18, y), (x + 18, y), (x + 34, y + 66), (x + 20, y + 110), (x - 20, y + 110), (x - 34, y + 66)], turn, (x, y + 50)),
            colour,
        )
        s.line(turned([(x - 16, y + 40), (x - 18, y + 76)], turn, (x, y + 50)), mix(colour, WHITE, 0.35), 6)
        s.blob(
            turned([(x - 24, y + 8), (x, y - 12), (x + 24, y + 8), (x + 10, y + 20), (x, y + 10), (x - 10, y + 20)], turn, (x, y + 50)),
            LEAF,
        )
        s.line(turned([(x, y - 6), (x + 2, y - 26)], turn, (x, y + 50)), LEAF, 8)


def cucumber(s: Sheet, c: Colours) -> None:
    s.ground()
    for y, turn, colour in ((120, -24, c.dark), (150, -8, c.main)):
        s.blob(
            turned(
                [(76, y - 8), (120, y - 22), (200, y - 22), (244, y - 8), (244, y + 10), (200, y + 22), (120, y + 22), (76, y + 10)],
                turn,
                (160, y),
            ),
            colour,
        )
        for dy in (-8, 4):
            s.line(turned([(104, y + dy), (216, y + dy)], turn, (160, y)), mix(colour, WHITE, 0.25), 3)
    s.oval(112, 184, 24, 20, c.main)
    s.oval(112, 184, 19, 15, mix(c.light, WHITE, 0.6))
    for dx, dy in ((-7, -3), (6, -5), (0, 6)):
        s.oval(112 + dx, 184 + dy, 2.4, 3.6, c.light)


def root(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, turn, colour in ((112, 14, c.dark), (206, -14, c.dark), (160, 0, c.main)):
        for lean in (-26, 0, 26):
            s.leaf(x, 92, 44, 17, lean + turn * 0.6, LEAF)
        s.blob(
            turned(
                [(x - 24, 92), (x, 84), (x + 24, 92), (x + 22, 130), (x + 7, 186), (x, 200), (x - 7, 186), (x - 22, 130)], turn, (x, 92)
            ),
            colour,
        )
        for dy, dx in ((112, -10), (130, 5), (150, -4)):
            s.line(turned([(x + dx - 7, dy), (x + dx + 7, dy)], turn, (x, 92)), mix(colour, WHITE, 0.3), 3)


def tuber(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, y, turn, colour in ((112, 164, 24, c.dark), (210, 164, -20, c.dark), (160, 130, -8, c.main)):
        shape = [
            (x - 58, y),
            (x - 44, y - 28),
            (x - 8, y - 34),
            (x + 34, y - 30),
            (x + 60, y - 4),
            (x + 42, y + 28),
            (x + 4, y + 30),
            (x - 40, y + 28),
        ]
        s.blob(turned(shape, turn, (x, y)), colour)
        s.oval(*turned([(x - 24, y - 16)], turn, (x, y))[0], 12, 7, mix(colour, WHITE, 0.35))
        for dx, dy in ((-30, 10), (4, -12), (20, 12), (38, -6), (-6, 14)):
            s.oval(*turned([(x + dx, y + dy)], turn, (x, y))[0], 3.4, 2.4, mix(colour, INK, 0.35))


def onion(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, y, k, colour in ((110, 160, 0.8, c.dark), (212, 160, 0.8, c.dark), (160, 148, 1.05, c.main)):
        s.blob(
            [
                (x, y - 62 * k),
                (x + 10 * k, y - 40 * k),
                (x + 46 * k, y),
                (x + 26 * k, y + 42 * k),
                (x - 26 * k, y + 42 * k),
                (x - 46 * k, y),
                (x - 10 * k, y - 40 * k),
            ],
            colour,
        )
        for dx in (-20, 0, 20):
            s.line([(x, y - 40 * k), (x + dx * k, y), (x + dx * 0.6 * k, y + 38 * k)], mix(colour, WHITE, 0.4), 2.5)
        for dx in (-8, 0, 8):
            s.line([(x + dx * k, y + 42 * k), (x + dx * 1.5 * k, y + 50 * k)], WOOD, 2)


def cabbage(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, y, rx, ry, colour in (
        (106, 150, 44, 48, c.dark),
        (214, 150, 44, 48, c.dark),
        (160, 166, 84, 40, c.dark),
        (160, 132, 72, 66, c.main),
    ):
        s.oval(x, y, rx, ry, colour)
    s.blob([(110, 150), (118, 96), (160, 76), (176, 120), (158, 180), (126, 186)], c.light)
    s.blob([(212, 150), (206, 98), (172, 84), (164, 130), (176, 184), (202, 180)], mix(c.light, WHITE, 0.3))
    s.line([(132, 182), (138, 140), (156, 98)], WHITE, 4)
    s.line([(190, 180), (184, 140), (176, 104)], WHITE, 4)
    s.line([(138, 148), (124, 128)], WHITE, 2.5)
    s.line([(185, 148), (200, 128)], WHITE, 2.5)


def corn(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, turn in ((124, -18), (196, 18)):
        s.blob(turned([(x - 22, 160), (x - 24, 90), (x, 44), (x + 24, 90), (x + 22, 160)], turn, (x, 190)), c.main)
        for row in range(8):
            for col in (-12, 0, 12):
                dot = turned([(x + col * (0.72 if row == 0 else 1), 74 + row * 12)], turn, (x, 190))[0]
                s.oval(*dot, 5, 5, c.light)
        s.leaf(x, 200, 116, 40, turn - 16, mix(LEAF, WHITE, 0.2), STALK)
        s.leaf(x, 200, 116, 40, turn + 18, LEAF, STALK)


def mushroom(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, y, k, cap in ((106, 156, 0.72, c.dark), (218, 154, 0.74, c.dark), (162, 116, 1.2, c.main)):
        s.blob([(x - 13 * k, y), (x + 13 * k, y), (x + 18 * k, y + 62 * k), (x - 18 * k, y + 62 * k)], CREAM)
        s.blob(
            [
                (x - 54 * k, y + 8 * k),
                (x - 40 * k, y - 30 * k),
                (x, y - 46 * k),
                (x + 40 * k, y - 30 * k),
                (x + 54 * k, y + 8 * k),
                (x, y + 16 * k),
            ],
            cap,
        )
        s.blob(
            [(x - 34 * k, y - 12 * k), (x - 20 * k, y - 30 * k), (x + 4 * k, y - 36 * k), (x - 12 * k, y - 18 * k)], mix(cap, WHITE, 0.4)
        )


def banana(s: Sheet, c: Colours) -> None:
    s.ground()
    for lean, colour in ((34, c.dark), (17, c.main), (0, c.light), (-17, c.main)):
        shape = [(150, 62), (164, 62), (176, 110), (168, 160), (140, 196), (126, 192), (142, 154), (146, 110)]
        s.blob(turned(shape, lean + 6, (156, 60)), colour)
        tip = turned([(132, 195)], lean + 6, (156, 60))[0]
        s.oval(*tip, 6, 5, WOOD)
    s.box(144, 40, 170, 72, mix(LEAF, STRAW, 0.4), r=8)


def fruit(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, y, k, colour in ((116, 156, 0.78, c.dark), (208, 158, 0.76, c.dark), (162, 140, 1.05, c.main)):
        s.blob(
            [
                (x, y - 50 * k),
                (x + 36 * k, y - 42 * k),
                (x + 52 * k, y),
                (x + 30 * k, y + 50 * k),
                (x - 30 * k, y + 50 * k),
                (x - 52 * k, y),
                (x - 36 * k, y - 42 * k),
            ],
            colour,
        )
        s.oval(x - 22 * k, y - 18 * k, 11 * k, 8 * k, mix(colour, WHITE, 0.45))
        s.line([(x, y - 46 * k), (x + 4 * k, y - 68 * k)], WOOD, 5 * k)
        s.leaf(x + 2 * k, y - 56 * k, 38 * k, 20 * k, 62, LEAF, STALK)


def orange(s: Sheet, c: Colours) -> None:
    s.ground()
    s.oval(122, 148, 52, 52, c.dark)
    s.leaf(122, 100, 40, 20, 50, LEAF, STALK)
    s.oval(198, 154, 50, 50, c.main)
    s.oval(198, 154, 44, 44, CREAM)
    for turn in range(0, 360, 45):
        x, y = 198 + 21 * math.cos(math.radians(turn)), 154 + 21 * math.sin(math.radians(turn))
        s.blob(turned([(x - 16, y), (x + 12, y - 13), (x + 17, y), (x + 12, y + 13)], turn, (x, y)), c.light)


def melon(s: Sheet, c: Colours) -> None:
    s.ground()
    s.oval(136, 130, 76, 68, c.dark)
    for dx in (-46, -16, 16, 46):
        s.line([(136 + dx * 0.3, 64), (136 + dx * 1.2, 130), (136 + dx * 0.3, 196)], c.main, 9)
    flesh = {"#4f9d58": "#e8566a", "#a9c77b": "#cfe8a6", "#e39b3c": "#f4b25c"}.get(c.main, "#f4b25c")
    s.blob([(138, 186), (262, 186), (246, 208), (200, 216), (156, 208)], c.main)
    s.poly([(138, 186), (262, 186), (200, 112)], flesh)
    for x, y in ((186, 172), (200, 158), (214, 172), (200, 140), (170, 180), (230, 180)):
        s.oval(x, y, 2.6, 4, "#3a2a22")


def pineapple(s: Sheet, c: Colours) -> None:
    s.ground(160, 64)
    for lean in (-46, -24, 24, 46, -10, 10, 0):
        s.leaf(160, 100, 66, 18, lean, LEAF, STALK)
    s.blob([(160, 86), (200, 100), (208, 150), (186, 202), (134, 202), (112, 150), (120, 100)], c.main)
    for row in range(5):
        for col in range(-2, 3):
            x, y = 160 + col * 18 + (9 if row % 2 else 0), 106 + row * 19
            if abs(x - 160) < 40 - abs(row - 2) * 3:
                s.poly([(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)], c.dark)


def coconut(s: Sheet, c: Colours) -> None:
    s.ground()
    s.oval(128, 140, 60, 60, c.main)
    for dx in (-30, -10, 12, 32):
        s.line([(128 + dx, 92), (128 + dx * 1.2, 130)], c.dark, 3)
    for dx, dy in ((-10, -22), (12, -24), (2, -6)):
        s.oval(128 + dx, 140 + dy, 5, 5, c.dark)
    s.oval(204, 166, 48, 38, "#7a5230")
    s.oval(204, 160, 46, 30, WHITE)
    s.oval(204, 163, 33, 19, "#e8eef0")


MOTIFS = {
    "bunch": (bunch, ("#3f9a4f", "#8db85a", "#8e4a6e", "#5f9e3f")),
    "chili": (chili, ("#d23b2a", "#4d9a3f", "#e0702b", "#b02a3a")),
    "tomato": (tomato, ("#d8412f", "#7fae4a", "#e0702b", "#c93b4f")),
    "eggplant": (eggplant, ("#6a3f7f", "#6fa653", "#8a4a6a", "#4b3a6b")),
    "cucumber": (cucumber, ("#4f9a48", "#86a94a", "#3f8554", "#6aa84f")),
    "root": (root, ("#e8862e", "#8a4f86", "#b98553", "#e6dcc3")),
    "tuber": (tuber, ("#e0913f", "#8f5a86", "#c99a62", "#a9713f")),
    "onion": (onion, ("#a8426a", "#ded3bf", "#c98a3f", "#8c5a8c")),
    "cabbage": (cabbage, ("#86b95c", "#cfd6a2", "#6aa25a", "#9a6a9a")),
    "corn": (corn, ("#f0b832", "#e8a028", "#f3cf5a", "#d88a2a")),
    "mushroom": (mushroom, ("#d9c7a8", "#7d5a46", "#c9a27a", "#b9846a")),
    "banana": (banana, ("#efc035", "#a8b83f", "#f3d05a", "#d8a02a")),
    "fruit": (fruit, ("#eba53a", "#82b04a", "#d0485a", "#8a5a3a")),
    "orange": (orange, ("#f09a2e", "#86b548", "#e8702e", "#f3c03a")),
    "melon": (melon, ("#4f9d58", "#a9c77b", "#e39b3c", "#6fae6a")),
    "pineapple": (pineapple, ("#e2a53a", "#d8923a", "#c9a02a", "#e8b85a")),
    "coconut": (coconut, ("#5f9a4a", "#8a5f3a", "#a8763f", "#6a8a4a")),
}
