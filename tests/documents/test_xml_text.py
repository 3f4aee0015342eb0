"""Documents accept every character that people can type or paste: they can be opened and show all other text."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec import json
from msgspec.structs import replace
from openpyxl import load_workbook

from handlers.common import archive_file, form_file, ledger_file
from handlers.common.digest_content import read
from handlers.common.office import Office
from handlers.documents.digest.docx import document
from handlers.documents.digest.picture import drawing
from handlers.documents.digest.rendering import png
from handlers.documents.forms.fields import FormFields
from handlers.documents.forms.placeholders import FORMS, sample
from handlers.documents.forms.render import render, template
from handlers.documents.labels import Labels
from handlers.documents.record import MatterRecord
from handlers.documents.xml_text import xml_text
from handlers.rules.time.spans import span
from handlers.texts import LANGUAGES
from storage import ledger
from tests.support.bad_characters import BAD, SOME, dirtied, dirty, rest, with_names
from tests.support.papers import broken, said_in
from tests.support.story import SHANGHAI, Story
from tests.support.thinned import crossed, one_in


@pytest.fixture(name="played")
async def _told(story: Story) -> Story:
    """Two incidents, the first with every kind of text: answered, overdue and closed; the second open."""
    for person, text in (
        ("zhou", "@回音 上报 食堂饭菜有异物，请说明 https://weibo.com/1234567890/Ab1cD2eF3"),
        ("wang", "签收 1"),
        ("qian", "批办 1 今天封存留样"),
        ("wang", "核实 1 部分属实 筛网破损"),
        ("li", "协办 1 保卫处"),
        ("wang", "拟复 1 已封存留样送检。"),
        ("qian", "不同意 1 写明日期"),
        ("wang", "拟复 1 经查属实，筛网已更换。"),
        ("qian", "同意"),
        ("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1"),
        ("zhou", "@回音 上报 校门口堵车 @保卫处 https://weibo.com/1234567890/Cd1cD2eF3"),
    ):
        await story.say(person, text)
    await story.advance("1d")
    await story.say("zhou", "仍在 1")
    await story.advance("3d")
    await story.say("wang", "办结 1 整改：更换供货商")
    return story


def parts(body: bytes) -> Iterator[str]:
    """Return the text of every XML file in a .docx or .xlsx, parsed."""
    with zipfile.ZipFile(BytesIO(body)) as file:
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                yield "".join(ElementTree.fromstring(file.read(name)).itertext())


@pytest.mark.parametrize(("form", "language"), crossed(2, tuple(FORMS), tuple(LANGUAGES)))
def test_every_placeholder_of_every_form(form: str, language: str) -> None:
    facts = sample(form)
    bad = {name: _all_dirty(value) for name, value in facts.items()}
    file = template(form, language, None)
    made = render(file, bad)
    assert rest(said_in(made)) == rest(said_in(render(file, facts)))
    assert list(parts(made))


def _all_dirty(value: Any) -> Any:
    if isinstance(value, list):
        return [{key: dirty(one, "".join(BAD)) for key, one in row.items()} for row in value]
    return dirty(value, "".join(BAD))


async def test_every_field_of_a_matter(played: Story) -> None:
    for some in SOME:
        await every_field_of_a_matter(played, some)


async def every_field_of_a_matter(played: Story, some: str) -> None:
    office, now = played.bot.office, played.clock.now()
    bad, spoilt = with_names(office, some), dirtied(await matter(office, now), some)
    spoilt = replace(spoilt, case=replace(spoilt.case, institution=bad.institution))
    good = await matter(office, now)
    for form in ("liaison", "handling", "reminder", "summary"):
        file = template(form, "zh", None)
        both = [
            said_in(
                render(file, {**facts.common("1", "li", now), **facts.matter(about, now), **facts.owed(about, now)})
            )
            for facts, about in ((written(bad), spoilt), (written(office), good))
        ]
        assert rest(both[0]) == rest(both[1])


async def matter(office: Office, now: datetime) -> MatterRecord:
    """Return the first incident, with a text that contains no address."""
    return replace(await form_file.matter(office, 1, now), text="食堂饭菜有异物，请说明")


def written(office: Office) -> FormFields:
    return FormFields(Labels(office.texts, office.institution))


async def test_the_archive(played: Story) -> None:
    for some in SOME:
        await archive(played, some)


async def archive(played: Story, some: str) -> None:
    office, now = played.bot.office, played.clock.now()
    bad, spoilt = with_names(office, some), dirtied(await matter(office, now), some)
    files = [(dirty("处置单.docx", some), b"x")]
    body = archive_file._bundle(bad, spoilt, "1", files, "li", now)
    assert broken(body) == []
    with zipfile.ZipFile(BytesIO(body)) as made:
        assert rest(made.read("index.html").decode()).count("食堂饭菜有异物")
        record = json.decode(made.read("record.json"))
        assert rest(record["incident"]["title"]).startswith("食堂饭菜有异物")
        assert [name for name in made.namelist() if "处置单" in rest(name)]


@pytest.mark.parametrize("kind", one_in(2, ["daily", "monthly"]))
async def test_every_field_of_a_digest(played: Story, kind: str) -> None:
    office, now = played.bot.office, played.clock.now()
    good = await read(office, kind, span("month", now.astimezone(SHANGHAI)), now)
    clean = said_in_digest(office, good, "")
    assert "食堂饭菜有异物" in clean[0]
    for some in SOME:
        assert said_in_digest(with_names(office, some), dirtied(good, some), some) == clean


@cache
def plain_picture() -> bytes:
    """Return a picture for most documents: drawing one takes longer than all else."""
    return png('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')


def said_in_digest(office: Office, figures: Any, some: str) -> tuple[str, str]:
    """Make a digest with some characters in its title; return what its document and its message say without them."""
    title, period = dirty("月报", some), dirty("11-01 至今", some)
    words = Labels(office.texts, office.institution)
    svg = drawing(figures, words, title, period)
    assert "保卫处" in rest("".join(ElementTree.fromstring(svg).itertext()))
    picture = png(svg) if some in SOME[::5] else plain_picture()
    assert picture.startswith(b"\x89PNG")
    made = document(figures, words, title, period, picture)
    assert list(parts(made))
    return rest(said_in(made)), rest(office.texts.say("digest.text", f=figures, title=title, period=period))


async def test_every_field_of_the_ledger(played: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    good = await sheets(played.bot.office, played)
    for some in SOME:
        with monkeypatch.context() as patch:
            await every_field_of_the_ledger(played, patch, good, some)


async def every_field_of_the_ledger(
    played: Story, monkeypatch: pytest.MonkeyPatch, good: list[list[str]], some: str
) -> None:
    bad = with_names(played.bot.office, some)
    pages = ledger.pages

    async def spoilt(*span: Any) -> Any:
        async for page in pages(*span):
            yield dirtied(page, some)

    monkeypatch.setattr(ledger, "pages", spoilt)
    assert await sheets(bad, played) == good


async def sheets(office: Office, story: Story) -> list[list[str]]:
    made, now = BytesIO(), story.clock.now()
    await ledger_file.write(office, span("month", now.astimezone(SHANGHAI)), now, made)
    assert list(parts(made.getvalue()))
    book = load_workbook(made)
    return [[rest(str(cell.value)) for row in sheet.iter_rows() for cell in row] for sheet in book]


@pytest.mark.parametrize(
    "char", ["\t", "\n", "\x85", "\xa0", "\u200b", "\ud7ff", "\ue000", "\ufffd", "\U0001fffe", "😀"]
)
def test_what_xml_may_hold_stays(char: str) -> None:
    assert xml_text(f"a{char}b") == f"a{char}b"


def test_what_xml_may_not_hold_goes() -> None:
    assert xml_text("".join(f"{n}{char}" for n, char in enumerate(BAD) if not "\x7f" <= char <= "\x9f")).isdigit()
