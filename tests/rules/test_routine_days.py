"""Days of the month to its last, and the times of a day that patrols in working time fall on."""

from datetime import date

import pytest
from msgspec import structs
from msgspec.structs import replace

from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_check import unmanned
from handlers.rules.regime.regime_parts import Routine, WatchedSite
from handlers.rules.regime.routines import sites_of, slots
from handlers.rules.time import schedule
from handlers.rules.time.calendar import Interval
from handlers.rules.time.recurring import falls_on, is_recurring
from tests.support.cases import INSTITUTION, standard


def under(**keys: object) -> Regime:
    return replaced(Routine(kind="check-in", **{"days": "working days", **keys}))  # type: ignore[arg-type]


def replaced(*routines: Routine) -> Regime:
    return structs.replace(standard(), routine=routines)


def owed(regime: Regime, day: date) -> list[tuple[str, str, tuple[str, ...]]]:
    zone = INSTITUTION.zone
    return [(f"{one.due_at.astimezone(zone):%H:%M}", one.owner, one.sites) for one in slots(regime, INSTITUTION, day)]


@pytest.mark.parametrize(
    ("days", "month", "day"),
    [
        ("last", (2027, 2), 28),
        ("last", (2028, 2), 29),
        ("last", (2026, 12), 31),
        ("31", (2026, 11), 30),
        ("30", (2027, 2), 28),
        ("29", (2026, 11), 29),
    ],
)
def test_each_month_has_one(days: str, month: tuple[int, int], day: int) -> None:
    length = {11: 30, 12: 31, 2: 29 if month[0] == 2028 else 28}[month[1]]
    found = [n for n in range(1, length + 1) if falls_on(days, date(*month, n), INSTITUTION.calendar)]
    assert found == [day]


@pytest.mark.parametrize("days", ["0", "32", "lastly", "-1", "²"])
def test_what_names_no_day(days: str) -> None:
    assert not is_recurring(days)


def test_a_digest_at_the_months_end_is_of_its_month() -> None:
    calendar = INSTITUTION.calendar
    now = calendar.at(date(2026, 11, 30), schedule.parse("last 10:00").at)
    issue = schedule.due("monthly", schedule.parse("last 10:00"), calendar, now)
    assert issue is not None
    assert issue.period == "2026-11"
    assert calendar.local(issue.span.since).date() == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("times", "clocks"),
    [
        (1, ["17:30"]),
        (2, ["12:00", "17:30"]),
        (3, ["10:50", "15:10", "17:30"]),  # seven hours: 2 h 20 each
        (4, ["10:15", "12:00", "15:45", "17:30"]),
    ],
)
def test_so_many_in_working_time(times: int, clocks: list[str]) -> None:
    assert [clock for clock, _, _ in owed(under(times=times), date(2026, 11, 23))] == clocks


def test_on_a_day_of_rest_there_is_no_working_time() -> None:
    assert owed(under(times=3, days="every day"), date(2026, 11, 28)) == []
    assert len(owed(under(times=3, days="every day"), date(2026, 10, 10))) == 3  # a Saturday that is worked


def test_where_no_hours_are_kept_there_is_none_either() -> None:
    nowhere = replace(INSTITUTION, calendar=replace(INSTITUTION.calendar, business=()))
    assert slots(under(times=3), nowhere, date(2026, 11, 23)) == ()
    short = replace(INSTITUTION, calendar=replace(INSTITUTION.calendar, business=(Interval.parse("09:00-09:01"),)))
    assert len(slots(under(times=3), short, date(2026, 11, 23))) == 2  # to the minute, once what falls together


SITES = (
    WatchedSite(name="留言板"),
    WatchedSite(name="贴吧", readers=("王强",)),
    WatchedSite(name="微博", readers=("wang", "office")),
)


def test_each_reader_owes_what_they_read() -> None:
    regime, monday = under(by=("10:00",), sites=SITES), date(2026, 11, 23)
    assert owed(regime, monday) == [
        ("10:00", "office", ("微博",)),
        ("10:00", "officer", ("留言板",)),
        ("10:00", "wang", ("贴吧", "微博")),
    ]
    due = slots(regime, INSTITUTION, monday)[0].due_at
    assert sites_of(regime, INSTITUTION, "check-in", "wang", due) == ("贴吧", "微博")
    assert sites_of(regime, INSTITUTION, "check-in", "feng", due) == ()


def test_what_two_rules_ask_at_one_time_is_one_patrol_of_both() -> None:
    one = Routine(kind="check-in", by=("10:00",), sites=SITES[:1])
    other = Routine(kind="check-in", by=("10:00",), sites=(WatchedSite(name="论坛"),))
    assert owed(replaced(one, other), date(2026, 11, 23)) == [("10:00", "officer", ("留言板", "论坛"))]


def test_with_each_everybody_of_the_role_reads_it() -> None:
    regime = under(by=("10:00",), each=True, sites=(WatchedSite(name="留言板", readers=("leader",)),))
    assert [owner for _, owner, _ in owed(regime, date(2026, 11, 23))] == ["qian", "sun"]


def test_a_reader_who_is_nobody_is_refused_with_the_remedy() -> None:
    regime = under(by=("10:00",), sites=(WatchedSite(name="留言板", readers=("张三",)),))
    assert [*unmanned(regime, INSTITUTION)] == [
        'the patrol of "留言板" is read by 张三, who is nobody here: name a role, or a person by id or name'
    ]
