"""Incidents under a regime that ships with the product: the demonstration's school with another `regime`.

People of the canteen's department: wang (liaison), feng (head), qian (its leader); zhao is the chief, li the office,
zhou the officer.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from handlers.rules.regime.regime import Regime
from storage.tables import Duty
from tests.support.story import SHANGHAI, BotMessage, Story, demonstration, new_story

POST = "https://weibo.com/1234567890/Ab1cD2eF3"
PROOF = "https://weibo.com/1234567890/Xy9zK8wQ1"
MONDAY_MORNING = "2026-11-23 10:05"
DATED = "拟复 1 已封存留样送检，11月26日前公布结果。"


def local(text: str) -> datetime:
    """Return the moment of a local time such as "2026-11-23 10:05"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def found(at: str, **replaced: str) -> pytest.MarkDecorator:
    """Begin the story at this local time. `replaced` are texts to replace in the demonstration's configuration."""
    return pytest.mark.parametrize("story", [(at, replaced)], indirect=True, ids=[at])


@asynccontextmanager
async def under(regime: str, directory: Path, redis: Redis, at: str, **replaced: str) -> AsyncIterator[Story]:
    chosen = {'regime = "standard"': f'regime = "{regime}"', **replaced}
    async with new_story(directory, redis, local(at), config=demonstration(directory, **chosen)) as story:
        yield story


def regime_of(story: Story) -> Regime:
    return story.bot.office.regime


def stamp(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%a %m-%d %H:%M}"


async def owed(story: Story, number: int | None = 1) -> dict[str, str]:
    """Return the due times of an incident's open duties by kind, joined if several; None for routine duties."""
    found: dict[str, list[str]] = defaultdict(list)
    for duty in await Duty.filter(incident_id=number, state="open").order_by("due_at", "id"):
        found[duty.kind].append(stamp(duty.due_at))
    return {kind: ", ".join(times) for kind, times in found.items()}


async def calmed(story: Story, number: int = 1) -> None:
    """Let the desk look at an incident and state that it has calmed."""
    await story.say("li", f"续报 {number} 评论区没有新的议论")
    await story.say("li", f"平息 {number} 两天没有新评论")


async def state(story: Story, kind: str, number: int = 1) -> str:
    return (await story.duty(kind, number)).state


def dated_pings(sent: Sequence[BotMessage], word: str = "") -> list[tuple[str, ...]]:
    """Return when each message with this word was sent and whom it pinged: ("Mon 11-23 20:00", "wang")."""
    return [(stamp(one.at), *one.say.mentions) for one in sent if word in one.text]
