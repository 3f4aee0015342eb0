"""Read the repository's documents: sections, tables, code spans and blocks of Markdown."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
TUTORIAL = {"en": "One minute to try it", "zh": "一分钟试用"}
"""The section of each README with the numbered steps that a newcomer types."""
SAY = ("say", "怎么说", "说什么", "说")
"""Headings of the columns that show what people type in the chat."""
_SPAN = re.compile(r"`([^`\n]+)`")
_FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block, and the text between it and the block before."""

    before: str
    text: str


def documents() -> list[Path]:
    """Return every Markdown file for people, without the printed results of benchmarks."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """Return the text below each heading of the second level."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def spans(text: str) -> list[str]:
    """Return the code spans outside fenced blocks."""
    return _SPAN.findall(_FENCED.sub("", text))


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a section, in order."""
    found, end = [], 0
    for match in _FENCED.finditer(text):
        found.append(Block(text[end : match.start()], match[3]))
        end = match.end()
    return found


def steps(text: str) -> list[str]:
    """Return the code spans of a tutorial's numbered steps, including those on a line of their own."""
    found = re.findall(r"^(?:\d\.|   `).*$", text, flags=re.MULTILINE)
    return [span for step in found for span in spans(step)]


def columns(text: str, headings: tuple[str, ...] = SAY) -> Iterator[str]:
    """Yield the cells of each table column with one of these headings."""
    for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        rows = [_cells(line) for line in table.splitlines()]
        for place in [n for n, heading in enumerate(rows[0]) if heading in headings]:
            yield from (row[place] for row in rows[2:])


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
