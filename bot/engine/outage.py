"""Notice that storage is away or damaged, and tell: the page and the log while it lasts, the desk as soon as possible.

An outage counts from the first try that waited or failed. The page says so after three seconds, the log then and again
in growing pauses, `/readyz` and `/metrics` when they are asked. The desk's word in the chat has to be stored before it
is sent, so it comes when storage is back, unless the outage was shorter than a minute.

It ends when a write succeeds and what storage stopped has been done since. Where a write succeeds and that waits still,
such as behind the lock on one table, it is partial: messages are taken, and the desk is told after a minute.

No platform is answered directly, past the outbox, while storage is away. Such a word would count against no limit, as
the limits are counted from the outbox; it would come again with each repeated delivery of the same message, from each
process; and it would be followed by the answer to that message, once it is stored. A person reads one or the other.

Damage does not come back by itself. It is told at once, and stands until the next start: the database is mended with
the bot stopped. What is not damaged goes on, so the desk's word can often be stored.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.backoff import Backoff
from bot.clock import Clock
from bot.engine.heartbeat import beat
from bot.engine.unfinished import Unfinished
from bot.engine.wake import Wake
from bot.metrics import Metrics
from bot.storage_words import explained
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.rules.language.messages import Reply
from storage import outages
from storage.database import sql
from storage.database.faults import Fault, FileReplaced, fault_of, is_away, kind_of, waited_for
from storage.database.in_place import must_be_in_place
from storage.database.transaction import NotInTime
from storage.outbox import NOTICE, OutgoingMessage

log = structlog.get_logger(__name__)
PROBE_EVERY_SECONDS = 1.0
PROBE_SECONDS = 20.0
"""After how long a write that waits is cancelled; what it has begun is waited for, on PostgreSQL for its time-out."""
WATCH_EVERY_SECONDS, WAITS_SECONDS = 2.0, 2.0
"""How often a read is tried while all is well, and after how long one that still waits is an outage."""
TOLD_AFTER = timedelta(minutes=1)
SHOWN_AFTER = timedelta(seconds=3)
"""How long storage is away before the page and the log say so: people wait for an answer there."""
SAID_AGAIN = Backoff(first=120.0, longest=900.0)
"""The pauses, in seconds, after which the log says again that it lasts."""
PARTLY_AWAY = "partly away"
"""The state while messages are stored and some work fails."""
DESK_EVERY = timedelta(seconds=30)
"""How often it is tried to store the desk's word about damage."""


SAYS_LITTLE = (TimeoutError, NotInTime)
"""Errors that say only that something waited: another one says why."""


class Outage:
    """`on_change` is called when the page has to say something else.

    `since` is when the first try began that storage made wait or failed; None once that is done and all is well.
    `damaged_since` is when damage was met; None if it was not. `place` returns the database's name.
    """

    def __init__(self, office: Office, clock: Clock, metrics: Metrics, place: Callable[[], str]) -> None:
        self._office, self._clock, self._metrics, self._place = office, clock, metrics, place
        self._wake = Wake(every=PROBE_EVERY_SECONDS)
        self.on_change: Callable[[], None] = lambda: None
        self._shown = False
        self._said_at: datetime | None = None
        self._said = 0
        self._desk_tried_at: datetime | None = None
        self._desk_told = False
        self._worked_at = clock.now()
        self._last: BaseException = RuntimeError()
        self._damage: BaseException = RuntimeError()
        self._writes = False
        self._partly_told = False
        self.unfinished = Unfinished()
        self.since: datetime | None = None
        self.damaged_since: datetime | None = None
        self.reason = ""

    def note(self, error: BaseException) -> None:
        """Note an error, if it says that storage is away or damaged."""
        fault = fault_of(error)
        if fault is Fault.AWAY:
            self._begin(self._clock.now() - timedelta(seconds=int(waited_for(error))), error)
        elif fault is Fault.DAMAGED and self.damaged_since is None:
            self.damaged_since, self._damage = self._clock.now(), error
            log.critical("the database is damaged", fault=kind_of(error), remedy=self.remedy)
            self._said_at, self._said = self._clock.now(), 0
            self.on_change()
            self._wake.set()

    def _begin(self, since: datetime, error: BaseException) -> None:
        if self.since is None or not isinstance(error, SAYS_LITTLE):
            self.reason, self._last = kind_of(error), error
        if self.since is None:
            self.since, self._said_at, self._said = since, None, 0
            self._metrics.database_outages.inc()
        self._metrics.database_waits.inc()
        self._wake.set()

    @property
    def state(self) -> str:
        """Return "ok", "away", "partly away" or "damaged"."""
        if self.damaged_since is not None:
            return "damaged"
        if self.since is None or self.lasts < SHOWN_AFTER:
            return "ok"
        return PARTLY_AWAY if self._writes else "away"

    @property
    def lasts(self) -> timedelta:
        return self._clock.now() - self.since if self.since else timedelta(0)

    @property
    def remedy(self) -> str:
        """Return what it is and what to do, in the institution's language."""
        error = self._last if self.damaged_since is None else self._damage
        return explained(error, self._place(), chinese=self._office.institution.language == "zh")

    def measure(self) -> None:
        """Set the figures for `/metrics`."""
        now, well = self._clock.now(), self.since is None and self.damaged_since is None
        self._metrics.database_up.set(well)
        self._metrics.database_damaged.set(self.damaged_since is not None)
        self._metrics.database_age.set(max((now - self._worked_at).total_seconds(), 0.0))
        self._metrics.database_outage.set(max(self.lasts.total_seconds(), 0.0))

    def worked(self) -> None:
        """Note that the database has answered."""
        if self.since is None:
            self._worked_at = self._clock.now()

    async def run(self) -> None:
        """Watch storage, and try to write while it is away, until cancelled."""
        parts = [asyncio.ensure_future(self._watch()), asyncio.ensure_future(self._wake.run(self.drain))]
        try:
            ended, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in ended:
                part.result()  # raises what ended it, so that both are started again
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def _watch(self) -> None:
        """Read again and again: a server that hangs fails no work for a minute, and every work waits."""
        while True:
            self._look_at_file()
            reading = asyncio.ensure_future(sql.rows("SELECT 1", []))
            reading.add_done_callback(_forget_error)
            try:
                answered = await self._answers(reading)
            finally:
                reading.cancel()
            if answered and (error := reading.exception()):
                self.note(error)
            elif answered:
                self.worked()
            await asyncio.sleep(WATCH_EVERY_SECONDS)

    def _look_at_file(self) -> None:
        try:
            must_be_in_place()
        except FileReplaced as error:
            self.note(error)

    async def _answers(self, reading: asyncio.Future[Any]) -> bool:
        """Wait for a read; return False if others work meanwhile, and it alone hangs: its connection is left."""
        began, noted = self._clock.now(), False
        while not (await asyncio.wait([reading], timeout=WAITS_SECONDS))[0]:
            if noted and self.since is None:
                return False
            noted = True
            self._begin(began, TimeoutError())
            self._tell_lasting()
        return True

    async def drain(self) -> bool:
        """Try to write, if storage is away; once all works, tell the desk. Return whether storage is there."""
        if self.damaged_since is not None:
            await self._tell_damage(self.damaged_since)
        if self.since is None:
            return True
        since, now = self.since, self._clock.now()
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                told = await self._probe(since, now)
        except Exception as error:
            if not (isinstance(error, TimeoutError) or is_away(error)):
                raise
            self._writes = False
            self.unfinished.nothing_works()
            self.note(error)
            self._tell_lasting()
            return False
        if told is None:
            self._tell_lasting()
            return False
        log.info("storage is back", since=since.isoformat(), told=told)
        self.since, self._shown, self._worked_at = None, False, now
        self._writes, self._partly_told = False, False
        self.on_change()
        return True

    async def _probe(self, since: datetime, now: datetime) -> bool | None:
        """Write. Return None if that works and something waits still, else whether the desk was told of the end."""
        long = now - since >= TOLD_AFTER
        if not await self.unfinished.exists(self._clock.shared()):
            return await outages.end_outage(since, now, self._notice if long else None)
        telling = long and not self._partly_told
        await outages.end_outage(since, now, self._partial_notice if telling else None, outages.PARTLY)
        self._writes, self._partly_told = True, self._partly_told or telling
        return None

    def _tell_lasting(self) -> None:
        """Let the page and the log say that storage is away, unless it is for a moment; the log again in pauses."""
        beat()
        if self.lasts < SHOWN_AFTER:
            return
        if not self._shown:
            self._shown = True
            self.on_change()
        event = "some work fails on the database" if self._writes else "the database is away"
        self._say(event, seconds=round(self.lasts.total_seconds()), fault=self.reason)

    def _say(self, event: str, **facts: object) -> None:
        """Write to the log, unless that was done a moment ago."""
        now = self._clock.now()
        if self._said_at is not None:
            if now - self._said_at < timedelta(seconds=SAID_AGAIN.pause(self._said)):
                return
            self._said += 1
        self._said_at = now
        log.error(event, **facts, remedy=self.remedy)

    async def _tell_damage(self, since: datetime) -> None:
        """Tell the desk of damage, as soon as a word can be stored; let the log say it again."""
        now = self._clock.now()
        self._say("the database is still damaged", since=since.isoformat(), fault=kind_of(self._damage))
        if self._desk_told or (self._desk_tried_at is not None and now - self._desk_tried_at < DESK_EVERY):
            return
        self._desk_tried_at = now
        try:
            text = self._office.texts.say("failures.damaged", since=since)
            await outages.tell_damage(await self._to_desk(text), now)
        except Exception as error:
            if not is_away(error):
                raise
            self.note(error)
            log.warning("the desk cannot be told of the damage yet", fault=kind_of(error))
        else:
            self._desk_told = True

    async def _notice(self, since: datetime, waiting: int) -> OutgoingMessage:
        now = self._clock.now()
        return await self._to_desk(self._office.texts.say("failures.outage", since=since, until=now, count=waiting))

    async def _partial_notice(self, since: datetime, waiting: int) -> OutgoingMessage:
        return await self._to_desk(self._office.texts.say("failures.partly_away", since=since, count=waiting))

    async def _to_desk(self, text: str) -> OutgoingMessage:
        office = await with_desk_on_duty(self._office, self._clock.now())
        reply = Reply(text=text, mentions=tuple(one.id for one in office.institution.desk()))
        return office.to_group(reply, urgency=NOTICE)


def _forget_error(reading: asyncio.Future[Any]) -> None:
    """Take the error of a read that was left alone."""
    if not reading.cancelled():
        reading.exception()
