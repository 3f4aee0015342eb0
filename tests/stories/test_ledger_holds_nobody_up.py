"""Nobody waits for a workbook: it is made before the transaction of its answer, however the ledger is asked for."""

import asyncio
from contextvars import Context
from io import BytesIO
from typing import Any

import pytest
from tortoise.backends.base.client import TransactionalDBClient

from handlers.common import digest_content, ledger_file
from handlers.rules.language.messages import Attachment, Message
from storage import inbox
from storage.database.database import connection
from tests.support.story import Story

WITHIN = 1.0
FILES = {"missing": (Attachment(kind="picture", name="a.png"),)}


async def others_are_heard(story: Story, monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Store a message while a workbook is made, as another task would; return the rows that were stored so."""
    write, stored = ledger_file.write, list[int | None]()

    async def heard(*given: Any, **more: Any) -> Any:
        assert isinstance(given[3], BytesIO)
        store = inbox.store("local", "other", "{}", story.clock.now(), conversation="other", sender="x", within=WITHIN)
        stored.append(await asyncio.get_running_loop().create_task(store, context=Context()))
        return await write(*given, **more)

    monkeypatch.setattr(ledger_file, "write", heard)
    return stored


@pytest.mark.parametrize("how", ["confirmed", "missing", "alone"])
async def test_it_is_made_before_the_transaction(story: Story, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    await story.opened()
    stored = await others_are_heard(story, monkeypatch)
    if how == "confirmed":
        await story.say("zhou", "@回音 给我看看统计数据")
        story.expect("台账")
    said = {"text": "对" if how == "confirmed" else "台账 全部", "attachments": FILES.get(how, ())}
    await story.deliver(
        Message(channel="local", id="m", conversation="work", sender="zhou", sent_at=story.clock.now(), **said)
    )
    assert len([one for one in story.fresh for file in one.say.attachments if file.name.endswith(".xlsx")]) == 1
    assert len(stored) == 1


def drawings_noted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list to which each drawing of a digest adds whether it was made within a transaction."""
    drawn, inside = digest_content.drawing, list[bool]()

    def drawing(*given: Any) -> str:
        inside.append(isinstance(connection(), TransactionalDBClient))
        return drawn(*given)

    monkeypatch.setattr(digest_content, "drawing", drawing)
    return inside


@pytest.mark.parametrize("words", ["周报", "月报 上月", "今日"])
async def test_so_are_the_papers_of_a_week_and_a_month(
    story: Story, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    await story.opened()
    inside = drawings_noted(monkeypatch)
    said = {"text": words, "attachments": FILES["missing"]}
    await story.deliver(
        Message(channel="local", id="m", conversation="work", sender="zhou", sent_at=story.clock.now(), **said)
    )
    assert inside == [False]
    assert [file for one in story.fresh for file in one.say.attachments if file.name.endswith(".png")]


async def test_among_several_commands_too(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await story.opened()
    stored = await others_are_heard(story, monkeypatch)
    await story.say("wang", "签收 1\n台账 2026-11")
    story.expect("〔#1〕王强 已签收")
    assert [file.name[-5:] for one in story.fresh for file in one.say.attachments] == [".xlsx"]
    assert len(stored) == 1


@pytest.mark.parametrize("how", ["missing", "alone"])
async def test_a_digest_among_several_commands_comes(story: Story, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    await story.opened()
    inside = drawings_noted(monkeypatch)
    said = {"text": "签收 1；签收 2\n月报 2026-10", "attachments": FILES.get(how, ())}
    await story.deliver(
        Message(channel="local", id="m", conversation="work", sender="wang", sent_at=story.clock.now(), **said)
    )
    story.expect("没有 #2 这个编号")
    assert inside == [False]
    assert [file for one in story.fresh for file in one.say.attachments if file.name.endswith(".png")]


async def test_of_many_documents_in_one_message_the_first_come(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1\n" + "\n".join(f"台账 2026-{month}" for month in range(1, 8)))
    answer = story.expect("〔#1〕王强 已签收").text
    assert [answer.count(f"“台账 2026-{n}”要做一份文件，没有办理") for n in range(1, 8)] == [0, 0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize("asked", ["处置单 1", "归档 1"])
async def test_what_takes_a_number_among_several_commands_is_to_be_sent_alone(story: Story, asked: str) -> None:
    await story.opened()
    await story.say("li", f"{asked}\n派单 1 德育处")
    answer = story.expect(f"“{asked}”要做一份文件，没有办理，请单独发一条").text
    assert "德育处" in answer
    assert not [file for one in story.fresh for file in one.say.attachments]


async def test_a_digest_that_was_issued_is_shown_among_several_commands(story: Story) -> None:
    await story.opened()
    await story.say("li", "摘报")
    await story.say("li", "查 1\n摘报 1\n摘报 2")
    assert "没有第 2 期摘报" in story.expect("〔#1〕").text
    story.expect("摘报 2026 年第 1 期")
