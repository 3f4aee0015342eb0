"""When the desk is told of failures: pauses that grow by day, once at night, and always when it is urgent."""

from datetime import UTC, datetime, timedelta

from handlers.rules.regime.failure_bursts import (
    LONGEST_PAUSE,
    Burst,
    Told,
    after_telling,
    is_urgent,
    may_tell_at_night,
    may_tell_by_day,
)

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
WANG = Burst("message", "bug", "local", "wang")
AWAY = WANG._replace(kind="away")
PEOPLE = [WANG._replace(subject=name) for name in "abc"]


def test_what_is_urgent() -> None:
    assert not is_urgent([WANG] * 900)
    assert not is_urgent(PEOPLE * 3)
    assert not is_urgent([*[WANG] * 20, PEOPLE[0]])
    assert is_urgent([*PEOPLE * 3, WANG])
    assert is_urgent([*[WANG] * 9, AWAY])


def test_at_night_once_unless_it_is_urgent() -> None:
    assert not may_tell_at_night([WANG] * 9, told_tonight=False)
    assert may_tell_at_night([WANG] * 10, told_tonight=False)
    assert not may_tell_at_night([WANG] * 500, told_tonight=True)
    assert may_tell_at_night(PEOPLE * 4, told_tonight=True)


def test_the_pause_doubles_up_to_an_hour_and_is_short_again_after_calm() -> None:
    told, now, pauses = after_telling(None, NOW), NOW, []
    for _ in range(10):
        pauses.append(told.pause / timedelta(seconds=30))
        assert not may_tell_by_day([WANG], {WANG: told}, now + told.pause - timedelta(seconds=1))
        assert may_tell_by_day([WANG], {WANG: told}, now + told.pause)
        now += told.pause
        told = after_telling(told, now)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 120, 120, 120]
    assert after_telling(told, now + 2 * LONGEST_PAUSE + timedelta(seconds=1)).pause == timedelta(seconds=30)


def test_a_new_burst_or_an_urgent_one_waits_for_no_pause() -> None:
    told = {WANG: Told(NOW, LONGEST_PAUSE)}
    assert not may_tell_by_day([WANG] * 300, told, NOW)
    assert may_tell_by_day([WANG, AWAY], told, NOW)
    assert may_tell_by_day([WANG, WANG._replace(subject="sun")], told, NOW)
    known = dict.fromkeys(PEOPLE, Told(NOW, LONGEST_PAUSE))
    assert not may_tell_by_day(PEOPLE * 3, known, NOW)
    assert may_tell_by_day(PEOPLE * 4, known, NOW)


def test_a_clock_that_was_set_back_silences_nobody() -> None:
    assert may_tell_by_day([WANG], {WANG: Told(NOW + timedelta(days=2), LONGEST_PAUSE)}, NOW)
