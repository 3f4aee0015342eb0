"""What is left after a run: the tables, and what people were shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.faults.arena import Arena
from tests.faults.doors import Delivery
from tests.faults.school import Shown, text_of

Broken = list[Any]
CHANNELS = ("wecom", "dingtalk", "local")
SURE = 12
"""Characters of a text by which it is recognised inside of another."""


@dataclass
class Evidence:
    """The tables at the end, what people were shown, what was tried, and the moment of the bot's clock.

    `broken_off` counts the ends of processes and of connections, in which a message may be lost on its way.
    """

    arena: Arena
    now: datetime
    inbox: list[tuple[Any, ...]]
    outbox: list[dict[str, Any]]
    shown: list[Shown]
    tried: list[tuple[str, str]]
    broken_off: int


_INBOX = "SELECT channel, message, state, told_at, body, fault, error, handled_at FROM inbox ORDER BY id"


async def evidence(arena: Arena) -> Evidence:
    inbox = await arena.setup.rows(_INBOX)
    names = (
        "id", "channel", "conversation", "body", "state", "doubts", "told_at", "error", "failure", "planned_at",
    )  # fmt: skip
    rows = await arena.setup.rows(f"SELECT {', '.join(names)} FROM outbox ORDER BY id")
    outbox = [dict(zip(names, row, strict=True)) for row in rows]
    for row in outbox:
        text, row["update"] = text_of(row["body"])
        row["core"] = arena.fakes.core(text)
        row["to"] = row["conversation"].rpartition("@")[2] or row["conversation"]
    fakes, broken_off = arena.fakes, arena.processes.ended.total() + len(arena.doors.cut)
    return Evidence(arena, arena.clock.now(), inbox, outbox, fakes.shown(), fakes.tried(), broken_off)


def missing(found: Evidence) -> list[Delivery]:
    """Return what the bot acknowledged, or was sent over a connection, and is not in its inbox."""
    known = {channel: " ".join(row[1] for row in found.inbox if row[0] == channel) for channel in CHANNELS}
    return [one for one in found.arena.doors.all if one.taken and one.id not in known[one.channel]]


def shows(one: Shown, row: dict[str, Any]) -> bool:
    """Return whether people were shown this row: alone, with what a platform adds, or bundled."""
    if one.channel != row["channel"]:
        return False
    return row["core"] in one.core or (len(one.core) >= SURE and one.core in row["core"])
