"""Things for the house, the yard and the school bag."""

from __future__ import annotations

from deploy.demo.drawings.sheet import CREAM, INK, STRAW, WHITE, WOOD, Colours, Sheet, mix, turned

METAL = "#aab3b0"


def broom(s: Sheet, c: Colours) -> None:
    s.ground(176, 78)
    s.line([(96, 36), (160, 128)], WOOD, 10)
    for turn in range(-5, 6):
        foot = (196 + turn * 11, 196 - abs(turn) * 1.5 - turn * 3.2)
        s.line([(160, 126), ((160 + foot[0]) / 2 + turn * 2.5, 160), foot], c.main if turn % 2 else c.dark, 9)
    s.line([(146, 142), (180, 120)], c.light, 8)
    s.line([(152, 152), (190, 130)], c.light, 5)


def brush(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, turn, colour in ((132, -24, c.main), (188, 20, c.dark)):
        s.line(turned([(x, 196), (x, 60)], turn, (x, 130)), colour, 14)
        s.poly(turned([(x + 6, 56), (x + 24, 56), (x + 24, 98), (x + 6, 98)], turn, (x, 130)), WHITE)
        for dy in (64, 74, 84, 93):
            s.line(turned([(x + 8, dy), (x + 22, dy)], turn, (x, 130)), METAL, 2)
        s.line(turned([(x, 186), (x, 130)], turn, (x, 130)), mix(colour, WHITE, 0.4), 4)


def bucket(s: Sheet, c: Colours) -> None:
    s.ground(160, 74)
    s.arc(160, 90, 76, 56, 180, 360, METAL, 6)
    s.poly([(82, 92), (238, 92), (218, 202), (102, 202)], c.main)
    s.poly([(96, 104), (116, 104), (124, 196), (110, 196)], c.light)
    s.oval(160, 202, 58, 8, c.main)
    s.oval(160, 92, 79, 18, c.dark)
    s.oval(160, 94, 68, 13, "#a9cfdb")
    for x, y, r in ((132, 84, 13), (152, 78, 16), (178, 82, 14), (196, 90, 9)):
        s.oval(x, y, r, r, "#e6f3f6")


def lamp(s: Sheet, c: Colours) -> None:
    s.ground(160, 44)
    for turn in range(-60, 61, 30):
        s.line(turned([(160, 34), (160, 20)], turn * 1.5, (160, 106)), "#f4c03a", 5)
    s.blob([(160, 44), (204, 64), (214, 108), (186, 148), (182, 166), (138, 166), (134, 148), (106, 108), (116, 64)], c.main)
    s.blob([(124, 96), (130, 74), (150, 60), (144, 82), (136, 104)], WHITE)
    s.line([(146, 160), (148, 122), (160, 134), (172, 122), (174, 160)], c.dark, 3.5, curved=False)
    s.box(138, 164, 182, 194, METAL, r=5)
    for y in (172, 182):
        s.line([(140, y), (180, y)], "#7f8a86", 3)
    s.box(150, 192, 170, 204, "#5f6a66", r=4)


def sandal(s: Sheet, c: Colours) -> None:
    s.ground(160, 100)
    for x, turn in ((116, -10), (206, 10)):
        sole = [(x - 28, 74), (x, 54), (x + 28, 74), (x + 26, 122), (x + 24, 180), (x, 200), (x - 24, 180), (x - 26, 122)]
        s.blob(turned([(px, py + 5) for px, py in sole], turn, (x, 130)), c.dark)
        s.blob(turned(sole, turn, (x, 130)), mix(c.light, WHITE, 0.35))
        s.line(turned([(x - 26, 138), (x - 14, 104), (x, 88), (x + 14, 104), (x + 26, 138)], turn, (x, 130)), c.main, 10)
        s.line(turned([(x, 88), (x, 76)], turn, (x, 130)), c.main, 8)


def mask(s: Sheet, c: Colours) -> None:
    s.ground(160, 84, y=198)
    s.arc(82, 130, 32, 34, 60, 300, METAL, 5)
    s.arc(238, 130, 32, 34, -120, 120, METAL, 5)
    s.blob([(84, 96), (160, 80), (236, 96), (232, 150), (200, 178), (160, 188), (120, 178), (88, 150)], c.main)
    for y, bend in ((112, 6), (132, 8), (152, 10)):
        s.line([(94, y), (160, y + bend), (226, y)], c.dark, 3.5)
    for x, y in ((120, 100), (160, 98), (200, 100), (140, 126), (180, 126), (160, 168), (130, 148), (190, 148)):
        s.oval(x, y, 4, 4, c.light)


def book(s: Sheet, c: Colours) -> None:
    s.ground(166, 88)
    for lift, colour in ((0, c.dark), (22, "#d99a45"), (44, c.main)):
        y = 176 - lift
        s.poly([(78, y), (206, y + 12), (206, y + 28), (78, y + 16)], colour)
        s.poly([(206, y + 12), (252, y - 8), (252, y + 8), (206, y + 28)], CREAM)
        s.poly([(78, y), (128, y - 20), (252, y - 8), (206, y + 12)], mix(colour, WHITE, 0.15))
    s.poly([(124, 128), (150, 117), (206, 123), (182, 134)], CREAM)
    s.line([(232, 60), (196, 112)], "#e8b54a", 8)
    s.line([(200, 106), (194, 115)], INK, 4)


def mat(s: Sheet, c: Colours) -> None:
    s.ground(160, 116, y=198)
    s.poly([(84, 92), (236, 92), (274, 194), (46, 194)], c.main)
    for turn in range(1, 8):
        y = 92 + turn * 12.7
        half = 76 + turn * 4.7
        s.line([(160 - half, y), (160 + half, y)], c.dark if turn % 2 else c.light, 4)
    for turn in range(-7, 8):
        s.line([(160 + turn * 10.5, 92), (160 + turn * 15.6, 194)], mix(c.main, c.dark, 0.5), 1.6)
    for turn in range(-9, 10):
        s.line([(160 + turn * 12.4, 194), (160 + turn * 12.6, 204)], c.dark, 2.5)


def tray(s: Sheet, c: Colours) -> None:
    s.ground(160, 108)
    s.oval(160, 146, 108, 56, c.dark)
    s.oval(160, 140, 108, 54, c.main)
    s.oval(160, 142, 92, 43, c.light)
    for turn in range(-6, 7):
        half = 43 * (1 - (turn / 7) ** 2) ** 0.5
        s.line([(160 + turn * 13, 142 - half), (160 + turn * 13, 142 + half)], mix(c.main, c.light, 0.3), 2.4)
    for turn in range(-3, 4):
        half = 92 * (1 - (turn / 4) ** 2) ** 0.5
        s.line([(160 - half, 142 + turn * 11), (160 + half, 142 + turn * 11)], mix(c.main, c.light, 0.3), 2.4)


def spoon(s: Sheet, c: Colours) -> None:
    s.ground()
    for x, turn, bowl in ((122, -16, c.dark), (198, 16, c.main), (160, 0, c.light)):
        s.line(turned([(x, 200), (x, 96)], turn, (x, 150)), mix(bowl, INK, 0.12), 10)
        s.blob(turned([(x, 48), (x + 25, 68), (x + 22, 100), (x, 114), (x - 22, 100), (x - 25, 68)], turn, (x, 150)), bowl)
        s.blob(turned([(x, 58), (x + 15, 72), (x + 13, 94), (x, 102), (x - 13, 94), (x - 15, 72)], turn, (x, 150)), mix(bowl, INK, 0.22))


def vase(s: Sheet, c: Colours) -> None:
    s.ground(160, 60)
    for lean, length, mark in ((-24, 62, "#e8b54a"), (0, 74, "#d8616a"), (24, 62, "#e8b54a")):
        end = turned([(160, 92 - length)], lean, (160, 92))[0]
        s.line([(160, 92), end], "#5c9a50", 4)
        for petal in range(0, 360, 60):
            s.leaf(*end, 15, 11, petal, mark)
        s.oval(*end, 4.5, 4.5, CREAM)
    s.blob([(138, 86), (182, 86), (184, 104), (220, 140), (208, 186), (184, 204), (136, 204), (112, 186), (100, 140), (136, 104)], c.main)
    s.blob([(116, 140), (130, 124), (130, 186), (120, 178)], c.light)
    for y in (138, 150):
        s.line([(106, y), (160, y + 9), (214, y)], c.dark, 3)
    s.oval(160, 88, 25, 7, c.dark)


def wood(s: Sheet, c: Colours) -> None:
    s.ground(160, 100)
    for x, y in ((96, 176), (142, 176), (188, 176), (119, 142), (165, 142), (142, 108)):
        s.poly([(x, y - 21), (x + 52, y - 33), (x + 52, y + 9), (x, y + 21)], c.main)
        s.line([(x + 8, y - 4), (x + 48, y - 14)], c.dark, 2.5)
        s.oval(x, y, 21, 21, c.dark)
        s.oval(x, y, 17, 17, mix(STRAW, c.light, 0.5))
        s.arc(x, y, 10, 10, 0, 350, c.main, 2.5)
        s.oval(x, y, 3, 3, c.main)


def stool(s: Sheet, c: Colours) -> None:
    s.ground(160, 92)
    for x0, x1 in ((96, 86), (224, 234), (122, 118), (198, 202)):
        s.poly([(x0 - 8, 118), (x0 + 8, 118), (x1 + 7, 202), (x1 - 7, 202)], c.dark)
    s.line([(96, 168), (224, 168)], mix(c.dark, INK, 0.15), 9)
    s.poly([(72, 112), (248, 112), (248, 128), (72, 128)], mix(c.main, c.dark, 0.4))
    s.poly([(96, 84), (224, 84), (248, 114), (72, 114)], c.main)
    for y, half in ((92, 66), (100, 72), (107, 78)):
        s.line([(160 - half, y), (160 + half, y)], c.light, 2)


def mortar(s: Sheet, c: Colours) -> None:
    s.ground(160, 104)
    s.blob([(54, 134), (266, 134), (248, 174), (206, 200), (114, 200), (72, 174)], c.dark)
    s.oval(160, 134, 106, 32, c.main)
    s.oval(160, 136, 88, 23, mix(c.main, c.dark, 0.6))
    for x, y, colour in ((116, 138, "#c8452f"), (134, 146, "#c8452f"), (196, 144, "#4f9a58"), (212, 134, CREAM)):
        s.oval(x, y, 11, 6, colour)
    s.line([(156, 134), (214, 62)], c.light, 30)
    s.line([(150, 138), (160, 126)], mix(c.light, c.dark, 0.4), 33)


MOTIFS = {
    "broom": (broom, ("#9a6f3f", "#c9773a", "#7f8a4a", "#6a5a4a")),
    "brush": (brush, ("#4f9a9a", "#e0806a", "#7fa64a", "#8a6a9a")),
    "bucket": (bucket, ("#5f93b8", "#c8553c", "#4f9a78", "#e0a73a")),
    "lamp": (lamp, ("#fbe6a0", "#f3c878", "#f6efd9", "#f0b85a")),
    "sandal": (sandal, ("#4f86b0", "#8a5a3a", "#4f9a58", "#c8553c")),
    "mask": (mask, ("#7fb0b8", "#e8a48a", "#8a5f45", "#9ab86a")),
    "book": (book, ("#4f9a78", "#b5764a", "#5f86a8", "#c8553c")),
    "mat": (mat, ("#c9a05a", "#c07a5a", "#b5935a", "#7fa08a")),
    "tray": (tray, ("#cfa55c", "#a9733f", "#d8b878", "#b98a4a")),
    "spoon": (spoon, ("#a9733f", "#8a5436", "#c9934f", "#6a4a36")),
    "mortar": (mortar, ("#8a8f8c", "#b5714a", "#6f7472", "#9a8a7a")),
    "vase": (vase, ("#c0714a", "#a85f3f", "#d08a5a", "#8a6a55")),
    "wood": (wood, ("#9a6a42", "#b9a04f", "#8a5f3f", "#7a6a4a")),
    "stool": (stool, ("#b57a48", "#c9934f", "#9a6236", "#a9733f")),
}
