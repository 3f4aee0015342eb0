"""A bureau with three schools below it, each with a head, a liaison and a group of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from handlers.rules.language.messages import Attachment, Message
from tests.support.story import BotMessage, Story, demonstration, new_story

ROSTER = "# 值班表，可不写"
FIRST, SECOND, THIRD = "实验小学", "第二小学", "第三小学"
UNITS = {FIRST: ("s1", "何校长", "吕芳"), SECOND: ("s2", "施校长", "张平"), THIRD: ("s3", "孔校长", "曹宁")}
"""Each unit's group, head and liaison; their ids are h1, l1, h2, l2, h3, l3."""


def tables(**suspended: bool) -> str:
    """Return the units' tables."""
    lines = []
    for n, (name, (group, head, liaison)) in enumerate(UNITS.items(), 1):
        more = "suspended = true\n" if suspended.get(group) else ""
        lines.append(f'[[unit]]\nname = "{name}"\nleader = "sun"\n{more}')
        for id, person, role in ((f"h{n}", head, "head"), (f"l{n}", liaison, "liaison")):
            lines.append(f'[[person]]\nid = "{id}"\nname = "{person}"\nroles = ["{role}"]\ndepartment = "{name}"\n')
        lines.append(
            f'[[group]]\nid = "{group}"\nname = "{name}群"\nchannel = "local"\nconversation = "{group}"\n'
            f'unit = "{name}"\n'
        )
    return "\n".join(lines) + "\n"


_ids = count(1)


class Units(Story):
    """A story in which people speak in the groups of their units, or one-to-one with the bot."""

    async def at(self, group: str, person: str, text: str, *, files: tuple[Attachment, ...] = ()) -> list[BotMessage]:
        """Let somebody speak in a group ("work" is the office's)."""
        message = Message(
            channel="local",
            id=f"u{next(_ids)}",
            conversation=group,
            sender=person,
            sent_at=self.clock.now(),
            text=text,
            attachments=files,
        )
        return await self.deliver(message)

    def heard(self, group: str) -> str:
        """Return all that is new in a group."""
        return "\n".join(one.text for one in self.fresh if one.conversation == group)


@asynccontextmanager
async def units(directory: Path, redis: Redis, **options: Any) -> AsyncIterator[Units]:
    suspended = options.pop("suspended", {})
    changed = {ROSTER: tables(**suspended) + ROSTER, **options.pop("replaced", {})}
    async with new_story(directory, redis, config=demonstration(directory, **changed), **options) as begun:
        yield Units(begun.bot, begun.clock)
