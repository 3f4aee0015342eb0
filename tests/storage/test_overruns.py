"""A duty that ran over is on record once, with who owed it and who held the incident at its due time."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import overruns
from storage.tables import Duty, Event, Holding, Incident, Overrun, Policy

ROOT = Path(__file__).parents[2]
DUE = datetime(2026, 11, 23, 16, tzinfo=UTC)
START, AFTER = DUE - timedelta(hours=14), DUE + timedelta(minutes=1)
OURS, THEIRS = "department:总务处", "department:教务处"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("tables")


async def incident(number: int = 1, **changes: Any) -> None:
    policy, _ = await Policy.get_or_create(digest="d", defaults={"name": "x", "body": "{}", "created_at": START})
    facts = {
        "version": 1, "title": "a", "text": "", "tier": "general", "stage": "assigned", "department": "总务处",
        "holder": OURS, "channel": "local", "conversation": "work", "platform": "text",
        "found_at": START, "forwarded_by": "zhou",
    }  # fmt: skip
    await Incident.create(number=number, policy=policy, **(facts | changes))


async def held(*holders: tuple[str, datetime], number: int = 1) -> None:
    ends = [since for _, since in holders[1:]] + [None]
    for (holder, since), until in zip(holders, ends, strict=True):
        await Holding.create(incident_id=number, holder=holder, since=since, until=until)


async def duty(number: int | None = 1, **changes: Any) -> Duty:
    facts = {
        "incident_id": number, "cycle": 1, "kind": "reply", "owner": "department", "state": "open",
        "started_at": START, "due_at": DUE, "first_due_at": DUE, "provisional": False, "reckoning": {},
    }  # fmt: skip
    return await Duty.create(**(facts | changes))


async def booked() -> tuple[Any, ...]:
    row = await Overrun.get()
    return row.owner, row.holder, row.department


async def test_it_is_recorded_once_and_only_after_its_due_time() -> None:
    await incident()
    await held((OURS, START))
    await duty()
    assert [await overruns.record(at) for at in (DUE - MINUTE, DUE, AFTER, AFTER + HOUR)] == [0, 0, 1, 0]
    row = await Overrun.get()
    assert (row.incident_id, row.kind, row.due_at, row.recorded_at) == (1, "reply", DUE, AFTER)
    assert await booked() == (OURS, OURS, "总务处")


async def test_a_due_time_that_was_moved_can_run_over_again() -> None:
    await incident()
    await held((OURS, START))
    one = await duty()
    await overruns.record(AFTER)
    await Duty.filter(id=one.id).update(due_at=DUE + HOUR)
    await overruns.record(AFTER + HOUR)
    assert await Overrun.all().order_by("id").values_list("due_at", flat=True) == [DUE, DUE + HOUR]


@pytest.mark.parametrize(
    ("holders", "expected"),
    [
        ([(OURS, START)], (OURS, OURS, "总务处")),
        ([(OURS, START), (THEIRS, AFTER)], (OURS, OURS, "总务处")),
        ([(OURS, START), (THEIRS, DUE - 3 * MINUTE)], (OURS, OURS, "总务处")),
        ([(OURS, START), (THEIRS, DUE - HOUR)], (THEIRS, THEIRS, "教务处")),
        ([(OURS, START), ("approver:qian", DUE - HOUR)], (THEIRS, "approver:qian", "教务处")),
        ([(OURS, START), ("approver:qian", DUE - MINUTE)], (OURS, OURS, "总务处")),
        ([("desk", START), (THEIRS, DUE - MINUTE)], ("desk", "desk", None)),
        ([(OURS, START), ("outside:区教育局", DUE - HOUR)], ("desk", "outside:区教育局", None)),
    ],
)
async def test_what_changes_hands_at_the_last_minute_stays_with_who_passed_it_on(
    holders: list[tuple[str, datetime]], expected: tuple[Any, ...]
) -> None:
    await incident(department="教务处")
    await held(*holders)
    await duty()
    await overruns.record(AFTER)
    assert await booked() == expected


async def test_the_last_quarter_of_a_short_duty_is_its_last_minute() -> None:
    await incident(department="教务处")
    await held((OURS, START), (THEIRS, DUE - 7 * MINUTE))
    await duty(kind="acknowledge", started_at=DUE - 30 * MINUTE)
    await overruns.record(AFTER)
    assert (await booked())[0] == OURS


@pytest.mark.parametrize(("owner", "expected"), [("desk", "desk"), ("leader", "leader"), ("head", OURS)])
async def test_who_owes_a_duty_of_their_own_is_not_its_department(owner: str, expected: str) -> None:
    await incident()
    await held((OURS, START))
    await duty(owner=owner)
    await overruns.record(AFTER)
    assert (await booked())[0] == expected


async def test_a_routine_duty_is_its_persons() -> None:
    await duty(None, kind="check-in", person="zhou", owner="zhou")
    await overruns.record(AFTER)
    assert await booked() == ("person:zhou", None, None)


@pytest.mark.parametrize("kind", ["calm", "handover", "shift", "swap"])
async def test_nobody_is_late_with_a_change_of_shifts(kind: str) -> None:
    await duty(None, kind=kind, person="office", owner="office")
    assert await overruns.record(AFTER) == 0


async def test_what_a_merge_carried_over_late_is_not_counted_twice() -> None:
    await incident()
    await duty(started_at=AFTER)
    assert await overruns.record(AFTER + HOUR) == 0


async def test_a_check_looks_at_what_fell_due_since_the_one_before() -> None:
    await incident()
    await held((OURS, START))
    await duty()
    assert await overruns.record(DUE + 3 * HOUR, DUE + 2 * HOUR) == 0
    assert await overruns.record(DUE + 3 * HOUR, DUE + MINUTE) == 1


async def test_readers_see_it_before_it_is_recorded() -> None:
    await incident()
    await held((OURS, START))
    await duty()
    before = await overruns.of_incident(1, AFTER)
    await overruns.record(AFTER)
    assert await overruns.of_incident(1, AFTER) == before == await overruns.of_incidents(1, 9, AFTER)
    assert [row["owner"] for row in before] == [OURS]
    assert await overruns.of_incident(1, DUE) == await overruns.of_incident(2, AFTER) == []


async def test_readers_of_a_period_see_what_is_still_open() -> None:
    await incident()
    one = await duty()
    await overruns.record(AFTER)
    assert [row["duty"] for row in await overruns.since(AFTER, AFTER + HOUR)] == [one.id]
    await Duty.filter(id=one.id).update(state="met", met_at=AFTER + MINUTE)
    assert await overruns.since(AFTER, AFTER + HOUR) == []
    assert len(await overruns.since(DUE, AFTER + HOUR)) == 1


RECORDER = """
import asyncio, sys
from datetime import datetime
from storage import overruns
from storage.database.database import close_database, open_database

async def main():
    await open_database(sys.argv[1], synchronous="normal")
    try:
        for _ in range(50):
            await overruns.record(datetime.fromisoformat(sys.argv[2]))
    finally:
        await close_database()

asyncio.run(main())
"""


async def test_two_processes_record_it_once(tables: str) -> None:
    await incident()
    for kind in ("reply", "resolve", "report"):
        await duty(kind=kind)
    arguments = (sys.executable, "-c", RECORDER, tables, AFTER.isoformat())
    running = [await asyncio.create_subprocess_exec(*arguments, cwd=ROOT, stderr=asyncio.subprocess.PIPE) for _ in "ab"]
    said = [(await one.communicate())[1].decode() for one in running]
    assert [one.returncode for one in running] == [0, 0], said
    assert await Overrun.all().count() == 3


@pytest.mark.parametrize(
    "kind",
    [
        "assigned",
        "led",
        "bounced",
        "instructed",
        "transferred",
        "resolved",
        "withdrawn",
        "merged",
        "reopened",
        "undone",
    ],
)
async def test_a_duty_of_the_time_before_ran_over_if_what_ended_it_came_later(kind: str) -> None:
    await incident()
    await incident(2)
    struck, in_time = await duty(kind="report", state="waived"), await duty(2, kind="report", state="waived")
    for number, at in ((1, AFTER), (2, DUE - MINUTE)):
        await Event.create(id=number, incident=number, at=at, actor="li", kind=kind, data="{}", hash="")
    assert await overruns.backfill(AFTER + HOUR) == 1
    assert await Overrun.all().values_list("duty", flat=True) == [struck.id]
    assert in_time.id != struck.id


async def test_the_time_before_is_recorded_as_far_as_it_is_known() -> None:
    await incident()
    await incident(2)
    await held((OURS, START))
    late = await duty(state="met", met_at=AFTER)
    await duty(kind="resolve", state="met", met_at=DUE)
    struck = await duty(kind="report", state="waived")
    in_time = await duty(2, kind="report", state="waived")
    missed = await duty(None, kind="check-in", person="zhou", owner="zhou", state="missed")
    still = await duty(kind="summary")
    for id, (number, at) in enumerate([(1, AFTER), (2, DUE - MINUTE), (2, AFTER)], 1):
        await Event.create(id=id, incident=number, at=at, actor="li", kind="assigned", data="{}", hash="")
    assert [await overruns.backfill(AFTER + HOUR), await overruns.backfill(AFTER + HOUR)] == [4, 0]
    found = await Overrun.all().values_list("duty", flat=True)
    assert sorted(found) == [late.id, struck.id, missed.id, still.id]
    assert in_time.id not in found


async def test_the_time_before_is_recorded_once_in_a_databases_life() -> None:
    await incident()
    await held((OURS, START))
    assert await overruns.backfill(AFTER) == 0
    await duty(state="met", met_at=AFTER)
    assert await overruns.backfill(AFTER + HOUR) == 0
    assert await Overrun.all().count() == 0


async def test_a_change_of_an_incident_or_of_routine_duties_records_only_theirs() -> None:
    await incident()
    await incident(2)
    ours, theirs = await duty(), await duty(2)
    routine, other = [await duty(None, kind="check-in", person=who, owner=who) for who in ("zhou", "li")]
    await overruns.record_of(1, DUE)
    await overruns.record_routine([], AFTER)
    assert await Overrun.all().count() == 0
    await overruns.record_of(1, AFTER)
    assert await Overrun.all().values_list("duty", flat=True) == [ours.id]
    await overruns.record_routine([routine.id], AFTER)
    assert set(await Overrun.all().values_list("duty", flat=True)) == {ours.id, routine.id}
    assert {theirs.id, other.id}.isdisjoint(await Overrun.all().values_list("duty", flat=True))


async def test_a_check_looks_back_two_minutes_behind_the_one_before() -> None:
    await incident()
    await duty()
    assert await overruns.record(DUE + HOUR, DUE + 2 * MINUTE + timedelta(milliseconds=1)) == 0
    assert await overruns.record(DUE + HOUR, DUE + 2 * MINUTE) == 1


async def test_the_last_minute_is_half_an_hour_and_of_a_short_duty_its_last_quarter() -> None:
    """A duty of two hours is the first whose last quarter is half an hour; a shorter one has less."""
    for number, (hours, passed_on, holder) in enumerate(
        [
            (14, 30, THEIRS),
            (14, 29, OURS),
            (2, 30, THEIRS),
            (2, 29, OURS),
            (2.25, 31, THEIRS),
            (1, 15, THEIRS),
            (1, 14, OURS),
        ],
        1,
    ):
        await incident(number)
        await held((OURS, DUE - hours * HOUR), (THEIRS, DUE - passed_on * MINUTE), number=number)
        await duty(number, started_at=DUE - hours * HOUR)
        await overruns.record(AFTER)
        assert (await Overrun.get(incident_id=number)).holder == holder, (hours, passed_on)


async def test_a_row_that_is_read_has_all_that_the_figures_want() -> None:
    await incident()
    await held((OURS, START), ("approver:qian", DUE + MINUTE))
    one = await duty(state="met", met_at=AFTER)
    assert await overruns.of_incident(1, AFTER) == []
    await Duty.filter(id=one.id).update(state="open", met_at=None)
    await overruns.record(AFTER)
    await Duty.filter(id=one.id).update(state="met", met_at=AFTER, due_at=DUE + HOUR)
    (row,) = await overruns.of_incidents(1, 1, AFTER + HOUR)
    expected = {
        "number": 1, "duty": one.id, "cycle": 1, "kind": "reply", "owner": OURS, "holder": OURS, "department": "总务处",
        "due_at": DUE, "state": "met", "started_at": START, "met_at": AFTER, "next_due_at": DUE + HOUR, "title": "a",
        "tier": "general", "stage": "assigned", "holds": OURS, "place": "总务处", "channel": "local",
        "conversation": "work", "held_since": DUE + MINUTE,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


async def test_what_was_struck_out_is_read_by_when_it_was_found() -> None:
    for number in (1, 2, 3, 4):
        await incident(number, found_at=START + number * MINUTE)
        await duty(number)
    await overruns.record(AFTER)
    await duty(1, kind="resolve")
    for number, stage in enumerate(("withdrawn", "merged", "resolved", "assigned"), 1):
        await Incident.filter(number=number).update(stage=stage)
    whole, first = START + HOUR, START + 2 * MINUTE
    assert [row["number"] for row in await overruns.struck(START, whole, AFTER)] == [1, 2]
    assert [row["number"] for row in await overruns.struck(START + MINUTE, first, AFTER)] == [1]
    assert await overruns.struck(START, START + MINUTE, AFTER) == []
    assert await overruns.struck(START, whole, DUE) == []
