"""Who asked something is answered before the desk reads of the bot's own trouble, in the same conversation."""

from datetime import timedelta

from storage import outbox_claims
from storage.tables import Outbox
from tests.support.story import Story

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
