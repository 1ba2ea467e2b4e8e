"""What is cooked, baked, fried or butchered."""

from __future__ import annotations

from deploy.demo.drawings.sheet import CREAM, INK, LEAF, STRAW, WHITE, WOOD, Colours, Sheet, mix, turned

DISH, DISH_SHADE = "#f4f1e8", "#d5d9d2"
BANANA_LEAF = "#5c9a50"


def _plate(s: Sheet) -> None:
    s.ground(160, 100)
    s.oval(160, 184, 104, 24, DISH_SHADE)
    s.oval(160, 180, 104, 23, DISH)
    s.oval(160, 180, 76, 15, mix(DISH, DISH_SHADE, 0.5))


def _banana_leaf(s: Sheet) -> None:
    s.ground(160, 108)
    s.blob([(46, 178), (100, 154), (220, 154), (274, 178), (220, 206), (100, 206)], BANANA_LEAF)
    s.line([(54, 179), (266, 179)], mix(BANANA_LEAF, WHITE, 0.35), 3)


def tempe(s: Sheet, c: Colours) -> None:
    _banana_leaf(s)
    s.poly([(78, 132), (196, 148), (196, 186), (78, 168)], c.dark)
    s.poly([(196, 148), (246, 122), (246, 160), (196, 186)], mix(c.main, c.dark, 0.55))
    s.poly([(78, 132), (128, 108), (246, 122), (196, 148)], c.main)
    for x, y in ((110, 132), (134, 122), (152, 136), (174, 126), (198, 134), (216, 126), (130, 136), (180, 140), (158, 120)):
        s.oval(x, y, 7, 4, c.light)
    for x, y in ((94, 148), (118, 160), (142, 156), (166, 168), (184, 164), (212, 158), (230, 148)):
        s.oval(x, y, 6, 5, mix(c.dark, WHITE, 0.25))


def tofu(s: Sheet, c: Colours) -> None:
    _plate(s)
    for x, y in ((92, 128), (168, 128), (130, 84)):
        s.poly([(x, y), (x + 42, y + 8), (x + 42, y + 48), (x, y + 38)], c.main)
        s.poly([(x + 42, y + 8), (x + 62, y - 4), (x + 62, y + 34), (x + 42, y + 48)], c.dark)
        s.poly([(x, y), (x + 22, y - 10), (x + 62, y - 4), (x + 42, y + 8)], c.light)


def parcel(s: Sheet, c: Colours) -> None:
    s.ground(160, 96)
    for x, y, turn, colour in ((124, 166, -12, c.dark), (200, 168, 10, c.dark), (160, 132, 0, c.main)):
        s.poly(turned([(x - 62, y - 22), (x + 62, y - 22), (x + 62, y + 22), (x - 62, y + 22)], turn, (x, y)), colour)
        s.poly(turned([(x - 62, y - 22), (x - 80, y - 13), (x - 80, y + 13), (x - 62, y + 22)], turn, (x, y)), mix(colour, INK, 0.12))
        s.poly(turned([(x + 62, y - 22), (x + 80, y - 13), (x + 80, y + 13), (x + 62, y + 22)], turn, (x, y)), mix(colour, INK, 0.12))
        for dy in (-12, 0, 12):
            s.line(turned([(x - 58, y + dy), (x + 58, y + dy)], turn, (x, y)), mix(colour, WHITE, 0.25), 1.6)
        for dx in (-58, 58):
            s.line(turned([(x + dx, y - 24), (x + dx, y + 24)], turn, (x, y)), WOOD, 4)


def balls(s: Sheet, c: Colours) -> None:
    _plate(s)
    for x, y, colour in (
        (108, 156, c.dark),
        (160, 150, c.dark),
        (212, 156, c.dark),
        (134, 166, c.main),
        (188, 166, c.main),
        (160, 120, c.light),
        (116, 128, c.main),
        (204, 128, c.main),
    ):
        s.oval(x, y, 27, 24, colour)
        for dx, dy in ((-12, -6), (2, -13), (12, -2), (-3, 3), (-14, 7), (9, 11)):
            s.oval(x + dx, y + dy, 2.6, 1.8, mix(colour, WHITE, 0.6))


def layers(s: Sheet, c: Colours) -> None:
    _banana_leaf(s)
    for x, y in ((86, 140), (168, 140), (128, 96)):
        for turn, colour in enumerate((c.main, CREAM, c.light, CREAM, c.main)):
            top = y + turn * 9
            s.poly([(x, top), (x + 46, top + 8), (x + 46, top + 18), (x, top + 10)], colour)
            s.poly([(x + 46, top + 8), (x + 70, top - 4), (x + 70, top + 6), (x + 46, top + 18)], mix(colour, INK, 0.14))
        s.poly([(x, y), (x + 24, y - 12), (x + 70, y - 4), (x + 46, y + 8)], mix(c.main, WHITE, 0.2))


def cake(s: Sheet, c: Colours) -> None:
    _plate(s)
    s.blob([(106, 118), (214, 118), (204, 182), (160, 188), (116, 182)], mix(c.dark, WOOD, 0.3))
    for dx in range(-38, 44, 15):
        s.line([(160 + dx * 1.15, 128), (160 + dx, 180)], c.main, 3)
    s.blob([(96, 122), (108, 86), (140, 70), (160, 54), (182, 70), (212, 86), (224, 122), (160, 134)], c.main)
    s.line([(142, 118), (146, 92), (160, 72)], c.light, 6)
    s.line([(180, 118), (176, 94), (162, 74)], c.light, 6)
    for x, y in ((122, 104), (134, 116), (196, 104), (188, 118), (160, 108)):
        s.oval(x, y, 3.4, 2.4, WHITE)


def donut(s: Sheet, c: Colours) -> None:
    _plate(s)
    for x, y in ((112, 150), (208, 150), (160, 112)):
        s.oval(x, y + 7, 46, 32, mix(c.dark, WOOD, 0.3))
        s.oval(x, y, 46, 30, c.main)
        s.oval(x, y - 3, 40, 24, c.light)
        s.oval(x, y - 1, 14, 8, mix(c.dark, WOOD, 0.5))
        for dx, dy, mark in (
            (-26, -6, WHITE),
            (-8, -16, "#c8553c"),
            (14, -14, WHITE),
            (28, -2, "#5f86a8"),
            (18, 12, WHITE),
            (-16, 12, "#4f9a58"),
        ):
            s.line([(x + dx, y + dy), (x + dx + 5, y + dy + 3)], mark, 3)


def bread(s: Sheet, c: Colours) -> None:
    s.ground(160, 104)
    s.box(56, 178, 264, 196, WOOD, r=8)
    s.blob([(74, 176), (70, 130), (92, 96), (160, 86), (228, 96), (250, 130), (246, 176), (160, 184)], c.main)
    s.blob([(84, 130), (100, 104), (160, 96), (220, 104), (236, 130), (160, 122)], c.light)
    for x in (112, 152, 192):
        s.line([(x, 116), (x + 9, 134), (x + 16, 158)], c.dark, 6)


def bowl(s: Sheet, c: Colours) -> None:
    s.ground(160, 76)
    s.blob([(70, 126), (250, 126), (232, 172), (196, 202), (124, 202), (88, 172)], c.dark)
    s.blob([(84, 140), (110, 140), (128, 196), (108, 184), (92, 166)], c.main)
    s.oval(160, 126, 92, 24, mix(c.dark, WHITE, 0.75))
    s.oval(160, 127, 82, 18, c.main)
    for x, y, rx in ((124, 122, 17), (164, 130, 20), (198, 122, 16), (150, 116, 13)):
        s.oval(x, y, rx, rx * 0.46, c.light)
    s.steam(160, 92)


def cup(s: Sheet, c: Colours) -> None:
    s.ground(156, 84)
    s.oval(152, 192, 82, 15, DISH_SHADE)
    s.oval(152, 188, 82, 14, DISH)
    s.arc(212, 136, 26, 26, -90, 110, mix(c.main, INK, 0.15), 10)
    s.blob([(92, 96), (212, 96), (208, 150), (184, 186), (120, 186), (96, 150)], mix(c.main, WHITE, 0.2))
    s.blob([(102, 110), (118, 110), (122, 170), (108, 154)], c.light)
    s.oval(152, 97, 60, 16, mix(c.main, WHITE, 0.75))
    s.oval(152, 98, 51, 11, c.dark)
    s.leaf(146, 100, 22, 12, 70, LEAF)
    s.steam(152, 66)


def pot(s: Sheet, c: Colours) -> None:
    s.ground(160, 86)
    for x, start, end in ((74, 90, 270), (246, -90, 90)):
        s.arc(x, 130, 18, 18, start, end, c.dark, 9)
    s.blob([(76, 106), (244, 106), (246, 160), (222, 202), (98, 202), (74, 160)], c.main)
    s.blob([(90, 122), (108, 122), (116, 194), (96, 180)], c.light)
    s.oval(160, 104, 88, 18, c.dark)
    s.blob([(78, 102), (100, 78), (160, 68), (220, 78), (242, 102), (160, 112)], mix(c.main, c.light, 0.5))
    s.oval(160, 66, 15, 10, c.dark)
    s.steam(160, 52)


def cone(s: Sheet, c: Colours) -> None:
    s.ground(160, 104)
    s.oval(160, 184, 106, 24, mix(STRAW, WOOD, 0.4))
    s.oval(160, 178, 100, 20, BANANA_LEAF)
    s.blob([(160, 38), (174, 62), (216, 168), (200, 180), (120, 180), (104, 168), (146, 62)], c.main)
    for y, half in ((84, 16), (108, 26), (132, 37), (156, 47)):
        s.arc(160, y, half, 6, 10, 170, c.dark, 3)
    for x, colour in ((86, "#c8553c"), (112, "#8a5a36"), (208, LEAF), (236, "#e8b54a")):
        s.oval(x, 184, 17, 9, colour)
    s.leaf(160, 48, 26, 12, 0, LEAF)


def fish(s: Sheet, c: Colours) -> None:
    s.ground()
    for y, shift, colour in ((162, 16, c.dark), (122, -8, c.main)):
        x = 150 + shift
        s.blob([(x - 92, y), (x - 46, y - 32), (x + 24, y - 28), (x + 74, y), (x + 24, y + 28), (x - 46, y + 32)], colour)
        s.poly([(x + 62, y), (x + 108, y - 30), (x + 96, y), (x + 108, y + 30)], mix(colour, INK, 0.15))
        s.blob([(x - 26, y - 28), (x, y - 48), (x + 26, y - 26)], mix(colour, INK, 0.15))
        s.arc(x - 50, y, 12, 24, -70, 70, mix(colour, INK, 0.25), 3)
        for dx in (-16, 8, 32):
            s.arc(x + dx, y, 9, 15, -70, 70, mix(colour, WHITE, 0.35), 2.5)
        s.oval(x - 68, y - 7, 6, 6, WHITE)
        s.oval(x - 69, y - 7, 3, 3, INK)


def chicken(s: Sheet, c: Colours) -> None:
    _plate(s)
    for x, turn in ((84, -58), (236, 58)):
        s.line(turned([(x, 156), (x, 120)], turn, (x, 156)), CREAM, 10)
        end = turned([(x, 118)], turn, (x, 156))[0]
        s.oval(end[0] - 5, end[1], 7, 7, CREAM)
        s.oval(end[0] + 5, end[1], 7, 7, CREAM)
    s.blob([(160, 70), (216, 96), (238, 140), (214, 178), (106, 178), (82, 140), (104, 96)], c.main)
    s.blob([(98, 120), (120, 138), (126, 176), (100, 172), (80, 152)], c.dark)
    s.blob([(222, 120), (200, 138), (194, 176), (220, 172), (240, 152)], c.dark)
    s.blob([(128, 96), (158, 82), (150, 112), (130, 128)], c.light)
    for x in (120, 146, 174, 200):
        s.leaf(x, 190, 30, 16, (x - 160) * 0.8, LEAF)


def meat(s: Sheet, c: Colours) -> None:
    s.ground(160, 104)
    s.box(58, 176, 262, 198, WOOD, r=8)
    s.blob([(78, 150), (92, 96), (150, 78), (214, 92), (246, 140), (226, 176), (150, 182), (92, 178)], c.main)
    s.blob([(88, 150), (100, 106), (150, 90), (206, 102), (232, 140), (214, 166), (150, 170), (100, 168)], c.light)
    s.blob([(98, 150), (108, 114), (150, 100), (200, 110), (222, 140), (206, 160), (150, 163), (108, 160)], c.main)
    s.line([(126, 122), (150, 138), (140, 156)], mix(c.light, WHITE, 0.5), 5)
    s.line([(168, 116), (190, 130), (184, 148)], mix(c.light, WHITE, 0.5), 5)
    s.oval(112, 142, 12, 10, CREAM)


MOTIFS = {
    "tempe": (tempe, ("#ead9b0", "#d9b878", "#c99a5a", "#e6dcc3")),
    "tofu": (tofu, ("#f6efd9", "#e8b04a", "#d99a45", "#efe3c2")),
    "parcel": (parcel, ("#6aa653", "#c9a768", "#8fb45a", "#b98a4a")),
    "balls": (balls, ("#7fb04a", "#c98f45", "#d98a94", "#ead3a0")),
    "layers": (layers, ("#d9808a", "#8a5436", "#e6dcc3", "#7fb04a")),
    "cake": (cake, ("#e8a0a0", "#b9743a", "#ecd9a8", "#8ab85a")),
    "donut": (donut, ("#d99a5a", "#8a5436", "#e8a0a0", "#e6c878")),
    "bread": (bread, ("#d99a4f", "#e2ab5c", "#9a6236", "#c98f45")),
    "bowl": (bowl, ("#e6dcc3", "#b5653a", "#7a9a5a", "#8a5f3f")),
    "cup": (cup, ("#b5563f", "#b98a4a", "#8fb07a", "#5f86a8")),
    "pot": (pot, ("#8a6a55", "#c07a4a", "#6f7f86", "#b5563f")),
    "cone": (cone, ("#f0bd3a", "#d8b26a", "#f3efe1", "#e8a53a")),
    "fish": (fish, ("#8fa9b3", "#b9a78a", "#6a7468", "#d98a6a")),
    "chicken": (chicken, ("#c97f3a", "#f0cfb0", "#a85a2f", "#e0a85a")),
    "meat": (meat, ("#c04a48", "#d0685f", "#a83f4a", "#b5563f")),
}
