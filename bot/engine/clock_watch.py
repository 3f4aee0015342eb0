"""Doubt the clock: tell the desk when it was set back, or differs from a platform's, and what was opened meanwhile.

Due times that a wrong clock made are not moved: people decide what becomes of them. `/readyz` and `check` say the same.
"""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.local import NAME as LOCAL
from bot.clock import Clock
from bot.engine.shared_clock import SharedClock
from bot.engine.wake import Wake
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.rules.language.messages import Message, Reply
from handlers.rules.time.clock_difference import IN_A_ROW, MOST, Timed, difference, is_doubtful
from handlers.texts.filters import written_at
from storage import clock_doubts
from storage.clock_doubts import ClockDifference
from storage.outbox import NOTICE, OutgoingMessage

log = structlog.get_logger(__name__)
POLL_SECONDS = 10.0
MOST_SHOWN = 20


class ClockWatch:
    """`ahead_until` is the latest time on record that has not come yet; `differs` how far we are ahead of platforms.

    Both stand in the tables, so that all processes say the same, and one of them tells, also after a restart.
    """

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._wake = Wake(every=POLL_SECONDS)
        self._messages: dict[str, deque[Timed]] = defaultdict(lambda: deque(maxlen=IN_A_ROW))
        self._agreed_at: dict[str, datetime] = {}
        self.differs: dict[str, ClockDifference] = {}
        self.ahead_until: datetime | None = None
        self.shared = SharedClock(office, clock)

    def note(self, message: Message) -> None:
        """Note when a message was sent by its platform's clock."""
        if message.channel != LOCAL and message.press is None:  # a press has our time
            self._messages[message.channel].append(Timed(self._clock.now(), message.sent_at))

    async def run(self) -> None:
        await self._wake.run(self.drain)

    async def drain(self) -> None:
        """Tell the desk what has become doubtful, once."""
        now = self._clock.now()
        written_at(now)
        await self.shared.measure()
        await self.shared.tell(now)
        latest, self.differs = await clock_doubts.on_record()
        await self._look_back(latest, now)
        for channel in list(self._messages):
            await self._compare(channel, now)

    @property
    def troubles(self) -> list[str]:
        """Return a sentence for the operator about each doubt."""
        found = []
        if self.ahead_until is not None:
            found.append(f"set back: something is on record at {self.ahead_until.isoformat()}, which has not come yet")
        for channel, one in self.differs.items():
            found.append(f"{one.by.total_seconds():+.0f} s ahead of {channel}'s, message after message")
        found = [f"{one}; set this machine's by NTP, and look at what was opened meanwhile" for one in found]
        return [*found, self.shared.trouble] if self.shared.trouble else found

    async def _look_back(self, latest: datetime | None, now: datetime) -> None:
        self.ahead_until = latest if latest is not None and latest > now + MOST else None
        if latest is None or self.ahead_until is None:
            return
        if await clock_doubts.tell_once(now + MOST, now, lambda: self._set_back(now, latest)):
            log.error("the clock was set back", latest_on_record=latest.isoformat())

    async def _set_back(self, now: datetime, latest: datetime) -> OutgoingMessage:
        opened = await self._opened(now, latest)
        return await self._notice(self._office.texts.say("failures.clock_back", latest=latest, at=now, **opened), now)

    async def _compare(self, channel: str, now: datetime) -> None:
        """Tell when a platform's clock begins to differ from ours and, once it agrees, what was opened meanwhile."""
        found = difference(tuple(self._messages[channel]))
        if found is None:
            return
        begun, doubtful = self.differs.get(channel), is_doubtful(found)
        if begun is None and doubtful:
            await self._begins(channel, found, now)
        elif begun is not None and not doubtful:
            await self._ends(channel, begun, now)
        if not doubtful:
            self._agreed_at[channel] = now

    async def _begins(self, channel: str, by: timedelta, now: datetime) -> None:
        since = self._agreed_at.get(channel, self._messages[channel][0].received)
        facts = await self._facts(channel, by, since, now)
        notice = await self._notice(self._office.texts.say("failures.clock_differs", **facts), now)
        if await clock_doubts.differs(channel, ClockDifference(by, since), notice, now):
            log.error("the clock differs from a platform's", channel=channel, ahead_by=by.total_seconds())
        self.differs = await clock_doubts.differing()

    async def _ends(self, channel: str, begun: ClockDifference, now: datetime) -> None:
        facts = await self._facts(channel, begun.by, begun.since, now)
        notice = await self._notice(self._office.texts.say("failures.clock_agrees", **facts), now)
        await clock_doubts.agrees(channel, notice, now)
        self.differs = await clock_doubts.differing()

    async def _facts(self, channel: str, by: timedelta, since: datetime, now: datetime) -> dict[str, Any]:
        opened = await self._opened(min(since, now), max(since, now))
        return {"channel": channel, "ahead": by > timedelta(), "by": abs(by), **opened}

    async def _opened(self, since: datetime, until: datetime) -> dict[str, Any]:
        """Return the facts of what was opened meanwhile, and what was due or signed from then in earlier matters."""
        opened = await clock_doubts.opened_between(since, until)
        done = await clock_doubts.done_between(since, until)
        more = max(map(len, (opened, *done))) > MOST_SHOWN
        return {
            "opened": opened[:MOST_SHOWN],
            "due": done.due[:MOST_SHOWN],
            "signed": done.signed[:MOST_SHOWN],
            "more": more,
        }

    async def _notice(self, text: str, now: datetime) -> OutgoingMessage:
        office = await with_desk_on_duty(self._office, now)
        reply = Reply(text=text, mentions=tuple(one.id for one in office.institution.desk()))
        return office.to_group(reply, urgency=NOTICE)
