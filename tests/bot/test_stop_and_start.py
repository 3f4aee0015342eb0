"""A stop hands back what was not done; a start takes over what a killed process held. Nobody waits for leases."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import json

from bot.channels.base import Receipt
from bot.clock import StandingClock
from bot.engine.dispatch import LEASE
from bot.engine.sender import Sender
from bot.stopping import cancel_until_ended
from handlers.commands import todo
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage import inbox, inbox_claims, outbox, outbox_claims, outbox_outcomes, takeover
from storage.outbox import OutgoingMessage
from storage.tables import Inbox, Outbox
from tests.bot.test_sender import Platform, Slow
from tests.support.cases import INSTITUTION
from tests.support.rows import NOW
from tests.support.story import Story

ROOT = Path(__file__).parents[2]
HOLDER = """
import asyncio, sys
from datetime import timedelta
from storage import inbox_claims
from storage.database.database import open_database
from storage.outbox_claims import claim
from tests.support.rows import NOW

async def main():
    await open_database(sys.argv[1], synchronous="normal")
    found = await inbox_claims.claim(NOW, timedelta(seconds=30)), await claim("local", NOW, timedelta(seconds=60))
    print(len(found[0]), len(found[1]), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def planned(*texts: str) -> None:
    bodies = [json.encode(Reply(text=text)).decode() for text in texts]
    await outbox.plan([OutgoingMessage("local", "slow", body) for body in bodies], NOW)


async def test_what_a_killed_process_held_is_taken_over_at_once(tables: str) -> None:
    await inbox.store("local", "m", "{}", NOW)
    await planned("a")
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, tables, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout
    assert await holder.stdout.readline() == b"1 1\n"
    assert await takeover.from_the_dead(NOW) == 0
    assert await inbox_claims.claim(NOW, LEASE) == []
    holder.kill()
    await holder.wait()
    assert await takeover.from_the_dead(NOW) == 2
    assert len(await inbox_claims.claim(NOW, LEASE)) == 1
    [send] = await outbox_claims.claim("local", NOW, LEASE)
    assert send.repeat


async def test_the_parts_that_a_killed_process_held_are_taken_over_with_it(tables: str) -> None:
    await planned("a|b|c")
    [whole] = await outbox_claims.claim("local", NOW, LEASE)
    await outbox_outcomes.split(whole, ["a", "b", "c"])
    here = (await Outbox.get(id=whole.id)).owner.partition(":")[0]
    await Outbox.filter(owner__startswith=here).update(owner=f"{here}:999999999")
    assert await takeover.from_the_dead(NOW) == 3
    assert [one.body for one in await outbox_claims.claim("local", NOW, LEASE)] == ["a", "b", "c"]


async def test_what_is_put_off_stays_put_off(tables: str) -> None:
    id = await inbox.store("local", "m", "{}", NOW)
    [arrival] = await inbox_claims.claim(NOW, LEASE)
    await inbox_claims.put_off(arrival, NOW + timedelta(seconds=30), "away")
    await Inbox.all().update(owner=f"{(await Inbox.get(id=id)).owner.partition(':')[0]}:999999999")
    assert await takeover.from_the_dead(NOW) == 0


async def test_a_send_under_way_ends_and_the_rest_is_handed_back(tables: str) -> None:
    platform = Slow()
    await planned("a", "b", "c")
    running = asyncio.create_task(Sender(platform, Texts("zh", INSTITUTION), StandingClock(NOW)).run())
    await platform.begun.wait()
    stopping = asyncio.create_task(cancel_until_ended([running]))
    while not running.cancelling():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert not running.done()
    platform.go.set()
    await stopping
    assert platform.arrived == ["a"]
    rows = await Outbox.all().order_by("id").values_list("state", "attempts", "lease_until")
    assert rows == [("accepted", 1, None), ("planned", 0, None), ("planned", 0, None)]


class Silent(Platform):
    """A platform that never answers once a send has `begun`."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        self.begun.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_platform_that_does_not_answer_holds_up_no_stop(tables: str) -> None:
    await planned("a")
    platform = Silent()
    running = asyncio.create_task(Sender(platform, Texts("zh", INSTITUTION), StandingClock(NOW)).run())
    await platform.begun.wait()
    async with asyncio.timeout(5):
        await cancel_until_ended([running])
    assert (await Outbox.get(id=1)).state == "sending"


async def test_messages_that_were_not_handled_are_handed_back(story: Story) -> None:
    assert story.bot.local
    begun = asyncio.Event()

    async def slow(*_: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    for _ in range(3):
        await story.bot.local.say("wang", "待办")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(todo, "handle", slow)
        running = asyncio.create_task(story.bot.dispatcher.run())
        await begun.wait()
        await cancel_until_ended([running])
    assert await Inbox.filter(lease_until=None, attempts=0, state="new").count() == 3
    assert len(await story.settle()) == 3
