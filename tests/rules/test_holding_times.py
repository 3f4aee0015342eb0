"""Every minute of a matter belongs to one holder, and what follows its end to nobody."""

from datetime import timedelta

from handlers.rules.figures.holding_times import Stretch, stretches, totals
from tests.support.cases import FOUND, later

HOUR = timedelta(hours=1)
ROWS = [
    {"holder": "desk", "since": FOUND, "until": later(hours=1)},
    {"holder": "approver:qian", "since": later(hours=1), "until": later(hours=1)},
    {"holder": "department:总务处", "since": later(hours=1), "until": later(hours=4)},
    {"holder": "desk", "since": later(hours=4), "until": later(hours=5)},
    {"holder": "closed", "since": later(hours=5), "until": None},
]


def test_stretches_of_no_length_are_none_and_the_last_one_lasts() -> None:
    found = stretches(ROWS, later(hours=6))
    assert [(one.holder, one.length) for one in found] == [
        ("desk", HOUR), ("department:总务处", 3 * HOUR), ("desk", HOUR), ("closed", HOUR)
    ]  # fmt: skip
    assert found[0] == Stretch("desk", FOUND, later(hours=1))
    assert found[-1].until == later(hours=6)


def test_the_totals_have_the_longest_first() -> None:
    held = totals(stretches(ROWS, later(hours=6)))
    assert [*held.items()] == [("department:总务处", 3 * HOUR), ("desk", 2 * HOUR)]
