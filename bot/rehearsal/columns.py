"""Tables on a terminal, aligned although a Chinese character takes two places."""

from collections.abc import Iterable, Sequence
from unicodedata import combining, east_asian_width


def width(text: str) -> int:
    """Return how many places a text takes on a terminal."""
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, places: int, *, left: bool = False) -> str:
    """Return the text padded to `places`, aligned right unless `left`. A longer text is not cut."""
    blank = " " * max(places - width(text), 0)
    return text + blank if left else blank + text


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return one line per row, the first column aligned left and all others right."""
    rows = list(rows)
    places = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(padded(cell, n, left=not k) for k, (cell, n) in enumerate(zip(row, places, strict=True)))
        for row in rows
    ]
