"""What stands on a shelf: sacks, bottles, jars, boxes and packs."""

from __future__ import annotations

from deploy.demo.drawings.sheet import CREAM, INK, LEAF, STRAW, WHITE, WOOD, Colours, Sheet, mix


def sack(s: Sheet, c: Colours) -> None:
    s.ground(160, 84)
    s.blob([(104, 92), (160, 82), (216, 92), (232, 140), (226, 196), (160, 206), (94, 196), (88, 140)], "#d9c39a")
    s.blob([(112, 96), (134, 120), (128, 196), (98, 192), (94, 140)], "#e6d5b3")
    s.oval(160, 90, 58, 17, "#b99d6c")
    s.blob([(108, 88), (132, 68), (160, 60), (190, 68), (212, 88), (160, 100)], c.main)
    for dx, dy in ((-28, 84), (-10, 74), (8, 82), (26, 78), (-2, 90), (38, 88), (-40, 90)):
        s.oval(160 + dx, dy, 3.6, 2.2, c.light)
    s.label(126, 126, 194, 176)


def bag(s: Sheet, c: Colours) -> None:
    s.ground(160, 78)
    s.arc(160, 96, 36, 46, 180, 360, c.dark, 9)
    s.blob([(102, 94), (160, 90), (218, 94), (230, 150), (224, 198), (160, 204), (96, 198), (90, 150)], c.main)
    for row in range(5):
        for col in range(6):
            x, y = 108 + col * 20 + (10 if row % 2 else 0), 112 + row * 20
            if x < 220:
                s.box(x - 7, y - 3, x + 7, y + 3, c.light if (row + col) % 2 else c.dark, r=3)
    s.box(100, 88, 220, 100, c.dark, r=6)


def bottle(s: Sheet, c: Colours) -> None:
    s.ground(160, 52)
    s.box(143, 34, 177, 54, mix(c.main, INK, 0.45), r=5)
    s.blob([(146, 52), (174, 52), (178, 80), (204, 104), (206, 150), (202, 200), (118, 200), (114, 150), (116, 104), (142, 80)], c.main)
    s.blob([(128, 112), (136, 106), (136, 190), (128, 192)], c.light)
    s.label(134, 120, 200, 176)


def jar(s: Sheet, c: Colours) -> None:
    s.ground(160, 68)
    s.box(100, 74, 220, 204, "#dfe9e6", r=22)
    s.box(108, 96, 212, 197, c.main, r=17)
    for x, y in ((124, 112), (146, 106), (172, 112), (196, 108), (132, 186), (160, 190), (190, 186)):
        s.oval(x, y, 10, 7, c.light)
    s.box(96, 46, 224, 78, mix(c.dark, WOOD, 0.5), r=9)
    for x in range(108, 220, 14):
        s.line([(x, 52), (x, 72)], c.dark, 2.5)
    s.label(122, 124, 198, 176)


def box(s: Sheet, c: Colours) -> None:
    s.ground(164, 88)
    s.poly([(92, 92), (196, 104), (196, 206), (92, 190)], c.main)
    s.poly([(196, 104), (240, 86), (240, 182), (196, 206)], c.dark)
    s.poly([(92, 92), (140, 76), (240, 86), (196, 104)], c.light)
    s.poly([(108, 114), (180, 122), (180, 180), (108, 170)], CREAM)
    s.leaf(146, 172, 40, 22, 14, c.main)


def tin(s: Sheet, c: Colours) -> None:
    s.ground(160, 66)
    s.oval(160, 190, 62, 15, "#9aa3a0")
    s.box(98, 70, 222, 190, "#c3cac7")
    s.box(98, 86, 222, 176, c.main)
    s.oval(160, 176, 62, 15, c.main)
    s.oval(160, 70, 62, 17, "#dfe4e1")
    s.oval(160, 70, 52, 13, "#b9c1bd")
    s.oval(160, 136, 34, 30, CREAM)
    s.blob([(136, 138), (148, 122), (172, 122), (184, 138), (160, 158)], mix(c.main, WOOD, 0.5))
    s.leaf(160, 128, 22, 12, 30, LEAF)


def pouch(s: Sheet, c: Colours) -> None:
    s.ground(160, 70)
    s.poly([(104, 52), (216, 52), (222, 74), (226, 198), (94, 198), (98, 74)], c.main)
    s.blob([(94, 190), (160, 200), (226, 190), (222, 206), (160, 212), (98, 206)], c.dark)
    s.box(104, 46, 216, 66, c.dark, r=4)
    s.line([(110, 56), (210, 56)], c.light, 2)
    s.poly([(102, 78), (118, 78), (114, 192), (100, 192)], c.light)
    s.oval(164, 130, 42, 40, CREAM)
    for dx, dy in ((-16, 8), (0, 14), (16, 8), (-8, -4), (9, -5), (0, 2)):
        s.oval(164 + dx, 130 + dy, 9, 6, mix(c.main, STRAW, 0.5))


def chips(s: Sheet, c: Colours) -> None:
    s.ground(160, 86)
    s.poly([(112, 40), (208, 40), (216, 58), (218, 178), (102, 178), (104, 58)], mix(c.main, CREAM, 0.35))
    s.box(108, 36, 212, 52, c.dark, r=3)
    s.label(130, 70, 190, 118, mark=c.main)
    for x, y, rx, ry, light in (
        (96, 184, 34, 16, 0),
        (224, 184, 34, 16, 0),
        (134, 170, 34, 18, 1),
        (188, 172, 34, 18, 1),
        (160, 190, 40, 17, 2),
    ):
        s.oval(x, y + 4, rx, ry, c.dark)
        s.oval(x, y, rx, ry, (c.main, c.light, mix(c.light, WHITE, 0.25))[light])
        for dx, dy in ((-12, -2), (4, 4), (12, -4)):
            s.oval(x + dx, y + dy, 3.2, 2, c.dark)


def egg(s: Sheet, c: Colours) -> None:
    s.ground()
    for row, (y, count) in enumerate(((118, 4), (152, 5))):
        for turn in range(count):
            x = 160 + (turn - (count - 1) / 2) * 34
            s.blob(
                [(x, y - 38), (x + 17, y - 14), (x + 17, y + 12), (x, y + 24), (x - 17, y + 12), (x - 17, y - 14)],
                c.main if row else c.dark,
            )
            s.oval(x - 6, y - 14, 5, 8, mix(c.main, WHITE, 0.55))
            if c.main == "#e9dfc8":
                for dx, dy in ((-7, 4), (6, -6), (4, 10), (8, 4)):
                    s.oval(x + dx, y + dy, 2.6, 2, "#7a6650")
    s.blob([(66, 158), (84, 150), (236, 150), (254, 158), (240, 198), (80, 198)], "#9fa79b")
    for turn in range(5):
        x = 160 + (turn - 2) * 34
        s.blob([(x - 16, 154), (x, 170), (x + 16, 154), (x + 12, 190), (x - 12, 190)], "#b7beb2")


def gas(s: Sheet, c: Colours) -> None:
    s.ground(160, 62)
    s.arc(160, 74, 34, 26, 180, 360, c.dark, 8)
    s.box(120, 66, 130, 92, c.dark)
    s.box(190, 66, 200, 92, c.dark)
    s.box(148, 58, 172, 84, "#8d968f", r=4)
    s.box(138, 60, 182, 70, "#6f7972", r=4)
    s.blob([(124, 84), (196, 84), (224, 116), (224, 168), (196, 196), (124, 196), (96, 168), (96, 116)], c.main)
    s.blob([(112, 116), (122, 104), (120, 170), (110, 164)], c.light)
    s.box(118, 192, 202, 206, c.dark, r=5)
    s.oval(166, 142, 26, 26, CREAM)
    s.leaf(166, 160, 36, 22, 0, "#e8862e")
    s.leaf(166, 160, 20, 12, 0, "#f4c03a")


def candle(s: Sheet, c: Colours) -> None:
    s.ground(160, 76)
    for x, top in ((112, 116), (208, 124), (160, 92)):
        s.box(x - 17, top, x + 17, 200, c.main, r=5)
        s.box(x - 17, top + 8, x - 8, 196, c.light)
        s.oval(x, top + 2, 17, 5, c.light)
        s.line([(x, top), (x, top - 10)], INK, 2.5)
        s.leaf(x, top - 4, 34, 18, 0, "#f0a030")
        s.leaf(x, top - 5, 19, 9, 0, "#fbe08a")


def soap(s: Sheet, c: Colours) -> None:
    s.ground()
    s.poly([(84, 150), (190, 166), (190, 200), (84, 182)], c.dark)
    s.poly([(190, 166), (238, 142), (238, 172), (190, 200)], mix(c.main, c.dark, 0.5))
    s.poly([(84, 150), (134, 128), (238, 142), (190, 166)], c.light)
    s.box(104, 92, 214, 142, c.main, r=16)
    s.box(112, 98, 206, 134, c.light, r=12)
    s.leaf(160, 131, 30, 17, 24, c.dark)
    for x, y, r in ((222, 94, 11), (240, 74, 7), (96, 82, 8), (212, 66, 5), (80, 104, 5)):
        s.oval(x, y, r, r, "#bcd9e2")
        s.oval(x - r * 0.2, y - r * 0.2, r * 0.68, r * 0.68, "#e6f3f6")


def tissue(s: Sheet, c: Colours) -> None:
    s.ground(160, 84)
    for x, y, rx in ((116, 146, 44), (206, 146, 44), (162, 98, 44)):
        s.box(x - rx, y, x + rx, y + 48, mix(WHITE, c.main, 0.18))
        s.oval(x, y + 48, rx, 13, mix(WHITE, c.main, 0.18))
        s.oval(x, y, rx, 13, WHITE)
        s.oval(x, y, 15, 5, c.main)
        s.line([(x - rx + 2, y + 26), (x, y + 36), (x + rx - 2, y + 26)], mix(WHITE, c.main, 0.4), 2)


def roll(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, y in ((150, 140), (186, 160), (140, 182)):
        s.box(x - 66, y - 21, x + 56, y + 21, c.dark, r=20)
        s.box(x - 66, y - 21, x + 52, y + 15, c.main, r=18)
        s.oval(x + 48, y, 15, 21, c.light)
        s.arc(x + 48, y, 8, 12, 20, 330, c.dark, 3)
        for dx in (-46, -20, 6):
            s.line([(x + dx, y - 14), (x + dx + 12, y + 8)], c.light, 3)


MOTIFS = {
    "sack": (sack, ("#f6f0df", "#efe3c2", "#b5563f", "#4a3a3f")),
    "bag": (bag, ("#4f9a78", "#b98a4a", "#b5563f", "#6f8fa6")),
    "bottle": (bottle, ("#8fbf9a", "#e6b53a", "#c8452f", "#5a3a2c")),
    "jar": (jar, ("#c8442c", "#d99a3f", "#9a6236", "#e3d9c2")),
    "box": (box, ("#4f9a78", "#cfa768", "#c8553c", "#5f86a8")),
    "tin": (tin, ("#c8553c", "#4f8fb0", "#8a5a3a", "#4f9a58")),
    "pouch": (pouch, ("#7fa64a", "#e0a73a", "#b5563f", "#8fb0b8")),
    "chips": (chips, ("#e3ab45", "#6f9e45", "#cf5a35", "#8c5a5a")),
    "egg": (egg, ("#f3e3cb", "#d99a68", "#a9cdc4", "#e9dfc8")),
    "gas": (gas, ("#6fa53c", "#c8553c", "#4f86b0", "#8a6a9a")),
    "candle": (candle, ("#f2ead6", "#b9d08a", "#e3b87a", "#d99a9a")),
    "soap": (soap, ("#9fc77a", "#f0dcc0", "#e8b54a", "#7a6a5f")),
    "tissue": (tissue, ("#7fa9c0", "#c9a27a", "#9ac0a0", "#c99aa8")),
    "roll": (roll, ("#e8dcc0", "#d89a45", "#8a5f3f", "#7fa64a")),
}
