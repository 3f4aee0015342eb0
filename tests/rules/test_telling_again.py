"""The desk is told again, elsewhere and in growing pauses, of what a notice was to tell it that never arrived."""

from datetime import UTC, datetime, timedelta

from handlers.rules.regime.telling_again import Telling, is_one_to_one, may_tell_again, oldest_lost

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
GROUP = Telling(NOW, private=False, lost=False, ended_at=NOW)
PEOPLE = GROUP._replace(private=True)
LOST_GROUP, LOST_PEOPLE = GROUP._replace(lost=True), PEOPLE._replace(lost=True)


def test_where() -> None:
    assert not is_one_to_one([])
    assert not is_one_to_one([GROUP, LOST_GROUP])
    assert is_one_to_one([LOST_GROUP, GROUP])
    assert is_one_to_one([PEOPLE, LOST_GROUP])
    assert not is_one_to_one([LOST_PEOPLE, LOST_GROUP])
    assert is_one_to_one([LOST_GROUP, LOST_PEOPLE])


def test_the_pause_doubles_with_each_that_is_lost_in_a_row() -> None:
    assert may_tell_again([], NOW)
    assert may_tell_again([GROUP, LOST_GROUP], NOW)
    pauses = (30, 60, 120, 240, 480, 960, 1920, 3600, 3600)
    for count, seconds in enumerate(pauses, 1):
        lost, pause = [LOST_GROUP] * count, timedelta(seconds=seconds)
        assert not may_tell_again(lost, NOW + pause - timedelta(milliseconds=1))
        assert may_tell_again(lost, NOW + pause)
        assert may_tell_again(lost, NOW - pause)  # the clock was set back
    assert may_tell_again([LOST_GROUP] * 5000, NOW + timedelta(hours=1))


def test_how_far_back_to_look() -> None:
    earlier = NOW - timedelta(days=3)
    assert oldest_lost([GROUP._replace(at=earlier)], NOW) == NOW
    assert oldest_lost([LOST_GROUP, LOST_PEOPLE._replace(at=earlier)], NOW) == earlier
