"""Tell the desk what was not done: within a minute, several failures in one message, a burst as one line.

In the regime's quiet hours the desk is told in the morning, unless many failed: then once, and again and again only if
it is urgent (`failure_bursts`). A notice that fails for good is listed and not told itself: what it told of counts as
untold again, and is told elsewhere, to the people of the desk one-to-one (`telling_again`).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

import structlog

from bot.clock import Clock
from bot.engine.wake import Wake
from handlers.common.failed import facts_of
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.rules.language.messages import Reply
from handlers.rules.regime.failure_bursts import (
    FIRST_PAUSE,
    Burst,
    Told,
    after_telling,
    is_forgotten,
    may_tell_at_night,
    may_tell_by_day,
)
from handlers.rules.regime.telling_again import Telling, is_one_to_one, may_tell_again, oldest_lost
from handlers.rules.regime.waking import last_waking, next_waking
from handlers.texts.filters import written_at
from storage import failures, failures_told
from storage.outbox import NOTICE, OutgoingMessage

log = structlog.get_logger(__name__)
POLL_SECONDS = 15.0
REMEMBERED = timedelta(days=1)
"""What failed longer ago is not told any more; it can still be listed."""
PATIENCE = timedelta(minutes=1)
"""How long a message may wait for storage before the desk hears of it."""
MOST_TOLD, MOST_SHOWN = 1000, 10
"""How many failures one notice counts, and how many lines it has."""


class FailureNotices:
    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._told_at: datetime | None = None
        self._bursts: dict[Burst, Told] = {}
        self._untold: set[datetime] = set()  # the tellings of which it is done that they are lost
        self._wake = Wake(every=POLL_SECONDS)

    async def run(self) -> None:
        """Tell the desk of new failures, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Queue one notice of all new failures, if it is time for one; return how many it counts."""
        now = self._clock.now()
        if self._told_at is not None and abs(now - self._told_at) < FIRST_PAUSE:  # abs: the clock may be set back
            return 0
        any_lost, found = await failures.untold(now - REMEMBERED, now - PATIENCE, MOST_TOLD)
        tellings = await self._tellings(now) if any_lost else []
        if any_lost:
            since = oldest_lost(tellings, now) - REMEMBERED
            found = await failures.recent(since, now - PATIENCE, MOST_TOLD, untold=True)
        else:
            self._untold = set()
        if not found or not await self._is_time([_burst(one) for one in found], tellings, now):
            return 0
        found = await failures.number_all(found)
        if not found or not await failures.tell(found, await self._notices(found, tellings, now), now):
            return 0
        self._remember(found, now)
        log.warning("the desk is told of failures", count=len(found))
        return len(found)

    async def _tellings(self, now: datetime) -> list[Telling]:
        """Return what the desk was told in the last day, newest first; let what never arrived be untold again."""
        by_moment = groupby(await failures_told.notices(now - REMEMBERED), key=attrgetter("told_at"))
        tellings = [_telling(list(of_it), now) for _, of_it in by_moment]
        lost = {one.at for one in tellings if one.lost}
        if new := lost - self._untold:
            count = await failures_told.untell(sorted(new))
            log.warning("a notice of failures cannot arrive: they are told again, elsewhere", count=count)
            self._told_at, self._bursts = None, {}
        self._untold = lost
        return tellings

    async def _is_time(self, failed: Sequence[Burst], tellings: Sequence[Telling], now: datetime) -> bool:
        if not may_tell_again(tellings, now):
            return False
        regime, calendar = self._office.regime, self._office.institution.calendar
        if next_waking(regime, calendar, now) <= now:
            return may_tell_by_day(failed, self._bursts, now)
        evening = last_waking(regime, calendar, now)
        return may_tell_at_night(failed, told_tonight=await self._was_told_since(evening, now))

    async def _was_told_since(self, evening: datetime, now: datetime) -> bool:
        """Return whether the desk was told since then, by this process or, before a restart, by another."""
        if self._told_at is not None and evening < self._told_at <= now:
            return True
        told = await failures_told.last()
        return told is not None and evening < told <= now  # later than now: the clock was set back

    def _remember(self, found: Sequence[failures.Failure], now: datetime) -> None:
        self._told_at = now
        self._bursts = {one: told for one, told in self._bursts.items() if not is_forgotten(told, now)}
        self._bursts |= {one: after_telling(self._bursts.get(one), now) for one in {_burst(one) for one in found}}

    async def _notices(
        self, found: Sequence[failures.Failure], tellings: Sequence[Telling], now: datetime
    ) -> list[OutgoingMessage]:
        """Return the notice to the desk's group, or one to each of its people while the group cannot be reached."""
        written_at(now)
        office = await with_desk_on_duty(self._office, now)
        times = Counter(_burst(one) for one in found)
        latest = {_burst(one): one for one in reversed(found)}
        shown = [(facts_of(office, latest[one]), times[one]) for one in list(times)[:MOST_SHOWN]]
        if len(found) <= MOST_SHOWN:  # few enough to name each
            shown = [(facts_of(office, one), 1) for one in found]
        desk = tuple(one.id for one in office.institution.desk())
        reached = [one.id for one in office.institution.desk() if office.home.channel in one.accounts]
        elsewhere = bool(reached) and is_one_to_one(tellings)
        text = office.texts.say("failures.told", bursts=shown, count=len(found), elsewhere=elsewhere)
        if not elsewhere:
            return [office.to_group(Reply(text=text, mentions=desk), urgency=NOTICE)]
        return [office.to_group(Reply(text=text, to=person), urgency=NOTICE) for person in reached]


def _telling(notices: Sequence[failures_told.FailureNotice], now: datetime) -> Telling:
    """Return what was told at one moment, by its notices."""
    ended = max((one.ended_at for one in notices if one.ended_at), default=now)
    private = notices[0].conversation.startswith("@")
    return Telling(notices[0].told_at, private, all(one.lost for one in notices), ended)


def _burst(one: failures.Failure) -> Burst:
    return Burst(one.what, one.kind, one.channel, one.subject)
