"""What makes the clock doubtful: what was recorded at a time that has not come yet, and platforms that differ."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from storage import outbox
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.outbox import OutgoingMessage
from storage.tables import MILLISECOND, Duty, Incident, Request, Setting, from_ms, to_ms

TOLD, DIFFERS = "clock told up to event", "clock differs from "
LAST_EVENTS = 200
READ_EVENTS = 2000
"""How many events are read at most for what was done in a doubtful time."""
SIGNATURES = ("approved", "rejected")
MOVES = ("instructed", "promise moved")
"""Events by which a due time is set that began earlier; an extension that is approved does so too."""
_TOLD = "UPDATE settings SET value = {newest} WHERE name = {name} AND CAST(value AS bigint) < {id} RETURNING name"


async def on_record() -> tuple[datetime | None, dict[str, "ClockDifference"]]:
    """Return the latest time at which a person or the clock is on record to have done something, and `differing`."""
    look = [Statement(_LATEST.format(limit=sql.mark(1)), [LAST_EVENTS]), Statement(_DIFFERING, [])]
    [newest], differences = await sql.run_all(look)
    latest = from_ms(newest["latest"]) if newest["latest"] is not None else None
    return latest, _differences(differences)


async def latest_after(moment: datetime) -> datetime | None:
    """Return the latest time on record, if it is after a moment."""
    [row] = await sql.rows(_LATEST.format(limit=sql.mark(1)), [LAST_EVENTS])
    latest = from_ms(row["latest"]) if row["latest"] is not None else None
    return latest if latest is not None and latest > moment else None


_LATEST = """
SELECT MAX(at) AS latest FROM (
    SELECT at FROM (SELECT at FROM events ORDER BY id DESC LIMIT {limit}) AS last
    UNION ALL SELECT MAX(found_at) FROM incidents
) AS done
"""


async def opened_between(since: datetime, until: datetime) -> list[int]:
    """Return the incidents that were found after `since`, until `until`, in the order of their numbers."""
    rows = await Incident.filter(found_at__gt=since, found_at__lte=until).order_by("number")
    return [row.number for row in rows]


class DoneMeanwhile(NamedTuple):
    """Numbers of matters in which, in a doubtful time, a due time began or was set, and somebody signed or refused."""

    due: list[int]
    signed: list[int]


async def done_between(since: datetime, until: datetime) -> DoneMeanwhile:
    """Return what was recorded after `since`, until `until`, in matters found earlier, among the newest events."""
    marks = {"limit": sql.mark(1, "bigint"), "since": sql.mark(2), "until": sql.mark(3)}
    rows = await sql.rows(_TOUCHED.format(**marks), [READ_EVENTS, to_ms(since), to_ms(until)])
    touched = {int(row["incident"]) for row in rows}
    begun = Duty.filter(incident_id__in=touched, started_at__gt=since, started_at__lte=until)
    due = {int(number) for (number,) in await begun.values_list("incident_id")}
    earlier = due - set(await opened_between(since, until))
    extended = Request.filter(incident_id__in=touched, kind="extension", state="approved", decided_at__gt=since)
    moved = {int(number) for (number,) in await extended.filter(decided_at__lte=until).values_list("incident_id")}
    moved |= {int(row["incident"]) for row in rows if row["kind"] in MOVES}
    signed = {int(row["incident"]) for row in rows if row["kind"] in SIGNATURES}
    return DoneMeanwhile(sorted(moved | earlier), sorted(signed))


_TOUCHED = """
SELECT DISTINCT COALESCE(incident, 0) AS incident, kind FROM events
WHERE id > (SELECT COALESCE(MAX(id), 0) FROM events) - {limit}
    AND COALESCE(incident, 0) > 0 AND at > {since} AND at <= {until}
"""
_NEWEST = """
SELECT MAX(id) AS id FROM (SELECT id, at FROM events ORDER BY id DESC LIMIT {limit}) AS last WHERE at > {moment}
"""


async def tell_once(moment: datetime, now: datetime, notice: Callable[[], Awaitable[OutgoingMessage]]) -> bool:
    """Queue a notice that the clock was set back, unless all that is on record after `moment` has been told of.

    A second fault of the clock is told of too, while what the first one recorded still lies ahead.
    """

    async def work() -> bool:
        [row] = await sql.rows(_NEWEST.format(limit=sql.mark(1), moment=sql.mark(2)), [LAST_EVENTS, to_ms(moment)])
        await Setting.get_or_create(name=TOLD, defaults={"value": "0"})
        newest = int(row["id"] or 0)
        marks = {"newest": sql.mark(1, "text"), "name": sql.mark(2, "text"), "id": sql.mark(3, "bigint")}
        if not await sql.rows(_TOLD.format(**marks), [str(newest), TOLD, newest]):
            return False
        await outbox.plan([await notice()], now)
        return True

    return await transact(work)


class ClockDifference(NamedTuple):
    """How far this installation's clock is ahead of a platform's (below zero: behind), and since when."""

    by: timedelta
    since: datetime


async def differing() -> dict[str, ClockDifference]:
    """Return the platforms, by channel, from whose clocks ours is known to differ."""
    return _differences(await sql.rows(_DIFFERING, []))


def _differences(rows: Iterable[Any]) -> dict[str, ClockDifference]:
    found = {}
    for name, value in ((row["name"], row["value"]) for row in rows):
        by, since = map(int, str(value).split())
        found[str(name).removeprefix(DIFFERS)] = ClockDifference(by * MILLISECOND, from_ms(since))
    return found


_DIFFERING = f"SELECT name, value FROM settings WHERE name LIKE '{DIFFERS}%'"  # noqa: S608 - our own words


async def differs(channel: str, found: ClockDifference, notice: OutgoingMessage, now: datetime) -> bool:
    """Note that a platform's clock differs and queue the notice; return False if that was done."""

    async def work() -> bool:
        value = f"{found.by // MILLISECOND} {to_ms(found.since)}"
        _, first = await Setting.get_or_create(name=DIFFERS + channel, defaults={"value": value})
        if first:
            await outbox.plan([notice], now)
        return first

    return await transact(work)


async def agrees(channel: str, notice: OutgoingMessage, now: datetime) -> bool:
    """Note that a platform's clock agrees again and queue the notice; return False if that was done."""

    async def work() -> bool:
        first = bool(await Setting.filter(name=DIFFERS + channel).delete())
        if first:
            await outbox.plan([notice], now)
        return first

    return await transact(work)
