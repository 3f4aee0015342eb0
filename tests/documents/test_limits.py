"""What documents and pages say of the sizes of messages and files is what holds."""

import re
from pathlib import Path

from bot.channels.base import FILE_LIMIT, MESSAGE_LIMIT
from bot.web.page_requests import TOO_LONG
from bot.web.words import group_words
from tests.support.each import for_each

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    one.relative_to(ROOT).as_posix()
    for one in [*ROOT.glob("SECURITY*.md"), *ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")]
)
_SIZE = re.compile(r"(\d+) ?([KM])B\b")
HOLDS = {("K", MESSAGE_LIMIT // 1024), ("M", FILE_LIMIT // 1_000_000)}


def sizes(text: str) -> set[tuple[str, int]]:
    return {(unit, int(number)) for number, unit in _SIZE.findall(text)}


def test_they_are_named_at_all() -> None:
    assert {size for name in DOCUMENTS for size in sizes((ROOT / name).read_text(encoding="utf-8"))} >= HOLDS


@for_each("name", DOCUMENTS)
def test_a_document_names_the_size_that_holds(name: str) -> None:
    assert sizes((ROOT / name).read_text(encoding="utf-8")) <= HOLDS


def test_so_do_the_pages() -> None:
    assert sizes(TOO_LONG) == {("K", MESSAGE_LIMIT // 1024)}
    words = " ".join(str(word) for language in ("zh", "en") for word in group_words(language).values())
    assert sizes(words) == {("M", FILE_LIMIT // 1_000_000)}
