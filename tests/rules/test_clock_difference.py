"""A difference between two clocks is the same message after message; a delay is not."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.rules.time.clock_difference import MOST, Timed, difference, is_doubtful

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def messages(*late: float, every: float = 20) -> list[Timed]:
    """Return messages that came `every` seconds, each sent so many seconds before by its platform's clock."""
    moments = [NOON + n * every * SECOND for n in range(len(late))]
    return [Timed(at, at - seconds * SECOND) for at, seconds in zip(moments, late, strict=True)]


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        (messages(600, 601, 600, 605, 602), 600),
        (messages(-600, -599, -600, -598, -600), -600),
        (messages(0, 0, 600, 601, 600, 605, 602), 600),
        (messages(600, 601, 600, 605), None),
        (messages(600, 580, 560, 540, 520), None),  # sent a minute apart, delivered together
        (messages(600, 600, 600, 600, 600, every=10), None),
        (messages(600, 600, 0, 600, 600), None),
        (messages(1, 2, 1, 0.5, 1), 0.5),
    ],
)
def test_the_difference(heard: list[Timed], found: float | None) -> None:
    assert difference(heard) == (None if found is None else found * SECOND)


@pytest.mark.parametrize(("found", "doubtful"), [(None, False), (MOST, False), (MOST + SECOND, True), (-MOST, False)])
def test_what_is_doubtful(found: timedelta | None, doubtful: bool) -> None:
    assert is_doubtful(found) is doubtful
    assert is_doubtful(-found if found else None) is doubtful
