"""The page's earlier messages have every message once, in order, however many presses lie between them."""

import pytest

from bot.web import group_history
from bot.web.group_history import History
from bot.web.group_interface import GroupPageError
from bot.web.group_view import GroupPageView
from tests.support.story import Story


async def everything(history: History) -> list[str]:
    """Return the ids of all messages, read page by page, oldest first."""
    found: list[str] = []
    before: str | None = None
    while True:
        shown, more = await history.before(before)
        ids = [str(one["id"]) for one in shown]
        found = ids + found
        if not more:
            return found
        before = ids[0]


@pytest.mark.parametrize("page", [2, 3, 7, 200])
async def test_many_presses_hide_no_message(story: Story, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    assert story.bot.local
    for round in range(6):
        await story.say("zhou", f"@回音 上报 食堂饭菜有异物{round} https://weibo.com/1234567890/Ab1cD2eF{round}")
        for _ in range(9 if round % 2 else 0):
            await story.bot.local.press("zhou", "nothing", "out-1")
        await story.settle()
    whole = await everything(History(GroupPageView(story.bot.office)))
    monkeypatch.setattr(group_history, "PAGE", page)
    assert await everything(History(GroupPageView(story.bot.office))) == whole
    assert len(whole) == len(set(whole)) >= 12


@pytest.mark.parametrize(
    "id", ["out-²", f"out-{10**30}", "out--1", "out-", "in-\x00", "in-none", "x", "out-1.5", "in-", "٣"]
)
async def test_an_id_that_is_none_is_refused(story: Story, id: str) -> None:
    await story.opened()
    with pytest.raises(GroupPageError, match="the id of a message"):
        await History(GroupPageView(story.bot.office)).before(id)
