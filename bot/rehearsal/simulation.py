"""Plays a rehearsal: goes from moment to moment, and at each lets people speak and the bot do all that is due.

A moment is the next forwarding, the next thing that somebody set themselves a time for, the next step of a ladder, the
next digest or the next midnight, whichever is first. Nobody waits in real time.
"""

from asyncio import Queue
from collections.abc import Callable, Coroutine, Iterable
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from redis.asyncio import Redis

from bot.channels.local import LocalChannel
from bot.clock import StandingClock
from bot.rehearsal.matters import Appointment
from bot.rehearsal.messages import PublicMessage
from bot.rehearsal.rounds import Errand, Rounds
from bot.rehearsal.staff import Staff
from bot.rehearsal.words import forwarded
from bot.runtime import Bot
from handlers.rules.language.messages import Reply
from storage import reports
from storage.tables import Incident, from_ms

HOUR = timedelta(hours=1)
AFTERWARDS = 7
"""Days that are played after the last message, so that what is open can end."""

Entry = PublicMessage | Appointment | Errand
Evening = Callable[[date, datetime], Coroutine[Any, Any, None]]


class MissedStep(Exception):
    """A step of a ladder is past due after everything that is due was done."""


class Simulation:
    """`evening` is called at the end of each local day. `said` counts what people said.

    With `wiped` Redis is emptied at every full hour; nobody should notice.
    """

    def __init__(
        self,
        bot: Bot,
        channel: LocalChannel,
        clock: StandingClock,
        staff: Staff,
        rounds: Rounds,
        evening: Evening,
        *,
        wiped: bool = False,
    ) -> None:
        self._bot = bot
        self._channel = channel
        self._clock = clock
        self._staff = staff
        self._rounds = rounds
        self._evening = evening
        self._calendar = bot.office.institution.calendar
        self._officers = bot.office.institution.with_role("officer") or bot.office.institution.desk()
        self._agenda: list[tuple[datetime, int, Entry]] = []
        self._noted = 0
        self._wiped = wiped
        self.said = 0

    async def play(self, forwardings: Iterable[tuple[datetime, PublicMessage]], start: date, days: int) -> None:
        """Plays `days` days, and up to a week more until nothing is open."""
        for at, message in forwardings:
            self._note(at, message)
        with self._channel.listen(most=0) as heard:
            for n in range(days + AFTERWARDS):
                day = start + timedelta(days=n)
                await self._day(self._calendar.end_of(day), heard)
                await self._evening(day, self._clock.now())
                if n >= days - 1 and not await Incident.exclude(stage__in=reports.ENDED_STAGES).exists():
                    return

    async def _day(self, midnight: datetime, heard: Queue[tuple[str, Any]]) -> None:
        while (at := await self._next()) is not None and at < midnight:
            if self._wiped and self._bot.redis:
                await self._wipe_until(at, self._bot.redis)
            self._clock.set(at)
            await self._moment(heard)
        self._clock.set(midnight)
        await self._moment(heard)

    async def _wipe_until(self, at: datetime, redis: Redis) -> None:
        """Empties Redis at each full hour before `at`, and lets the bot find out."""
        hour = self._clock.now().replace(minute=0, second=0, microsecond=0) + HOUR
        while hour < at:
            self._clock.set(hour)
            await redis.flushall()
            await self._bot.drain()
            hour += HOUR

    async def _next(self) -> datetime | None:
        """The head of the agenda or of the timers or the next digest, whichever is first."""
        tick = await self._bot.timers.tick(self._clock.now_ms(), limit=0)
        moments = [at for at, _, _ in self._agenda[:1]]
        if tick.next_ms is not None:
            moments.append(from_ms(tick.next_ms))
        if self._bot.digest_loop and (digest := self._bot.digest_loop.next_at()):
            moments.append(digest)
        at = min(moments, default=None)
        if at is not None and at <= self._clock.now():
            raise MissedStep(f"a step that was due at {at} has not sounded at {self._clock.now()}")
        return at

    async def _moment(self, heard: Queue[tuple[str, Any]]) -> None:
        now = self._clock.now()
        while self._agenda and self._agenda[0][0] <= now:
            for appointment in await self._perform(heappop(self._agenda)[2], now):
                self._note(appointment.at, appointment)
        await self._bot.drain()
        if self._bot.digest_loop and await self._bot.digest_loop.drain():
            await self._bot.drain()
        told = [*_told(heard)]
        made: list[Appointment | Errand] = [*await self._staff.hear(told, now), *await self._rounds.hear(told, now)]
        for one in made:
            self._note(one.at, one)

    async def _perform(self, what: Entry, now: datetime) -> list[Appointment]:
        if isinstance(what, Appointment):
            return await self._staff.act(what, now)
        if isinstance(what, Errand):
            await self._rounds.act(what)
            return []
        officer = self._officers[self.said % len(self._officers)]
        office = self._bot.office
        text = forwarded(office.texts.language, office.bot_names[0], what.topic, what.text)
        await self._channel.say(officer.id, text)
        self.said += 1
        return []

    def _note(self, at: datetime, what: Entry) -> None:
        self._noted += 1
        heappush(self._agenda, (at, self._noted, what))


def _told(heard: Queue[tuple[str, Any]]) -> Iterable[Reply]:
    while not heard.empty():
        what, about = heard.get_nowait()
        if what == "sent":
            yield about[2]
