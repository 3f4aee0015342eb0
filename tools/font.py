"""Make the pictures' font: Noto Sans CJK SC (OFL), Regular and Bold, reduced to GB 2312, ASCII and punctuation.

apt-get install fonts-noto-cjk; pip install fonttools
python tools/font.py /usr/share/fonts/opentype/noto handlers/documents/fonts
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

SIMPLIFIED = 2
"""Index of Simplified Chinese in the font collections."""
BEYOND = "–—…‘’“”•·×÷−≤≥▲▼●■□〔〕「」『』〇％℃→←↑↓喆堃垚翀祎珺镕彧赟昇堉珮玥旻昊昱婳淦嶪圩垟浉泖洑祊甪邛邳鄄鄠氹"
"""Symbols that the pictures use, and characters of names and places that GB 2312 lacks."""


def wanted() -> set[int]:
    found = {*range(0x20, 0x7F), *map(ord, BEYOND)}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found |= {ord(char) for char in bytes((row, cell)).decode("gb2312", errors="ignore")}
    return found


def main(source: Path, target: Path) -> None:
    for weight in ("Regular", "Bold"):
        font = TTCollection(source / f"NotoSansCJK-{weight}.ttc").fonts[SIMPLIFIED]
        options = subset.Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=wanted())
        subsetter.subset(font)
        font.save(target / f"NotoSansCJKsc-{weight}.otf")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
