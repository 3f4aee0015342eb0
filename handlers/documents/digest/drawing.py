"""Draw pictures for phones: 1080 px wide, text of at least 34 px.

The palette is that of Okabe and Ito, for colour-blind people too; no fact is shown by colour alone.
"""

import re
from collections.abc import Sequence
from html import escape
from unicodedata import east_asian_width

from handlers.documents.xml_text import xml_text

FAMILY = "Noto Sans CJK SC"
WIDTH, MARGIN = 1080, 56
INNER = WIDTH - 2 * MARGIN
INK, MUTED, RULE, PAPER, PANEL = "#1B2733", "#52606D", "#D5DBE1", "#FFFFFF", "#F3F6F9"
BLUE, SKY, VERMILION, GREEN = "#0072B2", "#8CC5E8", "#D55E00", "#00795C"
SMALLEST = 34
_DRAWN = {ord("\xa0"): " ", ord("\u200b"): None, ord("\n"): None, ord("\t"): None}


class Drawing:
    """A drawing that grows downwards: `y` is where the next block begins. Lengths are in px."""

    def __init__(self) -> None:
        self._shapes: list[str] = []
        self.y = float(MARGIN)

    def text(
        self, x: float, y: float, text: str, size: int = SMALLEST, *, fill: str = INK, bold: bool = False, end: str = ""
    ) -> None:
        """Draw a text with the baseline `y`; `end` is where it is anchored at `x`: "" (start), "middle" or "end"."""
        weight = ' font-weight="700"' if bold else ""
        anchor = f' text-anchor="{end}"' if end else ""
        shown = escape(_drawable(text))
        place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}"'
        self._shapes.append(f"<text {place}{weight}{anchor}>{shown}</text>")

    def box(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> None:
        if width > 0:
            self._shapes.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}" fill="{fill}"/>'
            )

    def line(self, points: Sequence[tuple[float, float]], stroke: str, width: float = 2, dash: str = "") -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._shapes.append(
            f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{width}" stroke-linejoin="round"'
            f' stroke-linecap="round"{dashed}/>'
        )

    def dot(self, x: float, y: float, radius: float, fill: str, stroke: str = PAPER) -> None:
        self._shapes.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="3"/>'
        )

    def svg(self) -> str:
        height = round(self.y + MARGIN)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" font-family="{FAMILY}">'
            f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>{"".join(self._shapes)}</svg>'
        )


def breadth(text: str, size: int) -> float:
    """Return the approximate width of a text, in px."""
    return sum(size if east_asian_width(char) in "WFA" else size * 0.55 for char in text)


def fitted(text: str, size: int, width: float) -> str:
    """Return the text, cut with an ellipsis if it is wider than `width` px."""
    if breadth(text, size) <= width:
        return text
    while text and breadth(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def wrapped(text: str, size: int, width: float) -> list[str]:
    """Return the text in lines of at most `width` px. Break between words, or between Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and breadth(line + piece.rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def wrapped_parts(parts: Sequence[str], mark: str, size: int, width: float) -> list[str]:
    """Return the parts, joined by `mark`, in lines of at most `width` px. Only a part that is too wide is broken."""
    lines, line = [], ""
    for part in (f"{part}{mark}" if n < len(parts) else part for n, part in enumerate(parts, 1)):
        if line and breadth(line + part.rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        if breadth(part, size) > width:
            *whole, part = wrapped(part, size, width)
            lines += whole
        line += part
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """Return the words of a text, each with the marks after it, which may not begin a line.

    Each Chinese character is a word.
    """
    return re.findall(r"(?:[!-~]+|[^ ])[ ，。；：、）]*", text)


def _drawable(text: str) -> str:
    """Return the text in characters of the font: spaces for no-break spaces, nothing for characters without width."""
    return xml_text(text).translate(_DRAWN)
