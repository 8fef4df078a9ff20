"""Make the font that answers for every Chinese font a PDF does not embed: one square glyph for every character.

Run it to get the lines for ``pdf_square_font.SQUARE``; needs fontTools.
"""

from __future__ import annotations

import base64
import io

FIRST, LAST = 0x21, 0x2FA1F
"""From the first visible character to the last compatibility ideograph, surrogates left out."""


def build() -> bytes:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box"])
    pen = TTGlyphPen(None)
    pen.moveTo((50, -80))
    for corner in ((50, 820), (950, 820), (950, -80)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    builder.setupGlyf({".notdef": square, "box": square})
    builder.setupHorizontalMetrics({".notdef": (1000, 50), "box": (1000, 50)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupCharacterMap({0x4E00: "box"})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    builder.setupNameTable({"familyName": "Square"})
    table = CmapSubtable.newSubtable(13)
    table.platformID, table.platEncID, table.format, table.language = 3, 10, 13, 0
    table.reserved = table.length = table.nGroups = 0
    table.cmap = {code: "box" for code in range(FIRST, LAST + 1) if not 0xD800 <= code < 0xE000}
    builder.font["cmap"].tables = [table]
    builder.font["head"].created = builder.font["head"].modified = 0
    out = io.BytesIO()
    builder.font.recalcTimestamp = False
    builder.font.save(out)
    return out.getvalue()


if __name__ == "__main__":
    encoded = base64.b64encode(build()).decode()
    for start in range(0, len(encoded), 96):
        print(f'    "{encoded[start : start + 96]}"')
