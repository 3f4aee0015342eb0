"""What has to hold of matters, their duties and the record. Each check returns the rows that break it."""

import asyncio
import json
import os
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from bot.config import read_installation
from bot.rehearsal.invariants import expected_steps, fired_steps, incidents_with_gaps, recorded_overruns
from handlers.common.office import Office
from handlers.rules.regime.ladder import NEAR
from storage.database.database import close_database, open_database
from storage.tables import from_ms
from tests.faults.evidence import Broken, Evidence
from tests.faults.processes import ROOT
from tests.faults.school import SECRETS
from tests.faults.setups import client

WHILE_MOVED = timedelta(minutes=1)
"""How long after a move of the clock the steps that it made due may still be waiting for their turn."""


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
    stray = [("on record, not handled", code) for code in recorded if code not in handled]
    return [*twice, *lost, *stray]


async def every_duty_has_its_timer(found: Evidence) -> Broken:
    """Each open duty that has a next step has its timer in Redis, none rings later, and nothing is overdue.

    A timer that could not be moved to a later time rings too early, finds that nothing is due, and is moved then.
    """
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
    unarmed = [(step, at, timers.get(step)) for step, at in wanted.items() if not 0 < timers.get(step, 0) <= at]
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
    """Return the reminders that stand behind the end of their duty in the chain, whatever the clocks said.

    A word that was said before it was handled ends its duty then, not before the duty began; its line stands later.
    """
    reminded = await found.arena.setup.rows("SELECT id, incident, data FROM events WHERE kind = 'reminded'")
    ends: dict[int, int | None] = dict(
        await found.arena.setup.rows(
            "SELECT d.id, (SELECT MIN(e.id) FROM events e WHERE e.incident = d.incident_id AND e.at = d.met_at) "
            "FROM duties d WHERE d.state = 'met' AND d.met_at > d.started_at"
        )
    )
    late = [(id, incident, data) for id, incident, data in reminded if id > (ends.get(_duty(data)) or id)]
    return [("reminded after the end", *one) for one in late]


def _duty(data: str) -> int:
    return int(json.loads(data)["duty"])
