"""What is woven, sewn, dyed and carved, and where guests are taken."""

from __future__ import annotations

import math

from deploy.demo.drawings.sheet import CREAM, INK, LEAF, STRAW, WHITE, WOOD, Colours, Sheet, mix, turned


def basket(s: Sheet, c: Colours) -> None:
    s.ground(160, 82)
    s.arc(160, 112, 70, 72, 180, 360, c.dark, 9)
    for middle, r, colour in ((122, 22, "#d8412f"), (160, 26, "#eba53a"), (198, 22, "#82b04a")):
        s.oval(middle, 108, r, r, colour)
    s.leaf(146, 100, 40, 20, -20, LEAF)
    s.leaf(182, 100, 36, 18, 22, LEAF)
    s.poly([(80, 116), (240, 116), (222, 202), (98, 202)], c.main)
    for row in range(5):
        y = 126 + row * 16
        half = 78 - row * 3.6
        for col in range(-5, 6):
            x = 160 + col * half / 5.4 + (half / 10.8 if row % 2 else 0)
            if abs(x - 160) < half - 6:
                s.box(x - 6, y - 5, x + 6, y + 5, c.light if col % 2 else c.dark, r=4)
    s.box(74, 108, 246, 124, c.dark, r=8)


def hat(s: Sheet, c: Colours) -> None:
    s.ground(160, 112)
    s.blob([(160, 62), (190, 84), (262, 166), (250, 186), (160, 200), (70, 186), (58, 166), (130, 84)], c.main)
    for k in (0.25, 0.45, 0.65, 0.85):
        s.arc(160, 66 + 112 * k, 104 * k, 22 * k, 8, 172, c.dark, 3)
    for dx in (-74, -40, 0, 40, 74):
        s.line([(160, 70), (160 + dx, 186 - abs(dx) * 0.12)], c.light, 2.4)
    s.oval(160, 66, 9, 7, c.dark)


def fan(s: Sheet, c: Colours) -> None:
    s.ground(160, 60)
    centre = (160.0, 184.0)
    for turn in range(-70, 71, 14):
        colour = c.main if (turn // 14) % 2 else c.light
        s.poly([centre, *turned([(146, 66), (174, 66)], turn, centre)], colour)
        s.line([centre, turned([(160, 62)], turn, centre)[0]], c.dark, 3)
    s.arc(160, 184, 74, 74, 200, 340, c.dark, 5)
    s.oval(160, 186, 10, 10, WOOD)


def beads(s: Sheet, c: Colours) -> None:
    s.ground(160, 84)
    for turn in range(0, 360, 20):
        x, y = 160 + 78 * math.cos(math.radians(turn)), 124 + 62 * math.sin(math.radians(turn))
        s.oval(x, y, 12, 12, c.main if turn % 40 else c.dark)
        s.oval(x - 4, y - 4, 3.4, 3.4, c.light)
    s.leaf(160, 222, 50, 36, 0, c.dark)
    s.leaf(160, 216, 34, 20, 0, c.light)


def cloth(s: Sheet, c: Colours) -> None:
    s.ground(160, 100)
    for turn, colour in enumerate((c.dark, c.main, c.light)):
        y = 190 - turn * 30
        s.box(66, y - 30, 254, y + 4, colour, r=12)
        s.box(66, y - 6, 254, y + 4, mix(colour, INK, 0.15), r=5)
        for x in range(84, 250, 22):
            for petal in (45, 135, 225, 315):
                s.leaf(x, y - 16, 11, 6, petal, mix(colour, CREAM, 0.6))
    s.poly([(176, 94), (240, 94), (236, 160), (208, 172), (180, 160)], c.main)
    for x, y in ((194, 112), (222, 112), (208, 132), (194, 152), (222, 152)):
        for petal in (45, 135, 225, 315):
            s.leaf(x, y, 12, 7, petal, CREAM)
        s.oval(x, y, 2.5, 2.5, c.dark)


def shirt(s: Sheet, c: Colours) -> None:
    s.ground(160, 70)
    s.poly([(124, 52), (196, 52), (256, 92), (234, 128), (210, 114), (212, 202), (108, 202), (110, 114), (86, 128), (64, 92)], c.main)
    for x, y in ((132, 92), (186, 92), (132, 132), (188, 132), (132, 172), (188, 172), (88, 100), (232, 100)):
        for petal in (45, 135, 225, 315):
            s.leaf(x, y, 13, 8, petal, c.light)
        s.oval(x, y, 2.6, 2.6, c.dark)
    s.line([(160, 76), (160, 200)], c.dark, 3)
    for y in (100, 130, 160, 188):
        s.oval(160, y, 4, 4, CREAM)
    s.poly([(124, 52), (140, 48), (160, 76), (138, 84)], c.dark)
    s.poly([(196, 52), (180, 48), (160, 76), (182, 84)], c.dark)


def cushion(s: Sheet, c: Colours) -> None:
    s.ground(160, 100)
    s.blob([(64, 74), (160, 84), (256, 74), (246, 136), (258, 196), (160, 188), (62, 196), (74, 136)], c.main)
    for row in range(3):
        for col in range(4):
            colour = (c.light, c.dark, CREAM, mix(c.main, "#e8b54a", 0.5))[(row + col * 2) % 4]
            s.box(94 + col * 34, 94 + row * 30, 124 + col * 34, 120 + row * 30, colour, r=4)
    for x, y in ((64, 76), (256, 76), (60, 194), (260, 194)):
        s.oval(x, y, 7, 7, c.dark)


def toy(s: Sheet, c: Colours) -> None:
    s.ground(160, 96)
    s.box(72, 132, 252, 170, c.main, r=10)
    s.box(178, 84, 244, 138, c.dark, r=9)
    s.box(190, 96, 232, 124, "#cfe3ea", r=5)
    for x, colour in ((96, "#e8b54a"), (128, "#7fa64a"), (158, "#d8616a")):
        s.oval(x, 122, 18, 18, colour)
        s.oval(x - 5, 116, 4, 4, mix(colour, WHITE, 0.5))
    s.box(72, 130, 178, 142, c.light, r=5)
    for x in (108, 214):
        s.oval(x, 176, 26, 26, WOOD)
        s.oval(x, 176, 16, 16, STRAW)
        s.oval(x, 176, 5, 5, WOOD)
    s.line([(72, 152), (44, 162), (30, 186)], c.dark, 4)


def top(s: Sheet, c: Colours) -> None:
    s.ground(164, 54)
    s.line([(170, 40), (162, 96)], WOOD, 9)
    s.blob([(160, 208), (140, 176), (84, 142), (86, 112), (160, 92), (234, 112), (236, 142), (180, 176)], c.main)
    s.oval(160, 118, 75, 22, c.light)
    s.oval(160, 116, 54, 14, c.main)
    s.oval(162, 112, 16, 6, c.dark)
    for y, half in ((150, 60), (168, 38)):
        s.arc(160, y - 6, half, 14, 12, 168, c.dark, 5)
    for x, start, end in ((62, 120, 240), (258, -60, 60)):
        s.arc(x, 140, 20, 38, start, end, "#cdd3cb", 3.5)


def pinwheel(s: Sheet, c: Colours) -> None:
    s.ground(160, 40)
    s.line([(160, 104), (160, 204)], WOOD, 7)
    centre = (160.0, 98.0)
    for turn in range(0, 360, 90):
        s.poly(turned([(160, 98), (160, 26), (204, 58)], turn, centre), c.main if turn % 180 else "#e8b54a")
        s.poly(turned([(160, 98), (204, 58), (186, 80)], turn, centre), c.dark)
    s.oval(160, 98, 9, 9, CREAM)
    s.oval(160, 98, 4, 4, WOOD)


def puppet(s: Sheet, c: Colours) -> None:
    s.ground(160, 56)
    s.line([(160, 120), (160, 206)], mix(WOOD, INK, 0.2), 6)
    shape = [(160, 24), (180, 56), (222, 110), (226, 148), (196, 176), (124, 176), (94, 148), (98, 110), (140, 56)]
    s.blob(shape, c.main)
    s.blob([(160 + (x - 160) * 0.84, 112 + (y - 112) * 0.86) for x, y in shape], CREAM)
    s.line([(160, 168), (160, 62)], WOOD, 6)
    for y, reach in ((84, 20), (106, 34), (128, 42)):
        for side in (-1, 1):
            s.line([(160, y + 12), (160 + side * reach * 0.6, y), (160 + side * reach, y - 6)], WOOD, 3.5)
            s.leaf(160 + side * reach, y, 20, 13, side * 30, LEAF if y != 106 else c.dark)
    s.box(130, 146, 190, 168, c.dark, r=4)
    s.poly([(122, 148), (160, 130), (198, 148)], c.main)


def cage(s: Sheet, c: Colours) -> None:
    s.ground(160, 84)
    s.arc(160, 34, 12, 12, 0, 360, c.dark, 5)
    s.arc(160, 112, 74, 68, 180, 360, c.dark, 7)
    for x in range(86, 235, 18):
        top = 112 - 68 * max(0.0, 1 - ((x - 160) / 74) ** 2) ** 0.5
        s.line([(x, top), (x, 194)], c.main, 4)
    s.line([(100, 158), (220, 158)], WOOD, 5)
    s.blob([(132, 146), (150, 122), (176, 118), (186, 130), (172, 150), (150, 158)], "#e8b54a")
    s.poly([(184, 124), (198, 130), (184, 134)], "#c8553c")
    s.oval(176, 126, 3, 3, INK)
    s.poly([(136, 144), (108, 160), (140, 156)], "#c99a35")
    s.box(80, 190, 240, 204, c.dark, r=6)
    s.line([(86, 112), (234, 112)], c.dark, 5)


def gong(s: Sheet, c: Colours) -> None:
    s.ground(160, 108)
    for x in (70, 250):
        s.box(x - 8, 60, x + 8, 204, WOOD, r=4)
        s.box(x - 22, 194, x + 22, 206, mix(WOOD, INK, 0.2), r=5)
    s.blob([(44, 60), (70, 46), (160, 54), (250, 46), (276, 60), (250, 70), (160, 70), (70, 70)], mix(WOOD, INK, 0.15))
    for x in (128, 192):
        s.line([(x, 68), (x, 92)], CREAM, 4)
    s.oval(160, 136, 64, 60, c.dark)
    s.oval(160, 136, 56, 52, c.main)
    s.oval(160, 136, 42, 39, mix(c.main, c.dark, 0.35))
    s.oval(160, 136, 20, 19, c.light)
    s.line([(244, 176), (212, 152)], WOOD, 6)
    s.oval(208, 149, 11, 11, "#b5563f")


def mountain(s: Sheet, c: Colours) -> None:
    s.box(24, 24, 296, 216, "#cfe6ee", r=26)
    s.oval(220, 76, 24, 24, "#f4c03a")
    s.blob([(24, 152), (80, 76), (104, 66), (128, 84), (190, 152)], c.dark)
    for x, y, r in ((106, 58, 8), (116, 48, 11), (132, 42, 13)):  # Merapi smokes; it knows no snow
        s.oval(x, y, r, r * 0.7, WHITE)
    s.blob([(120, 154), (186, 104), (222, 98), (296, 152), (296, 168), (120, 168)], c.main)
    s.blob([(24, 148), (90, 138), (170, 150), (296, 140), (296, 214), (24, 214)], c.light)
    s.blob([(150, 150), (178, 162), (138, 180), (166, 214), (222, 214), (184, 184), (206, 164), (172, 150)], "#7fb8d0")
    for x, y in ((64, 184), (88, 196), (244, 184), (268, 198)):
        s.line([(x, y + 12), (x, y - 8)], WOOD, 4)
        s.oval(x, y - 14, 13, 15, LEAF)


def house(s: Sheet, c: Colours) -> None:
    s.ground(160, 116)
    s.box(86, 132, 234, 202, CREAM)
    for x in (92, 140, 180, 228):
        s.box(x - 5, 128, x + 5, 204, WOOD)
    s.box(146, 148, 174, 202, mix(WOOD, INK, 0.25), r=3)
    for x in (102, 192):
        s.box(x, 150, x + 28, 180, "#9fc3cf", r=3)
        s.line([(x + 14, 150), (x + 14, 180)], WOOD, 3)
    s.poly([(48, 136), (104, 98), (216, 98), (272, 136)], c.main)
    s.poly([(104, 100), (132, 50), (188, 50), (216, 100)], c.dark)
    for turn in range(-4, 5):
        s.line([(160 + turn * 13, 100), (160 + turn * 24, 134)], c.light, 2.5)
    s.line([(132, 52), (188, 52)], mix(c.dark, INK, 0.3), 6)
    for x in (52, 268):
        s.leaf(x, 204, 56, 26, 0, LEAF)
        s.leaf(x, 204, 44, 20, 34 if x < 100 else -34, mix(LEAF, WHITE, 0.25))


def bicycle(s: Sheet, c: Colours) -> None:
    s.ground(160, 110)
    for x in (96, 224):
        s.arc(x, 156, 44, 44, 0, 360, INK, 6)
        for turn in range(0, 180, 30):
            dx, dy = 40 * math.cos(math.radians(turn)), 40 * math.sin(math.radians(turn))
            s.line([(x - dx, 156 - dy), (x + dx, 156 + dy)], "#c3cac7", 1.6)
        s.oval(x, 156, 6, 6, INK)
    for path in ([(96, 156), (136, 100), (200, 100), (154, 156), (96, 156)], [(136, 100), (154, 156)], [(224, 156), (196, 80)]):
        s.line(path, c.main, 7, curved=False)
    s.line([(132, 88), (137, 104)], INK, 5)
    s.box(112, 80, 152, 90, WOOD, r=5)
    s.line([(178, 74), (196, 78), (212, 66)], INK, 6)
    s.poly([(206, 78), (248, 78), (242, 108), (212, 108)], STRAW)
    for x in (216, 226, 236):
        s.line([(x, 80), (x, 106)], WOOD, 2)
    for x, mark in ((216, "#d8616a"), (228, "#e8b54a"), (240, "#d8616a")):
        s.oval(x, 74, 7, 7, mark)


def car(s: Sheet, c: Colours) -> None:
    s.ground(160, 112)
    s.poly([(104, 120), (126, 68), (226, 68), (236, 120)], c.dark)
    s.poly([(118, 116), (134, 80), (170, 80), (170, 116)], "#cfe3ea")
    s.poly([(180, 116), (180, 80), (216, 80), (224, 116)], "#cfe3ea")
    s.box(108, 58, 240, 72, mix(c.dark, INK, 0.2), r=5)
    s.blob([(46, 126), (90, 114), (250, 114), (266, 130), (264, 172), (52, 172)], c.main)
    s.box(44, 164, 272, 176, mix(c.dark, INK, 0.3), r=5)
    s.oval(64, 140, 11, 11, "#fbe6a0")
    s.line([(176, 118), (176, 162)], c.dark, 3)
    s.box(186, 130, 202, 136, CREAM, r=3)
    for x in (98, 220):
        s.oval(x, 176, 29, 29, INK)
        s.oval(x, 176, 15, 15, "#c3cac7")
    s.oval(270, 140, 13, 22, INK)


MOTIFS = {
    "basket": (basket, ("#c9954f", "#b98a4a", "#a9733f", "#8a6a4a")),
    "hat": (hat, ("#e2c283", "#c9a05a", "#b98a4a", "#d8b878")),
    "fan": (fan, ("#cfa55c", "#d8616a", "#5f93b8", "#7fa64a")),
    "beads": (beads, ("#8a5a3a", "#a9733f", "#c07a8a", "#5f86a8")),
    "cloth": (cloth, ("#7a4a32", "#3f5f86", "#b5563f", "#6f9a5a")),
    "shirt": (shirt, ("#3f5f86", "#b5563f", "#7a5a42", "#5f8f6a")),
    "cushion": (cushion, ("#b5764a", "#5f86a8", "#9a5f7a", "#6f9a5a")),
    "toy": (toy, ("#d98f3a", "#5f93b8", "#c06a8a", "#6f9a5a")),
    "top": (top, ("#d8616a", "#c9a05a", "#5f93b8", "#7fa64a")),
    "pinwheel": (pinwheel, ("#5f93b8", "#d8616a", "#7fa64a", "#c06a8a")),
    "puppet": (puppet, ("#c08a3a", "#b5563f", "#5f7f9a", "#8fae5a")),
    "cage": (cage, ("#b98a4a", "#c9a05a", "#9a6f3f", "#8a6a4a")),
    "gong": (gong, ("#d3a03f", "#c08a3a", "#b57a3a", "#e0b85a")),
    "mountain": (mountain, ("#6f9f5a", "#5f93a0", "#8a9a5a", "#7a8fa8")),
    "house": (house, ("#b5623f", "#8a6a4a", "#a8553a", "#7a5a42")),
    "bicycle": (bicycle, ("#2f8a5f", "#c8553c", "#4f7fb0", "#e0a73a")),
    "car": (car, ("#5f9a6a", "#a9733f", "#c8553c", "#4f7fb0")),
}
