"""`/livez`: the process answers. `/readyz` and `/healthz`: each part's state and age; 503 while storage does not work.

The database is really read, with a time-out and once a second at most, so that a probe cannot slow the bot.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.config.storage import data_directory
from bot.engine.outage import PARTLY_AWAY
from bot.runtime import Bot
from storage import backlog
from storage.backlog import Counts
from storage.database.faults import kind_of
from storage.database.room import WARNED

log = structlog.get_logger(__name__)
READ_SECONDS = 1.0
"""The most seconds that the database may take to answer."""
FRESH_SECONDS = 1.0
LEAST_FREE = 16 * 1024 * 1024
"""Bytes that have to be free where the data are."""
HUNG_SECONDS = 180.0
"""A loop without a finished turn for this long is hung; most take a turn each second."""
SLOW_LOOPS = ("TimerAudit", "Looking", "DingTalkStream", "Socket")
"""Loops with rare turns, or with none: a long connection."""

NOT_READY = ("away", "damaged")

Facts = dict[str, Any]


class DatabaseProbe:
    """Read the database; remember when that last worked and what was counted."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._reading: asyncio.Task[Counts] | None = None
        self._asked_at: float | None = None
        self._worked_at: float | None = None
        self.counts: Counts | None = None
        self.trouble = ""

    async def ask(self) -> None:
        """Read the database, unless that was done a moment ago. A read that hangs is not started twice."""
        now = asyncio.get_running_loop().time()
        if self._asked_at is not None and now - self._asked_at < FRESH_SECONDS and self._reading is None:
            return
        self._asked_at = now
        reading = self._reading = self._reading or asyncio.create_task(backlog.counts(self._bot.clock.now()))
        done, _ = await asyncio.wait([reading], timeout=READ_SECONDS)
        if not done:
            self.trouble = f"no answer within {READ_SECONDS:g} s"
            return
        if self._reading is reading:  # another probe may have waited for the same
            self._reading = None
        error = reading.exception()
        self.trouble = kind_of(error)[:200] if error else ""
        if error is not None:
            self._bot.outage.note(error)
        if error is None:
            self._worked_at = asyncio.get_running_loop().time()
            self.counts = reading.result()
            self._bot.outage.worked()
            self._bot.metrics.count(self.counts.inbox, self.counts.outbox)

    def facts(self) -> Facts:
        outage = self._bot.outage
        age = None if self._worked_at is None else round(asyncio.get_running_loop().time() - self._worked_at, 1)
        state = "away" if self.trouble and outage.state == "ok" else outage.state
        found: Facts = {"state": state, "last_read_seconds_ago": age}
        since = outage.since or outage.damaged_since
        if since is not None:
            found |= {"faults_since": since.isoformat(), "remedy": outage.remedy}
        failing = {"away": "writing fails", PARTLY_AWAY: "some work fails"}.get(state)
        trouble = self.trouble or (f"{failing}: {outage.reason}" if failing else "")
        return found | ({"trouble": trouble} if trouble else {})


def routes(bot: Bot) -> list[web.RouteDef]:
    """Return the routes of all probes."""
    probe = DatabaseProbe(bot)

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        facts = await health(bot, probe)
        return web.json_response(facts, status=503 if facts["status"] in NOT_READY else 200, dumps=_as_written)

    async def metrics(_request: web.Request) -> web.Response:
        await probe.ask()
        await _ask_used(bot)
        bot.outage.measure()
        return web.Response(body=bot.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [
        web.get("/livez", live),
        web.get("/readyz", ready),
        web.get("/healthz", ready),
        web.get("/metrics", metrics),
    ]


def _as_written(facts: Facts) -> str:
    """Return facts as JSON that a person can read: remedies are in the institution's language."""
    return json.dumps(facts, ensure_ascii=False)


async def health(bot: Bot, probe: DatabaseProbe) -> Facts:
    """Return the facts of all parts.

    `status` is "damaged" if the database is, "away" if the bot cannot store anything, else "ok" or "degraded".
    """
    await probe.ask()
    database, disk, loops = probe.facts(), _disk(bot), _loops(bot)
    redis = _redis(bot)
    platforms = {name: await _of_platform(ask) for name, ask in bot.health.items()}
    hurt = bool({redis["state"], database["state"], disk["state"]} - {"ok", "unused"})
    hurt = hurt or any(one.get("state") == "hung" or one["error"] for one in loops.values())
    hurt = hurt or any(one.get("alarm") or _is_away(one) for one in platforms.values())
    hurt = hurt or bool(bot.clock_watch.troubles)
    status = _not_ready(database, disk) or ("degraded" if hurt else "ok")
    facts = {"status": status, "now": bot.clock.now().isoformat(), "database": database, "disk": disk, "redis": redis}
    return facts | _clock(bot) | _waiting(bot, probe.counts) | {"loops": loops} | platforms


def _redis(bot: Bot) -> Facts:
    """Return Redis's state and the seconds since its last answer, None before the first."""
    answered = bot.timekeeper.answered_at
    age = None if answered is None else round(asyncio.get_running_loop().time() - answered, 1)
    if bot.timekeeper.available:
        return {"state": "ok", "last_answer_seconds_ago": age}
    return {"state": "away", "last_answer_seconds_ago": age, "trouble": "reminders are fired from the tables"}


def _is_away(platform: Facts) -> bool:
    """Return whether a platform's long connection is down that this process should have."""
    return bool(platform.get("stream", {}).get("state") == "away")


def _clock(bot: Bot) -> Facts:
    """Return what is wrong with the clocks, if anything is."""
    timer_audit = bot.timekeeper.timer_audit
    skewed = [f"Redis's is {timer_audit.skew:+.1f} s off ours: set both by NTP"] if timer_audit.skewed else []
    troubles = [*skewed, *bot.clock_watch.troubles]
    return {"clock": "; ".join(troubles)} if troubles else {}


def _not_ready(database: Facts, disk: Facts) -> str:
    """Return "damaged" or "away" if nothing may be stored, else ""."""
    if database["state"] not in ("ok", PARTLY_AWAY):
        return str(database["state"])
    return "" if disk["state"] in ("ok", "low", "unused") else "away"


async def _ask_used(bot: Bot) -> None:
    """Count what is used of the platforms' limits; while the database is away the figures stay as they were."""
    try:
        async with asyncio.timeout(READ_SECONDS):
            bot.metrics.use([one for ask in bot.usage for one in await ask()])
    except Exception as error:
        log.info("limits not counted", fault=kind_of(error))


def _disk(bot: Bot) -> Facts:
    """Return the state of the directory of the data: how much is free, and whether it can be written to.

    Where database and Redis are servers of their own, nothing is kept here and nothing is missing.
    """
    directory = data_directory(bot.config)
    if directory is None:
        return {"state": "unused"}
    try:
        free = shutil.disk_usage(directory).free
    except OSError as error:
        return {"state": "away", "trouble": f"{directory}: {error.strerror}"}
    if not os.access(directory, os.W_OK):
        return {"state": "read-only", "free_mb": free // 1_000_000, "trouble": f"{directory} cannot be written to"}
    state = "full" if free < LEAST_FREE else "low" if free < WARNED else "ok"
    return {"state": state, "free_mb": free // 1_000_000}


def _loops(bot: Bot) -> dict[str, Facts]:
    """Return each loop: the seconds since its last turn, and why it fails, if it does."""
    found = {}
    for name, turns in bot.turns.items():
        hung = turns.age > HUNG_SECONDS and not name.startswith(SLOW_LOOPS)
        state = "failing" if turns.error else "hung" if hung else "ok"
        found[name] = {"state": state, "last_turn_seconds_ago": round(turns.age, 1), "error": turns.error[:200]}
    return found


async def _of_platform(ask: Callable[[], Awaitable[Facts]]) -> Facts:
    """Return a platform's facts; one that cannot tell them, as it counts its calls in the database, says why."""
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await ask()
    except Exception as error:
        return {"trouble": kind_of(error)[:200] or type(error).__name__}


def _waiting(bot: Bot, counts: Counts | None) -> Facts:
    """Return what waits, with the age of the oldest, and what failed; nothing before the first read."""
    if counts is None:
        return {}
    now = bot.clock.now()
    oldest = {"oldest_message": counts.oldest_message, "oldest_send": counts.oldest_send}
    ages = {f"{name}_seconds": round((now - at).total_seconds(), 1) if at else 0 for name, at in oldest.items()}
    return {"inbox": dict(counts.inbox), "outbox": dict(counts.outbox), **ages}
