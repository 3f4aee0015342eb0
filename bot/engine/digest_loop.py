"""Send the digests of `[digest]` in the configuration when they are due. A table makes sure that each goes out once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.engine.wake import Wake
from handlers.common.office import Office
from handlers.rules.time.schedule import Issue, Schedule, coming, due
from handlers.timed import scheduled_digests
from storage import setbacks
from storage.database.faults import is_away

log = structlog.get_logger(__name__)
PAUSE = timedelta(minutes=1)
"""The pause after a digest that could not be made, before it is tried again."""


class DigestLoop:
    """`sent` is called after a digest was queued."""

    def __init__(
        self,
        office: Office,
        schedules: Mapping[str, Schedule],
        clock: Clock,
        sent: Callable[[], None],
    ) -> None:
        self._office = office
        self._schedules = schedules
        self._clock = clock
        self._sent = sent
        self._since: datetime | None = None
        self._seen: dict[str, str] = {}
        self._retry_at = clock.now()
        self._wake = Wake()
        clock.on_move(self._wake.set)

    async def run(self) -> None:
        """Check once a second, and each time that the clock is moved, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Queue the digests that are due now; return how many."""
        now = self._clock.now()
        if self._since is None:
            await scheduled_digests.note_kinds(self._schedules, now)
            self._since = await scheduled_digests.kept_since(now)
        latest = {kind: self._latest(kind, schedule, now) for kind, schedule in self._schedules.items()}
        pausing = now < self._retry_at <= now + PAUSE
        if pausing or latest == self._seen:  # spares a query each second
            return 0
        owed = await scheduled_digests.due_now(self._office, self._schedules, self._since, now)
        done = [await self._send(issue, now) for issue in owed]
        if None not in done:
            self._seen = latest
        return sum(map(bool, done))

    def next_at(self) -> datetime | None:
        """Return when the next digest of any kind is due; None without a schedule."""
        now, calendar = self._clock.now(), self._office.institution.calendar
        moments = (coming(schedule, calendar, now) for schedule in self._schedules.values())
        return min((at for at in moments if at), default=None)

    def _latest(self, kind: str, schedule: Schedule, now: datetime) -> str:
        issue = due(kind, schedule, self._office.institution.calendar, now)
        return issue.period if issue else ""

    async def _send(self, issue: Issue, now: datetime) -> bool | None:
        """Return whether this process queued the digest; None if it could not be made."""
        try:
            sent = await scheduled_digests.issue(self._office, issue, now)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("a digest could not be made and will be tried again", kind=issue.kind, period=issue.period)
            self._retry_at = now + PAUSE
            await setbacks.record("digest", _subject(issue), error, now)
            return None
        if sent:
            log.info("a digest was queued", kind=issue.kind, period=issue.period)
            self._sent()
        await setbacks.forget("digest", [_subject(issue)])
        return sent


def _subject(issue: Issue) -> str:
    return f"{issue.kind} {issue.period}"
