"""Play a rehearsal: set the clock to the next event, let people act and the bot do all that is due, and repeat.

The next event is a forwarding, an appointment, a step of a ladder, a digest or midnight, whichever is first. Nothing
waits in real time.
"""

from asyncio import Queue
from collections.abc import Callable, Coroutine, Iterable
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from redis.asyncio import Redis

from bot.channels.local import LocalChannel
from bot.clock import StandingClock
from bot.rehearsal.dishonest import Dishonest
from bot.rehearsal.matters import Appointment
from bot.rehearsal.messages import PublicMessage
from bot.rehearsal.routines import RoutineStaff, RoutineTask
from bot.rehearsal.staff import Staff
from bot.rehearsal.witness import Witness
from bot.rehearsal.words import forwarded
from bot.runtime import Bot
from handlers.rules.language.messages import Reply
from storage import reports
from storage.tables import Incident, from_ms

HOUR = timedelta(hours=1)
EXTRA_DAYS = 7
"""How many days are played after the last message at most, so that open incidents can end."""

Entry = PublicMessage | Appointment | RoutineTask
EndOfDay = Callable[[date, datetime], Coroutine[Any, Any, None]]


class MissedStep(Exception):
    """A step of a ladder was not fired at its time. This is a bug of the bot."""


class Simulation:
    """`end_of_day` is called at the end of each local day. `forwarded_count` counts the forwarded messages.

    With `wiped` Redis is emptied at every full hour; the results have to stay the same.
    """

    def __init__(
        self,
        bot: Bot,
        channel: LocalChannel,
        clock: StandingClock,
        staff: Staff,
        routines: RoutineStaff,
        dishonest: Dishonest,
        end_of_day: EndOfDay,
        *,
        wiped: bool = False,
    ) -> None:
        self._bot = bot
        self._channel = channel
        self._clock = clock
        self._staff = staff
        self._routines = routines
        self.dishonest = dishonest
        self.witness = Witness()
        self._end_of_day = end_of_day
        self._calendar = bot.office.institution.calendar
        self._officers = bot.office.institution.with_role("officer") or bot.office.institution.desk()
        self._agenda: list[tuple[datetime, int, Entry]] = []
        self._entries = 0
        self._wiped = wiped
        self.forwarded_count = 0

    async def play(self, forwardings: Iterable[tuple[datetime, PublicMessage]], start: date, days: int) -> None:
        """Play `days` days, and up to EXTRA_DAYS more until nothing is open."""
        for at, message in forwardings:
            self._schedule(at, message)
        with self._channel.listen(most=0) as events:
            for n in range(days + EXTRA_DAYS):
                day = start + timedelta(days=n)
                await self._play_day(self._calendar.end_of(day), events)
                await self._end_of_day(day, self._clock.now())
                if n >= days - 1 and not await Incident.exclude(stage__in=reports.ENDED_STAGES).exists():
                    return

    async def _play_day(self, midnight: datetime, events: Queue[tuple[str, Any]]) -> None:
        while (at := await self._next_at()) is not None and at < midnight:
            if self._wiped and self._bot.redis:
                await self._wipe_until(at, self._bot.redis)
            self._clock.set(at)
            await self._play_moment(events)
        self._clock.set(midnight)
        await self._play_moment(events)

    async def _wipe_until(self, at: datetime, redis: Redis) -> None:
        """Empty Redis at each full hour before `at`, and let the bot repair it."""
        hour = self._clock.now().replace(minute=0, second=0, microsecond=0) + HOUR
        while hour < at:
            self._clock.set(hour)
            await redis.flushall()
            await self._bot.drain()
            hour += HOUR

    async def _next_at(self) -> datetime | None:
        """Return the time of the next appointment, forwarding, timer or digest; None if there is none."""
        tick = await self._bot.timers.tick(self._clock.now_ms(), limit=0)
        moments = [at for at, _, _ in self._agenda[:1]]
        if tick.next_ms is not None:
            moments.append(from_ms(tick.next_ms))
        if self._bot.digest_loop and (digest := self._bot.digest_loop.next_at()):
            moments.append(digest)
        at = min(moments, default=None)
        if at is not None and at <= self._clock.now():
            raise MissedStep(f"a step that was due at {at} was not fired by {self._clock.now()}")
        return at

    async def _play_moment(self, events: Queue[tuple[str, Any]]) -> None:
        now = self._clock.now()
        await self.witness.look(now)
        while self._agenda and self._agenda[0][0] <= now:
            self._schedule_all(await self._perform(heappop(self._agenda)[2], now))
        await self._bot.drain()
        if self._bot.digest_loop and await self._bot.digest_loop.drain():
            await self._bot.drain()
        replies = [*_replies(events)]
        self._schedule_all(await self._staff.read(replies, now))
        self._schedule_all(await self._routines.read(replies, now))

    async def _perform(self, what: Entry, now: datetime) -> list[Appointment]:
        if isinstance(what, Appointment):
            return await self._staff.act(what, now)
        if isinstance(what, RoutineTask):
            await self._routines.act(what)
            return []
        officer = self._officers[self.forwarded_count % len(self._officers)]
        office = self._bot.office
        post = self.dishonest.complaint(what.text, self.forwarded_count)
        text = forwarded(office.texts.language, office.bot_names[0], what.topic, post)
        await self._channel.say(officer.id, text)
        self.forwarded_count += 1
        return []

    def _schedule_all(self, entries: Iterable[Appointment | RoutineTask]) -> None:
        for entry in entries:
            self._schedule(entry.at, entry)

    def _schedule(self, at: datetime, what: Entry) -> None:
        self._entries += 1
        heappush(self._agenda, (at, self._entries, what))


def _replies(events: Queue[tuple[str, Any]]) -> Iterable[Reply]:
    while not events.empty():
        what, about = events.get_nowait()
        if what == "sent":
            yield about[2]
