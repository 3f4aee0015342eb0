"""Who asked something is answered before the desk reads of the bot's own trouble, which is no reminder either."""

from datetime import timedelta

import pytest

from bot.channels.base import Limit, Receipt
from handlers.commands import todo
from handlers.rules.language.messages import Message, Quote, Reply
from storage import outbox_claims
from storage.tables import Outbox, Request
from tests.support.broken import broken
from tests.support.story import Story, monday

LEASE = timedelta(seconds=60)


async def test_an_answer_overtakes_notices_that_wait(story: Story) -> None:
    await story.opened()
    assert story.bot.local
    story.clock.advance(timedelta(hours=-2))
    await story.bot.clock_watch.drain()
    story.bot.outage.note(OSError("disk"))
    story.bot.outage.since = story.clock.now() - timedelta(minutes=2)
    await story.bot.outage.drain()
    await story.bot.local.say("wang", "待办")
    await story.bot.dispatcher.drain()
    queued = await Outbox.filter(state="planned").order_by("id").values_list("body", flat=True)
    claimed = [one.body for one in await outbox_claims.claim("local", story.clock.now(), LEASE)]
    assert len(queued) == 3
    assert "往回拨" in str(queued[0])
    assert "在办 1 件" in claimed[0]
    assert sorted(claimed) == sorted(map(str, queued))


async def test_what_failed_overnight_is_not_among_the_reminders_of_the_morning(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert story.bot.local
    monkeypatch.setattr(story.bot.local, "limits", lambda *_: (Limit("work", 20, 60.0),))
    await story.until(monday("21:50"))
    for n in range(5):
        await story.opened(f"@回音 食堂饭菜有异物之{n} https://weibo.com/1234567890/Ab1cD2eF{n}")
    await story.until(monday("23:30"))
    with broken(todo):
        await story.say("wang", "待办")
    send, sent = story.bot.local.send, []

    async def noted(conversation: str, reply: Reply, key: str) -> Receipt:
        sent.append(reply.text)
        return await send(conversation, reply, key)

    monkeypatch.setattr(story.bot.local, "send", noted)
    for _ in range(34):
        await story.advance("15m")
    assert any("件提醒，最急的在前" in text for text in sent)
    assert any("没有办成：" in text for text in sent)
    assert not any("没有办成：" in text and "件提醒" in text for text in sent)


async def test_an_apology_names_no_request_that_a_yes_could_mean(story: Story) -> None:
    """The number in it is only what the quote of somebody else said."""
    await story.drafted()
    with broken(todo):
        told = await story.deliver(
            Message(
                channel="local", id="m1", conversation="work", sender="wang", sent_at=story.clock.now(), text="待办",
                addressed=True, quote=Quote(text="〔#1〕随便写的"),
            )
        )  # fmt: skip
    [sorry] = [one for one in told if "对不起" in one.text]
    assert "#1" in sorry.text
    await story.say("qian", "同意", quote=sorry)
    assert (await Request.get(incident_id=1)).decided_at is None
