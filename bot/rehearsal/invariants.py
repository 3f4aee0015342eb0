"""The invariants of a rehearsal, checked on the tables: nothing is lost, sent twice or sent after the end."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from msgspec import json

from handlers.common.office import Office
from handlers.rules.figures.late import STRUCK
from handlers.rules.figures.statistics import Statistics
from handlers.rules.incident.duties import CALM, STAND, UNTIL_CALM
from handlers.rules.regime.ladder import NEAR, Ladder
from handlers.rules.regime.regime import thaw
from handlers.rules.time.calendar import ONE_DAY, Calendar
from handlers.rules.time.schedule import Schedule, coming
from storage import audit, overruns, reports
from storage.tables import Digest, Duty, Event, Holding, Inbox, Incident, Outbox, Overrun

TableRow = Mapping[str, Any]


class Invariant(NamedTuple):
    """Two numbers that must be equal. `name` is a key of the report's words."""

    name: str
    found: int
    expected: int

    @property
    def holds(self) -> bool:
        return self.found == self.expected


async def check_invariants(
    office: Office, table: Statistics, forwarded: int, schedules: Mapping[str, Schedule], since: datetime, now: datetime
) -> AsyncIterator[Invariant]:
    """Yield every invariant. `forwarded` messages were forwarded; `schedules` applied from `since` to `now`."""
    joins = await reports.forwardings()
    yield Invariant("forwarded", joins["opened"] + joins["joined"], forwarded)
    yield Invariant("received", table.total.received, await Incident.exclude(stage__in=STRUCK).count())
    yield Invariant("open", table.total.received, table.total.resolved + len(await reports.open_incidents()))
    yield Invariant("departments", sum(line.received for line in table.lines), table.total.received)
    yield Invariant("inbox", await Inbox.exclude(state="done").count(), 0)
    yield Invariant("outbox", await Outbox.exclude(state="accepted").count(), 0)
    due = sum(_digests_due(schedule, office.institution.calendar, since, now) for schedule in schedules.values())
    yield Invariant("digests", await Digest.all().count(), due)
    yield Invariant("audit", int(await audit.verify() is not None), 0)
    steps = await fired_steps()
    yield Invariant("once", len(steps), len(set(steps)))
    yield Invariant("ladder", *_compared(set(steps), await expected_steps(office, now)))
    yield Invariant("afterwards", await _reminders_after_the_end(), 0)
    yield Invariant("held", await incidents_with_gaps(), 0)
    yield Invariant("overruns", *await recorded_overruns(now))
    yield Invariant("booked", table.total.overruns, await Overrun.filter(incident_id__isnull=False).count())


async def recorded_overruns(now: datetime) -> tuple[int, int]:
    """Return how many duties have a record that they ran over, and how many were met late or are late still."""
    counted = Duty.filter(due_at__lt=now).exclude(kind__in=overruns.NEVER_LATE)
    rows = await counted.values_list("id", "due_at", "started_at", "state", "met_at")
    late = {
        (id, due) for id, due, started, state, met in rows
        if started < due and (state in ("open", "missed") or (met is not None and met > due))
    }  # fmt: skip
    recorded = {(id, due) for id, due in await Overrun.all().values_list("duty", "due_at")}
    return len(late & recorded), len(late)


def _digests_due(schedule: Schedule, calendar: Calendar, since: datetime, now: datetime) -> int:
    """Return how often a digest was due after `since`, until `now`."""
    count, at = 0, coming(schedule, calendar, since)
    while at is not None and at <= now:
        count, at = count + 1, coming(schedule, calendar, at)
    return count


DueStep = tuple[int, int, int]
"""A duty, how often its due time was moved before, and the rung. An extension starts the ladder again."""


async def fired_steps() -> list[DueStep]:
    """Return every step that was fired, or skipped because a later one was due at the same time."""
    moves: Counter[int] = Counter()
    steps = []
    events = Event.filter(kind__in=("reminded", "approved")).order_by("id")
    for kind, text in await events.values_list("kind", "data"):
        data = json.decode(str(text))
        if kind == "reminded":
            duty = data["duty"]
            steps += [(duty, moves[duty], rung) for rung in (*data["skipped"], data["rung"])]
        elif data["kind"] == "extension":
            moves.update(data["subject"]["duties"] if "duties" in data["subject"] else [data["subject"]["duty"]])
    return steps


class ExpectedSteps(NamedTuple):
    """The duties whose due time was never moved, and the steps of their ladders until they were met or now.

    `must` were to be fired by then. `may` besides: a reminder of the matter takes steps of other duties that come soon,
    and puts others off for some minutes.
    """

    duties: set[int]
    must: set[DueStep]
    may: set[DueStep]


async def expected_steps(office: Office, now: datetime) -> ExpectedSteps:
    expected = ExpectedSteps(set(), set(), set())
    calendar = office.institution.calendar
    duties = Duty.filter(incident__number__isnull=False).exclude(state="waived")
    for duty in await duties.select_related("incident__policy"):
        if duty.due_at != duty.first_due_at or duty.kind in (CALM, STAND):
            continue
        ladder = Ladder(thaw(duty.incident.policy.body), duty.incident.tier, calendar, duty.started_at, duty.due_at)
        until = duty.met_at - timedelta(milliseconds=1) if duty.met_at else now
        expected.duties.add(duty.id)
        for steps, at in ((expected.must, until - NEAR), (expected.may, until + ONE_DAY)):
            last = ladder.fire(None, at)
            steps |= {(duty.id, 0, rung) for rung in (*last.skipped, last.rung)} if last else set()
    return expected


def _compared(fired: set[DueStep], expected: ExpectedSteps) -> tuple[int, int]:
    """Return two counts that are equal only if every step was fired that had to be, and none that is nobody's."""
    comparable = {step for step in fired if step[0] in expected.duties}
    return len(comparable | expected.must), len(comparable & (expected.must | expected.may))


async def _reminders_after_the_end() -> int:
    """Return how many reminders came after their duty was met or waived. Duties still open after the result go on."""
    rows = await Duty.exclude(state="open").values("id", "kind", "incident_id", "met_at", ended="incident__resolved_at")
    calm = dict(await Event.filter(kind="calm").order_by("id").values_list("incident", "at"))
    for row in rows:
        if row["kind"] in UNTIL_CALM:
            row["ended"] = calm.get(row["incident_id"])
    ends = {row["id"]: end for row in rows if (end := row["met_at"] or row["ended"])}
    sent = await Outbox.filter(duty__isnull=False).values_list("duty", "planned_at")
    fired = [
        (json.decode(str(data))["duty"], at)
        for data, at in await Event.filter(kind="reminded").values_list("data", "at")
    ]
    return sum(duty in ends and at > ends[duty] for duty, at in (*sent, *fired))


async def incidents_with_gaps() -> int:
    """Return how many incidents had no holder, or two, at some time between the find and the result (or now)."""
    spans = dict(await Incident.all().values_list("number", "found_at"))
    ends = dict(await Incident.all().values_list("number", "resolved_at"))
    rows = await Holding.all().order_by("incident_id", "id").values("incident_id", "since", "until")
    held = {number: list(group) for number, group in groupby(rows, lambda row: row["incident_id"])}
    return sum(not _is_continuous(held.get(number, []), spans[number], ends[number]) for number in spans)


def _is_continuous(rows: Sequence[TableRow], found: datetime, ended: datetime | None) -> bool:
    begins = [row["since"] for row in rows]
    ends = [row["until"] for row in rows]
    return [*begins, ended] == [found, *ends] if rows else False
