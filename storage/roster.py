"""The facts that a shift's report contains, and the steps of a roster that are due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage import audit, outbox, reports
from storage.commit import conclude
from storage.database.transaction import transact
from storage.routines import PATROL, REPORTED
from storage.tables import Duty, Incident


async def counts(since: datetime, until: datetime) -> tuple[int, int]:
    """Count the incidents that were found, and those that were resolved, in a span."""
    found = await Incident.filter(found_at__gte=since, found_at__lt=until).count()
    return found, await reports.resolved(since, until).count()


async def patrols(since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the check-ins of a span, oldest first; one that found an incident has its number as `found`."""
    reports = await audit.of_kind(REPORTED, since, until)
    return [line for line in reports if line["data"]["kind"] == PATROL]


async def findings(since: datetime, until: datetime) -> int:
    """Count the incidents that the check-ins of a span found."""
    return len({line["data"]["found"] for line in await patrols(since, until) if line["data"].get("found")})


async def titles(numbers: Sequence[int]) -> dict[int, str]:
    rows = await Incident.filter(number__in=list(numbers)).values_list("number", "title")
    return {int(str(number)): str(title) for number, title in rows}


async def open_now() -> list[reports.ReportRow]:
    """Return every open incident, oldest first."""
    rows = Incident.filter(stage__in=reports.OPEN_STAGES).order_by("number")
    return list(await rows.values("number", "title", "department", "stage", "holder"))


async def due_by(until: datetime) -> list[reports.ReportRow]:
    """Return the open duties of incidents that are due by `until`, overdue ones included, earliest first."""
    query = Duty.filter(state="open", incident_id__isnull=False, due_at__lte=until).exclude(kind="calm")
    rows = query.order_by("due_at", "id")
    names = {"number": "incident__number", "title": "incident__title", "department": "incident__department"}
    return list(await rows.values("kind", "due_at", **names))


async def take(
    duty: int,
    was: datetime,
    messages: Sequence[outbox.OutgoingMessage],
    lines: Sequence[audit.AuditLine],
    now: datetime,
    keep: Any = None,
) -> bool:
    """Take a due step of the roster once; return False if another process has taken it.

    `keep`, if given, runs in the same commit and returns the messages to queue instead of `messages`.
    """

    async def work() -> bool:
        if not await Duty.filter(id=duty, state="open", next_at=was).update(state="met", met_at=now, next_at=None):
            return False
        queued = list(messages) if keep is None else await keep()
        await conclude(queued, None, lines, now)
        return True

    return await transact(work)
