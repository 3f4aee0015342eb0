"""What has to hold after any faults. Each check returns the rows that break it; none if all is well."""

import asyncio
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.config import read_installation
from bot.rehearsal.invariants import (
    expected_steps,
    fired_steps,
    incidents_with_gaps,
    recorded_overruns,
)
from handlers.common.office import Office
from handlers.rules.regime.ladder import NEAR
from storage.database.database import close_database, open_database
from storage.tables import from_ms
from tests.faults.arena import Arena
from tests.faults.doors import Delivery
from tests.faults.processes import ROOT
from tests.faults.school import SECRETS, Shown, text_of
from tests.faults.setups import client

Broken = list[Any]
CHANNELS = ("wecom", "dingtalk", "local")
WHILE_MOVED = timedelta(minutes=1)
"""How long after a move of the clock the steps that it made due may still be waiting for their turn."""
SURE = 12
"""Characters of a text by which it is recognised inside of another."""


@dataclass
class Evidence:
    """The tables at the end, what people were shown, and the moment of the bot's clock."""

    arena: Arena
    now: datetime
    inbox: list[tuple[Any, ...]]
    outbox: list[dict[str, Any]]
    shown: list[Shown]


async def evidence(arena: Arena) -> Evidence:
    inbox = await arena.setup.rows("SELECT channel, message, state, told_at, body, fault, error FROM inbox ORDER BY id")
    names = (
        "id", "channel", "conversation", "body", "state", "doubts", "told_at", "error", "duty", "failure",
    )  # fmt: skip
    rows = await arena.setup.rows(f"SELECT {', '.join(names)} FROM outbox ORDER BY id")
    outbox = [dict(zip(names, row, strict=True)) for row in rows]
    for row in outbox:
        text, row["update"] = text_of(row["body"])
        row["core"] = arena.fakes.core(text)
        row["to"] = row["conversation"].rpartition("@")[2] or row["conversation"]
    return Evidence(arena, arena.clock.now(), inbox, outbox, arena.fakes.shown())


def missing(found: Evidence) -> list[Delivery]:
    """Return what the bot acknowledged, or was sent over a connection, and is not in its inbox."""
    known = {channel: " ".join(row[1] for row in found.inbox if row[0] == channel) for channel in CHANNELS}
    return [one for one in found.arena.doors.all if one.taken and one.id not in known[one.channel]]


async def no_message_lost(found: Evidence) -> Broken:
    """Everything that the bot acknowledged is in its inbox, handled, or failed and told to the desk."""
    lost = [one for one in missing(found) if not found.arena.doors.excused(one)]
    waiting = [row for row in found.inbox if row[2] not in ("done", "failed")]
    untold = [row for row in found.inbox if row[2] == "failed" and row[3] is None]
    cut = found.arena.doors.cut
    named = [("not in the inbox", one.channel, one.id, one.words, one.at, cut.get(id(one.connection))) for one in lost]
    return [*named, *waiting, *untold]


async def nothing_waits(found: Evidence) -> Broken:
    return [
        (row["id"], row["state"], row["conversation"], row["error"])
        for row in found.outbox
        if row["state"] in ("planned", "sending")
    ]


async def what_was_not_sent_is_told(found: Evidence) -> Broken:
    """Each send that failed or is unknown was told to the desk, or is such a notice itself."""
    ended = [row for row in found.outbox if row["state"] in ("failed", "unknown")]
    untold = [(row["id"], row["state"], row["error"], row["core"][:40]) for row in ended if row["told_at"] is None]
    return [*untold, *_unnamed(found)]


def _unnamed(found: Evidence) -> Broken:
    """Return the numbers of failures that no notice names, if every notice names all that it tells of."""
    notices = "\n".join(text_of(row["body"])[0] for row in found.outbox if row["told_at"] is not None)
    if "没有列出" in notices:
        return []
    numbers = [row["failure"] for row in found.outbox if row["failure"] is not None]
    return [("in no notice", number) for number in numbers if f"\n{number}. " not in notices]


async def what_was_sent_arrived(found: Evidence) -> Broken:
    """What the bot takes for sent was shown to people."""
    return [
        (row["id"], row["state"], row["channel"], row["to"], row["core"][:60])
        for row in found.outbox
        if row["state"] in ("sent", "accepted") and row["channel"] != "local" and row["core"] and not row["update"]
        if not any(_shows(one, row) for one in found.shown)
    ]


async def repeats_are_marked(found: Evidence) -> Broken:
    """People see no text without its mark more often than the bot meant to say it."""
    times = Counter(one._replace(key=None) for one in found.shown if not one.marked and one.core)
    broken = []
    for one, count in times.items():
        if count > 1:
            meant = [row["id"] for row in found.outbox if row["core"] and _shows(one, row)]
            if count > len(meant):
                broken.append((one.channel, one.to, count, meant, one.core[:60]))
    return broken


async def marks_mean_repeats(found: Evidence) -> Broken:
    """What says that it may be a repeat was tried before."""
    doubted = [row for row in found.outbox if row["doubts"]]
    marked = {one for one in found.shown if one.marked}
    return [one[:3] for one in marked if one.core and not any(_shows(one, row) for row in doubted)]


def _shows(one: Shown, row: dict[str, Any]) -> bool:
    """Return whether people were shown this row: alone, with what a platform adds, or bundled."""
    if one.channel != row["channel"]:
        return False
    return row["core"] in one.core or (len(one.core) >= SURE and one.core in row["core"])


async def one_incident_for_a_post(found: Evidence) -> Broken:
    rows = await found.arena.setup.rows("SELECT fingerprint, incident_id FROM posts WHERE fingerprint LIKE '%M0%'")
    incidents: defaultdict[str, set[int]] = defaultdict(set)
    for fingerprint, incident in rows:
        incidents[fingerprint].add(incident)
    opened = await found.arena.setup.rows("SELECT incident, COUNT(*) FROM events WHERE kind = 'opened' GROUP BY 1")
    numbers = await found.arena.setup.rows("SELECT COUNT(*), COALESCE(MAX(number), 0) FROM incidents")
    gaps = [] if numbers[0][0] == numbers[0][1] else [("numbers", numbers)]
    return [
        *[one for one in incidents.items() if len(one[1]) > 1],
        *[row for row in opened if row[1] != 1],
        *gaps,
    ]


async def one_effect_for_a_message(found: Evidence) -> Broken:
    """Each note that was handled is on record once, and none that was not; each request is decided once."""
    rows = await found.arena.setup.rows("SELECT texts FROM events WHERE kind = 'note'")
    recorded = Counter(code for code in found.arena.load.notes for (texts,) in rows if code in (texts or ""))
    twice: Broken = [one for one in recorded.items() if one[1] > 1]
    done = [row[4] for row in found.inbox if row[2] == "done"]
    handled = {code for code in found.arena.load.notes if any(code in body for body in done)}
    answered = {code for code in handled if any(code in row["core"] for row in found.outbox)}
    requests = "SELECT incident_id, COUNT(*) FROM requests WHERE state = 'approved' OR step > 0 GROUP BY 1"
    asked: dict[int, int] = dict(await found.arena.setup.rows(requests))
    signed = Counter(
        incident
        for incident, data in await found.arena.setup.rows("SELECT incident, data FROM events WHERE kind = 'approved'")
        if json.loads(data)["step"] == 0
    )
    twice += [("approved more often than asked", one) for one in signed.items() if one[1] > asked.get(one[0], 0)]
    lost = [("noted in the answer, not on record", code) for code in answered if code not in recorded]
    return [*twice, *lost]


async def answered(found: Evidence) -> Broken:
    """Each note that was handled has an answer: the record of it, or a refusal."""
    answers = sum(1 for row in found.outbox if not row["duty"])
    handled = sum(1 for row in found.inbox if row[2] in ("done", "failed"))
    return [] if answers >= handled * 0.5 else [("answers", answers, "messages", handled)]


async def every_duty_has_its_timer(found: Evidence) -> Broken:
    """Each open duty that has a next step has its timer in Redis, at the same time; nothing is overdue."""
    duties = await found.arena.setup.rows(
        "SELECT incident_id, id, next_at FROM duties WHERE state = 'open' AND next_at > 0"
    )
    redis = client(found.arena.setup)
    try:
        timers: dict[Any, Any] = dict(await redis.zrange("{huiyin:0}:due", 0, -1, withscores=True))  # type: ignore[arg-type]
    finally:
        await redis.aclose()
    now = found.now.timestamp() * 1000
    late = [("overdue", *row) for row in duties if row[2] < now - 10_000]
    wanted = {f"{incident or 0}:{id}": at for incident, id, at in duties}
    unarmed = [(step, at, timers.get(step)) for step, at in wanted.items() if timers.get(step) != at]
    return [*late, *unarmed]


async def chain_is_whole(found: Evidence) -> Broken:
    """`python -m bot verify` finds the audit trail and the texts as they were written."""
    home = found.arena.setup.home  # type: ignore[attr-defined]
    command = [sys.executable, "-m", "bot", "verify", "--config", str(home / "config.toml")]
    environment = {**os.environ, **SECRETS, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=home, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return [] if process.returncode == 0 else [output.decode()]


async def every_step_once(found: Evidence) -> Broken:
    """Every step of every ladder was taken once, none before its time, none after the end."""
    home = found.arena.setup.home  # type: ignore[attr-defined]
    installation = read_installation(home / "config.toml")
    office = Office(installation.institution, installation.regime)
    await open_database(found.arena.setup.database, may_migrate=False)
    try:
        steps = Counter(await fired_steps())
        wanted = await expected_steps(office, found.now)
        fired = {step for step in steps if step[0] in wanted.duties}
        sums = {
            "matters without a holder": await incidents_with_gaps(),
        }
        recorded, late = await recorded_overruns(found.now)
    finally:
        await close_database()
    broken: Broken = [("twice", one) for one, count in steps.items() if count > 1]
    for step in sorted(wanted.must - fired):
        history = await _history(found, step[0])
        if not _overtaken(found, step[2], *history[0][3:5]):
            broken.append(("unfired", step, history))
    broken += [("nobody's", one) for one in sorted(fired - wanted.must - wanted.may)]
    broken += [one for one in sums.items() if one[1]]
    broken += await _reminded_after_the_end(found)
    return broken if recorded == late else [*broken, ("overruns", recorded, late)]


def _overtaken(found: Evidence, rung: int, due_ms: int, met_ms: int | None) -> bool:
    """Return whether a step became due by a move of the clock, and its duty was met before anybody could take it."""
    if met_ms is None:
        return False
    at, met = (from_ms(ms) for ms in (due_ms + rung * 1000, met_ms))
    return any(
        before - NEAR <= at <= after and before <= met <= after + WHILE_MOVED for before, after in found.arena.jumps
    )


async def _history(found: Evidence, duty: int) -> Broken:
    """Return a duty, and what happened to its matter."""
    rows = await found.arena.setup.rows(
        f"SELECT kind, state, started_at, due_at, met_at, rung, next_at, incident_id FROM duties WHERE id = {duty}"
    )
    events = f"SELECT id, at, kind, data FROM events WHERE incident = {rows[0][-1]} ORDER BY id"
    return [*rows, *await found.arena.setup.rows(events)]


async def _reminded_after_the_end(found: Evidence) -> Broken:
    """Return the reminders that stand behind the end of their duty in the chain, whatever the clocks said."""
    reminded = await found.arena.setup.rows("SELECT id, incident, data FROM events WHERE kind = 'reminded'")
    ends: dict[int, int | None] = dict(
        await found.arena.setup.rows(
            "SELECT d.id, (SELECT MIN(e.id) FROM events e WHERE e.incident = d.incident_id AND e.at = d.met_at) "
            "FROM duties d WHERE d.state = 'met'"
        )
    )
    late = [(id, incident, data) for id, incident, data in reminded if id > (ends.get(_duty(data)) or id)]
    return [("reminded after the end", *one) for one in late]


def _duty(data: str) -> int:
    return int(json.loads(data)["duty"])


Check = Callable[[Evidence], Awaitable[Broken]]
CHECKS: dict[str, Check] = {
    "no message is lost": no_message_lost,
    "nothing waits": nothing_waits,
    "what was not sent is told": what_was_not_sent_is_told,
    "what was sent arrived": what_was_sent_arrived,
    "repeats are marked": repeats_are_marked,
    "marks mean repeats": marks_mean_repeats,
    "one incident for a post": one_incident_for_a_post,
    "one effect for a message": one_effect_for_a_message,
    "people are answered": answered,
    "every duty has its timer": every_duty_has_its_timer,
    "every step once": every_step_once,
    "the chain is whole": chain_is_whole,
}
