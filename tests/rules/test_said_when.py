"""What words certify and meet is dated by when they were said, within what their receipt proves."""

from datetime import timedelta

import pytest

from handlers.rules.incident.case import Decision
from handlers.rules.incident.dating import dated
from handlers.rules.time.said_at import LONGEST_UNDERWAY, acted_at, said_at
from tests.support.cases import FOUND

HOUR = timedelta(hours=1)
LATER = FOUND + HOUR


@pytest.mark.parametrize("before", [timedelta(0), HOUR, LONGEST_UNDERWAY])
def test_what_was_under_way_for_up_to_a_day_counts_as_said_then(before: timedelta) -> None:
    assert said_at(FOUND - before, FOUND) == acted_at(FOUND - before, FOUND) == FOUND - before


def test_nothing_was_said_after_it_was_received() -> None:
    assert said_at(FOUND + HOUR, FOUND) == acted_at(FOUND + HOUR, FOUND) == FOUND


def test_what_claims_to_be_older_meets_nothing_older_and_certifies_as_little_as_it_claims() -> None:
    ancient = FOUND - 10 * LONGEST_UNDERWAY
    assert acted_at(ancient, FOUND) == FOUND - LONGEST_UNDERWAY
    assert said_at(ancient, FOUND) == ancient


@pytest.mark.parametrize("column", ["acknowledged_at", "replied_at", "resolved_at"])
def test_a_deed_of_now_is_dated_by_the_words(column: str) -> None:
    decision = Decision(events=(), changes={column: LATER, "stage": "replied"})
    assert dated(decision, LATER, FOUND).changes == {column: FOUND, "stage": "replied"}


def test_what_was_done_before_and_what_is_no_deed_stay_as_they_are() -> None:
    decision = Decision(events=(), changes={"acknowledged_at": FOUND, "replied_at": None, "cycle_at": LATER})
    assert dated(decision, LATER, FOUND - HOUR) is decision
