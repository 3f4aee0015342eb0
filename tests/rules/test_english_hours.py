"""An hour beside an English day belongs to the limit, before the day or behind it; a number without one does not."""

from datetime import datetime, timedelta

import pytest

from handlers.rules.incident.extension_until import DAY
from handlers.rules.time.limits import limit_in
from handlers.rules.time.promises import find, limit_named
from tests.support.cases import INSTITUTION

CALENDAR = INSTITUTION.calendar
NOW = datetime(2026, 11, 23, 10, 5, tzinfo=CALENDAR.zone)


@pytest.mark.parametrize(
    ("words", "clock", "rest"),
    [
        ("by Wednesday 17:00 find out", "17:00", "find out"),
        ("by Wednesday at 5 pm, find out", "17:00", "find out"),
        ("by 5pm on Wednesday find out", "17:00", "find out"),
        ("by noon on Wednesday find out", "12:00", "find out"),
        ("by 25 November 09:30 find out", "09:30", "find out"),
        ("by November 25, 2026 at 9:30 am find out", "09:30", "find out"),
        ("before 2026-11-25 17:00 find out", "17:00", "find out"),
        ("by 11-25 17:00 find out", "17:00", "find out"),
        ("11-25 17:00前 查明", "17:00", "查明"),
        ("by Wednesday 12 am find out", "00:00", "find out"),
        ("by Wednesday 3 buses come", "24:00", "3 buses come"),
        ("by Wednesday 25:00 find out", "24:00", "25:00 find out"),
    ],
)
def test_an_order_is_read_with_its_hour(words: str, clock: str, rest: str) -> None:
    hours, minutes = map(int, clock.split(":"))
    found = limit_in(words, NOW, CALENDAR)
    assert found
    assert found.at == datetime(2026, 11, 25, tzinfo=CALENDAR.zone) + timedelta(hours=hours, minutes=minutes)
    assert found.rest == rest


def test_a_promise_is_read_with_its_hour() -> None:
    (promise,) = find("We will publish the result by Wednesday 17:00.", NOW, CALENDAR)
    assert promise.text == "by Wednesday 17:00"
    assert promise.at == datetime(2026, 11, 25, 17, tzinfo=CALENDAR.zone)
    named = limit_named("by Wednesday, find out", NOW, CALENDAR)
    assert named
    assert named.text == "by Wednesday"


def test_an_hour_is_no_reason_of_an_extension() -> None:
    found = DAY.match("until Friday 17:00, lab report")
    assert found
    assert found["day"] == "Friday 17:00"
