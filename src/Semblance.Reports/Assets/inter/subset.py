"""Makes the fonts of this folder (needs fontTools): python3 subset.py FOLDER_OF_INTER_OTF

Latin, Greek, Cyrillic and the signs of figures; no layout features; outlines as TrueType, which a PDF embeds as text.
"""

import sys

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

RANGES = [
    (0x20, 0x7F), (0xA0, 0x180), (0x370, 0x400), (0x400, 0x460), (0x2010, 0x2028), (0x2074, 0x207A),
    (0x2080, 0x208A), (0x2190, 0x2194),
]  # fmt: skip
SIGNS = [
    0xB2, 0xB3, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x2070, 0x20AC, 0x2122, 0x2206, 0x2211, 0x2212, 0x221A,
    0x221E, 0x2248, 0x2260, 0x2264, 0x2265, 0x25A1, 0x25CF,
]  # fmt: skip
MAXIMA = [
    "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
    "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
    "maxCompositeContours", "maxComponentDepth",
]  # fmt: skip

for weight in ("Regular", "SemiBold"):
    font = TTFont(f"{sys.argv[1]}/Inter-{weight}.otf", recalcTimestamp=False)
    options = subset.Options(
        layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True, glyph_names=False, hinting=False
    )
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "DSIG", "STAT"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in RANGES for code in range(low, high)] + SIGNS)
    subsetter.subset(font)

    glyphs = font.getGlyphSet()
    outlines = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder = font.getGlyphOrder()
    table.glyphs = outlines
    for outline in outlines.values():
        outline.recalcBounds(table)
    font["maxp"].tableVersion = 0x00010000
    font["maxp"].maxZones = 1
    for maximum in MAXIMA:
        setattr(font["maxp"], maximum, 0)
    for tag in ("CFF ", "VORG"):
        if tag in font:
            del font[tag]
    font["head"].glyphDataFormat = 0
    font["post"].formatType = 3.0
    font.sfntVersion = "\000\001\000\000"
    font.save(f"Inter-{weight}.ttf")
