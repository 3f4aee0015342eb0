"""A digest's picture uses only the bundled font, is legible on a phone, and contains neither titles nor people."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from msgspec import structs
from msgspec.structs import replace

from handlers.common.digest_content import compose, read
from handlers.documents.digest.drawing import SMALLEST, wrapped, wrapped_parts
from handlers.documents.digest.picture import drawing
from handlers.documents.digest.rendering import FONTS, png
from handlers.documents.labels import Labels
from handlers.rules.time.spans import span
from tests.support.story import SHANGHAI, Story


async def drawn(story: Story, name: str = "week") -> str:
    office, now = story.bot.office, story.clock.now()
    figures = await read(office, "weekly", span(name, now.astimezone(SHANGHAI)), now)
    return drawing(figures, Labels(office.texts, office.institution), "周报", "11-23 至今")


async def test_it_names_no_people_and_no_titles(story: Story) -> None:
    await story.drafted()  # waits for a leader's signature
    await story.advance("2d")
    svg = await drawn(story)
    assert "#1" in svg
    assert "分管领导" in svg
    assert not [person.name for person in story.bot.office.institution.people if person.name in svg]
    assert "食堂" not in svg
    assert "异物" not in svg


async def test_its_letters_can_be_read_on_a_phone(story: Story) -> None:
    await story.opened()
    svg = await drawn(story)
    assert 'width="1080"' in svg
    assert min(map(int, re.findall(r'font-size="(\d+)"', svg))) == SMALLEST >= 34


async def test_nothing_found_is_a_zero_report(story: Story) -> None:
    assert "零报告" in await drawn(story)
    await story.opened()
    assert "零报告" not in await drawn(story)


async def test_a_department_cannot_break_the_drawing(story: Story) -> None:
    office = story.bot.office
    await story.opened()
    office.institution = replace(office.institution, name='<b>"&总务\x00处' * 20)
    words = Labels(office.texts, office.institution)
    now = story.clock.now()
    figures = await read(office, "weekly", span("week", now.astimezone(SHANGHAI)), now)
    svg = drawing(figures, words, "周报", "")
    assert "<b>" not in svg
    assert png(svg).startswith(b"\x89PNG")


async def test_what_asks_gets_is_of_the_same_figures(story: Story) -> None:
    await story.opened()
    await story.advance("1h")
    now = story.clock.now()
    composed = await compose(story.bot.office, "weekly", span("week", now.astimezone(SHANGHAI)), now)
    assert composed.figures.table.total.received == 1
    assert "收件 1" in composed.text
    assert composed.document
    assert composed.figures.overdue[0].due_at + timedelta(minutes=30) == now


def test_every_sign_of_ours_is_in_the_font() -> None:
    """A missing character is drawn as a box, as this one is."""
    texts = Path(__file__).parents[2] / "handlers" / "texts"
    labels = [file.read_text(encoding="utf-8") for file in texts.rglob("documents.j2")]
    signs = {char for text in labels for char in text if char > "~"} - {"　"}
    assert len(signs) > 150
    box = _sign("\U000e0fff")
    assert not [char for char in signs if _sign(char) == box]


def _sign(char: str) -> bytes:
    return png(f'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30"><text y="25">{char}</text></svg>')


def test_the_font_comes_with_its_licence() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(file.stat().st_size for file in FONTS.iterdir()) < 4_000_000


@pytest.mark.parametrize(
    ("text", "lines"),
    [("响应率＝已回复", ["响应率", "＝已回", "复"]), ("two words", ["two", "words"]), ("", [])],
)
def test_texts_are_wrapped(text: str, lines: list[str]) -> None:
    assert wrapped(text, 10, 30) == lines


def test_a_name_and_its_number_stay_together() -> None:
    assert wrapped_parts(["总务处 3", "保卫处 12", "教务处 1"], "、", 10, 115) == ["总务处 3、保卫处 12、", "教务处 1"]
    assert wrapped_parts(["很长很长的部门名称 3", "甲 1"], "、", 10, 60) == ["很长很长的部", "门名称 3、", "甲 1"]


async def test_no_rate_is_told_that_the_regime_does_not_ask_for(story: Story) -> None:
    await story.opened()
    office, now = story.bot.office, story.clock.now()
    figures = await read(office, "weekly", span("week", now.astimezone(SHANGHAI)), now)
    words = Labels(office.texts, office.institution)
    assert figures.asks == {"reply", "resolve"}
    assert all(name in drawing(figures, words, "周报", "") for name in ("当日回复率", "已回复率", "解决率", "按时办结"))
    silent = drawing(structs.replace(figures, asks=frozenset({"reply"})), words, "周报", "")
    assert "已回复率" in silent
    assert "已办结" in silent
    assert not [name for name in ("解决率", "及时率", "按时办结") if name in silent]


async def test_the_document_has_no_page_break_of_its_own(story: Story) -> None:
    """It would leave an empty page if the content before it fills its page."""
    await story.opened()
    now = story.clock.now()
    made = (await compose(story.bot.office, "weekly", span("week", now.astimezone(SHANGHAI)), now)).document
    assert made
    paper: Any = Document(BytesIO(made.body))
    assert 'w:br w:type="page"' not in paper.element.xml
    assert paper.paragraphs[-1].paragraph_format.page_break_before
