"""The chat is searched by words or a number, in what the searcher sees of it."""

import pytest

from bot.web import group_search
from bot.web.group_history import History
from bot.web.group_interface import GroupPageError
from bot.web.group_search import search
from bot.web.group_view import GroupPageView
from tests.support.story import Story


async def found(story: Story, words: str, viewer: str = "zhou") -> list[str]:
    history, found, earlier = History(GroupPageView(story.bot.office)), [], None
    while True:
        look = await search(history, words, viewer, earlier)
        found += [one["text"] for one in look.messages]
        if (earlier := look.earlier) is None:
            return found


async def test_by_word_and_by_number(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    assert any("食堂饭菜有异物" in text for text in await found(story, "异物"))
    assert all("〔#1〕" in text or "签收 1" in text for text in await found(story, "#1"))
    assert await found(story, "1号") == await found(story, "1") == await found(story, "#1")
    assert await found(story, "异物 食堂")
    assert await found(story, "异物 没有的词") == []
    assert await found(story, " ") == []


async def test_a_number_is_no_part_of_another(story: Story) -> None:
    await story.say("zhou", "12 日 10:30 见 https://weibo.com/1/30 ，第 112 号")
    for number in ("10", "30", "112"):
        assert bool(await found(story, number)) is (number == "112")


async def test_private_words_stay_private(story: Story) -> None:
    await story.say("wang", "食堂的事先别说", private=True)
    assert await found(story, "先别说", "zhou") == []
    assert await found(story, "先别说", "wang")


async def test_masked_digits_are_not_found(story: Story) -> None:
    await story.say("zhou", "@回音 上报 食堂饭菜有异物，家长电话 13812345678")
    assert await found(story, "异物")
    assert await found(story, "13812345678") == []
    assert await found(story, "2345") == []


async def test_older_pages_are_searched(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look goes through some pages only, and says where the next one goes on."""
    monkeypatch.setattr(group_search, "PAGES_AT_ONCE", 1)
    await story.say("zhou", "最早的一句")
    for number in range(230):
        await story.bot.local.say("wang", f"闲聊 {number}") if story.bot.local else None
    await story.settle()
    assert await found(story, "最早的一句") == ["最早的一句"]


async def test_words_are_found_as_they_are_shown(story: Story) -> None:
    await story.say("zhou", '家长说"开水"太烫，电话 13812345678，见 C:\\表，食堂１２号窗口')
    for words in ('"开水"', "138****5678", "C:\\表", "１２", '说"开水'):
        assert await found(story, words), words
    assert await found(story, '"冷水"') == []


@pytest.mark.parametrize("before", ["x", "1", "1.2.3", "-1.2.3.4", "1.2.3.4.5", "１.2.3.4", "1" * 15 + ".2.3.4"])
async def test_where_to_go_on_is_what_an_answer_said(story: Story, before: str) -> None:
    with pytest.raises(GroupPageError):
        await search(History(GroupPageView(story.bot.office)), "异物", "zhou", before)


async def test_the_latest_place_and_the_earliest_hold(story: Story) -> None:
    await story.opened()
    history, nines = History(GroupPageView(story.bot.office)), f"{'9' * 14}.{'9' * 19}"
    assert (await search(history, "异物", "zhou", f"{nines}.{nines}")).messages
    assert await search(history, "异物", "zhou", "0.0.0.0") == ([], None)
