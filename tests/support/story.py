"""Play a story on the real bot: real SQLite, real Valkey, a clock that the story moves.

await story.say("zhou", "@回音 食堂 https://…")
await story.advance("30m")
story.expect("超时", pinged="wang")
"""

import dataclasses
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import json, structs
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.app import build
from bot.clock import StandingClock
from bot.config import Installation, parse_installation
from bot.runtime import Bot
from handlers.common import office
from handlers.rules.language.messages import Message, Quote, Reply
from handlers.rules.people.institution import Institution
from handlers.rules.time.periods import parse
from handlers.texts import Texts
from storage import duties
from storage.database import sql
from storage.tables import Duty, Incident, from_ms
from storage.timers.keys import shard_keys
from storage.timers.timers import Timers
from tests.support.database import database

DEMONSTRATION = Path(__file__).parents[2] / "config.toml"
SHANGHAI = ZoneInfo("Asia/Shanghai")
FINAL = "经核实，饭菜异物是脱落的筛网，已更换筛网，留样检测合格。"
"""A final answer to the public."""
RESULT = "已更换筛网并公布检测结果"
NEW = "SELECT id, sent_at, conversation, body FROM outbox WHERE id > {} AND state = 'accepted' ORDER BY id"
MONDAY = datetime(2026, 11, 23, 10, 5, tzinfo=SHANGHAI)


def demonstration(directory: Path, language: str = "zh", **replaced: str) -> Installation:
    """Return the demonstration's configuration with its database in `directory`. `replaced` are texts to replace."""
    read = _demonstration(language, tuple(replaced.items()))
    storage = structs.replace(read.config.storage, database=f"sqlite:///{directory}/huiyin.db")
    return dataclasses.replace(read, config=structs.replace(read.config, storage=storage))


def without_digests() -> str:
    """Return the text of the demonstration's configuration without digests, whose pictures take longest."""
    return re.sub(r"(?m)^(?:daily|weekly|monthly) = .*$", "", DEMONSTRATION.read_text(encoding="utf-8"))


@cache
def _demonstration(language: str, replaced: tuple[tuple[str, str], ...]) -> Installation:
    text = DEMONSTRATION.read_text(encoding="utf-8")
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new)
    return parse_installation(text, DEMONSTRATION, language=language)


_TEXTS: dict[tuple[str, int, bool, bool], tuple[Institution, Texts]] = {}
MOST_TEXTS = 32


def _texts(language: str, institution: Institution, *, same_day: bool = True, extends: bool = True) -> Texts:
    """Return the sentences of an institution, loaded once for all stories about it."""
    key = (language, id(institution), same_day, extends)
    if key not in _TEXTS:
        while len(_TEXTS) >= MOST_TEXTS:
            del _TEXTS[next(iter(_TEXTS))]
        _TEXTS[key] = institution, Texts(language, institution, same_day=same_day, extends=extends)
    return _TEXTS[key][1]


office.Texts = _texts  # type: ignore[assignment,misc]


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message from the bot: when it was sent, to which conversation, and what it says."""

    id: int
    at: datetime
    conversation: str
    say: Reply

    @property
    def text(self) -> str:
        return self.say.text

    @property
    def when(self) -> str:
        """The local time of sending: "Mon 20:00"."""
        return f"{self.at.astimezone(SHANGHAI):%a %H:%M}"

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.say.card.buttons] if self.say.card else []


def pings(sent: Iterable[BotMessage]) -> list[tuple[str, ...]]:
    """Return when each message was sent and whom it pinged: ("Mon 20:00", "wang")."""
    return [(one.when, *one.say.mentions) for one in sent]


def monday(clock: str, days: int = 0) -> datetime:
    """Return a time of day on Monday 2026-11-23, or `days` later."""
    hours, minutes = map(int, clock.split(":"))
    return MONDAY.replace(hour=hours, minute=minutes) + timedelta(days=days)


@dataclass
class Story:
    bot: Bot
    clock: StandingClock
    read: int = 0
    pages: int = 0
    fresh: list[BotMessage] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.clock.now().astimezone(SHANGHAI)

    async def say(
        self, person: str, text: str, *, quote: BotMessage | None = None, private: bool = False
    ) -> list[BotMessage]:
        """Let somebody speak; return the bot's answers."""
        assert self.bot.local
        quoted = Quote(text=quote.text, ref=f"out-{quote.id}") if quote else None
        await self.bot.local.say(person, text, quote=quoted, private=private)
        return await self.settle()

    async def press(self, person: str, message: BotMessage, label: str) -> list[BotMessage]:
        """Let somebody press the card's button with this label; return the bot's answers."""
        assert self.bot.local
        assert message.say.card
        key = next(button.key for button in message.say.card.buttons if button.label == label)
        await self.bot.local.press(person, key, f"out-{message.id}")
        return await self.settle()

    async def deliver(self, *messages: Message) -> list[BotMessage]:
        """Deliver messages as a platform does, repeats included; return the bot's answers."""
        for message in messages:
            await self.bot.dispatcher.store(message)
        return await self.settle()

    async def settle(self) -> list[BotMessage]:
        """Let the bot do everything that it can do now; return its new messages, without updates of cards."""
        await self.bot.drain()
        rows = await sql.values(NEW.format(sql.mark(1)), [self.read])
        self.read = max((id for id, *_ in rows), default=self.read)
        sent = [BotMessage(id, from_ms(at), where, json.decode(body, type=Reply)) for id, at, where, body in rows]
        self.fresh = [one for one in sent if one.say.update is None]
        return self.fresh

    async def advance(self, span: str) -> list[BotMessage]:
        """Advance the clock by a span such as "30m", stopping at every due step; return the new messages."""
        return await self.until(self.clock.now() + parse(span).time)

    async def until(self, target: datetime) -> list[BotMessage]:
        sent: list[BotMessage] = []
        while (at := await duties.next_step_at()) is not None and at <= target:
            self.clock.set(max(at, self.clock.now()))
            sent += await self.settle()
        self.clock.set(target)
        sent += await self.settle()
        self.fresh = sent
        return sent

    async def jump(self, span: timedelta) -> list[BotMessage]:
        """Advance the clock at once, as after an outage; return the new messages."""
        self.clock.advance(span)
        return await self.settle()

    def expect(self, words: str, *, pinged: str | None = None) -> BotMessage:
        """Return the last new message that contains these words and pings this person; fail if there is none."""
        found = [h for h in self.fresh if words in h.text and (pinged is None or pinged in h.say.mentions)]
        assert found, f"no message contains {words!r} ({pinged}) in {[h.text for h in self.fresh]}"
        return found[-1]

    def silent(self) -> None:
        assert not self.fresh, [h.text for h in self.fresh]

    async def incident(self, number: int = 1) -> Incident:
        return await Incident.get(number=number)

    async def duty(self, kind: str, number: int = 1) -> Duty:
        duty = await Duty.filter(incident_id=number, kind=kind).order_by("-id").first()
        assert duty
        return duty

    async def opened(self, text: str = "@回音 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3") -> BotMessage:
        """Open an incident of the canteen's department, number 1 in a new story; return the answer."""
        return (await self.say("zhou", text))[-1]

    async def acknowledged(self) -> BotMessage:
        """Open and acknowledge incident 1; return the answer."""
        await self.opened()
        return (await self.say("wang", "签收 1"))[-1]

    async def drafted(self, text: str = "已封存留样送检，11月26日前公布结果。") -> BotMessage:
        """Bring incident 1 to a draft that waits for the leader; return the bot's request."""
        await self.acknowledged()
        return (await self.say("wang", f"拟复 1 {text}"))[-1]

    async def approved(self) -> None:
        """Bring incident 1 to a reply that its leader approved."""
        await self.drafted()
        await self.say("qian", "同意")

    async def published(self) -> None:
        """Bring incident 1 to a published reply, which promises the result by 26 November."""
        await self.approved()
        await self.publish()

    async def publish(self, number: int = 1, *, by: str = "zhou") -> BotMessage:
        """Publish the approved reply on a page of its own; return the bot's answer."""
        self.pages += 1
        return (await self.say(by, f"已发布 {number} https://weibo.com/1234567890/Xy9zK8wQ{self.pages}"))[-1]

    async def answer(
        self, number: int = 1, text: str = FINAL, *, by: str = "wang", leaders: tuple[str, ...] = ("qian",)
    ) -> BotMessage:
        """Draft, sign and publish a reply; return the bot's answer to its publication."""
        await self.say(by, f"拟复 {number} {text}")
        for leader in leaders:
            await self.say(leader, f"同意发布 {number}")
        return await self.publish(number)

    async def answered(self, number: int = 1, *, by: str = "wang") -> BotMessage:
        """Bring an incident to a final answer that is public; open and acknowledge 1 first if there is none."""
        if number == 1 and not await Incident.filter(number=1).exists():
            await self.acknowledged()
        return await self.answer(number, by=by)

    async def closed(self, number: int = 1, words: str = RESULT, *, by: str = "wang") -> BotMessage:
        """Close an incident by a final public answer and words for what was done; return the bot's answer."""
        await self.answered(number, by=by)
        return (await self.say(by, f"办结 {number} {words}"))[-1]

    async def confirmed(self, person: str = "zhou", number: int = 1) -> None:
        """Advance to the next check of incident's answer, and let its publisher confirm that it still stands."""
        check = await Duty.filter(incident_id=number, kind="stand", state="open").order_by("due_at").first()
        assert check
        await self.until(check.next_at)
        await self.say(person, f"仍在 {number}")


@asynccontextmanager
async def new_story(directory: Path, redis: Redis, at: datetime = MONDAY, **options: Any) -> AsyncIterator[Story]:
    """Begin a story at `at`, on a new database in `directory`."""
    config = options.pop("config", None) or demonstration(directory, **options)
    async with database(directory):
        with suppress(RedisError):  # a story may begin without Redis
            await redis.set(shard_keys("huiyin", 0).epoch, "new")  # filled from the tables, in which there is nothing
        timers = Timers(redis)
        clock = StandingClock(at)
        try:
            bot = build(config, clock, timers)
            bot.retention.erased_on = at.astimezone(bot.office.institution.zone).date()  # on a new database: nothing
            yield Story(bot, clock)
        finally:
            await timers.aclose()
