"""One reminder of a matter at a time: what goes together, what is put off, and what waits for a signature."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.incident.reminding import DutyReminder, OpenDuty, decide, waits_for
from handlers.rules.regime.ladder import NEAR, Ladder
from tests.support.cases import INSTITUTION, standard
from tests.support.story import SHANGHAI

HOUR = 3600
REGIME = standard()


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=SHANGHAI)


def duty(due: str, rung: int | None = None, next_at: str | None = None, started: str = "22T09:00") -> OpenDuty:
    """Return a duty whose last step was `rung` (hours), at its next step unless `next_at` says otherwise."""
    ladder = Ladder(REGIME, "general", INSTITUTION.calendar, local(started), local(due))
    last = None if rung is None else rung * HOUR
    at = local(next_at) if next_at else ladder.next_at(last)
    assert at
    return OpenDuty(ladder, last, at)


def taken(found: DutyReminder | None) -> tuple[float, ...]:
    assert found
    return tuple(step / HOUR for step in found.taken)


def test_the_reminder_before_another_duty_is_said_with_it() -> None:
    late, soon = decide([duty("23T10:35", -1), duty("23T14:50", None, started="23T10:00")], local("23T10:35"))
    assert taken(late) == (0,)
    assert taken(soon) == (-4,)
    assert soon
    assert soon.tell == ("owner",)
    assert soon.step is None


def test_a_duty_with_nothing_to_say_soon_stays_as_it_is() -> None:
    sounds, far = decide([duty("23T10:35", -1), duty("26T00:00", None)], local("23T10:35"))
    assert taken(sounds) == (0,)
    assert far is None


def test_a_repeat_near_another_duty_is_not_said_again() -> None:
    """The reply's repeat of Tuesday 12:00 is replaced by the step of 10:35, at which the chief hears."""
    acknowledge, reply = decide([duty("23T10:35", 12), duty("24T00:00", 4)], local("24T10:35"))
    assert taken(acknowledge)[0] == 24
    assert taken(reply) == (12,)
    assert reply
    assert reply.next_at == local("25T07:00")


def test_what_may_wait_waits_for_who_has_to_hear() -> None:
    """A reminder before a due time at 10:20 and a duty that is over at 10:35: one message, at 10:35."""
    early, over = decide([duty("23T11:20", -4), duty("23T10:35", -1)], local("23T10:20"))
    assert early
    assert (early.taken, early.next_at) == ((), local("23T10:35"))
    assert over is None


def test_what_is_put_off_stays_put_off() -> None:
    off = duty("23T11:20", -4, "23T10:35")
    early, same, over = decide([duty("23T11:20", -4), off, duty("23T10:35", -1)], local("23T10:20"))
    assert early
    assert early.next_at == local("23T10:35")
    assert (same, over) == (None, None)
    assert decide([off], local("23T10:20")) == (None,)


def test_no_reminder_waits_for_the_delay_that_it_warns_of() -> None:
    regime = standard(**{'at = "-1h"': 'at = "-10m"'})
    ladder = Ladder(regime, "general", INSTITUTION.calendar, local("23T06:00"), local("23T14:35"))
    (found,) = decide([OpenDuty(ladder, -4 * HOUR, local("23T14:25"))], local("23T14:25"))
    assert found
    assert (found.taken, found.tell) == ((-600,), ("owner",))


def test_two_delays_are_never_told_in_two_messages_within_minutes() -> None:
    first, second = decide([duty("23T10:20", -1), duty("23T10:35", -1)], local("23T10:20"))
    assert taken(first) == (0,)
    assert second
    assert (second.taken, second.next_at) == ((), local("23T10:20") + NEAR)


def test_a_row_computed_differently_is_only_corrected() -> None:
    (found,) = decide([duty("23T20:00", None, "23T09:30")], local("23T09:30"))
    assert found
    assert (found.taken, found.next_at) == ((), local("23T16:00"))


def test_the_others_of_a_matter_alone_say_nothing() -> None:
    assert decide([duty("24T00:00"), duty("26T00:00")], local("23T12:00")) == (None, None)


@settings(deadline=None)
@given(
    dues=st.lists(st.datetimes(datetime(2026, 11, 20), datetime(2026, 11, 27)), min_size=1, max_size=4),  # noqa: DTZ001
)
def test_whatever_is_owed_the_messages_keep_apart_and_everybody_hears(dues: list[datetime]) -> None:
    start = local("19T09:00").astimezone(UTC)
    ladders = [
        Ladder(REGIME, "general", INSTITUTION.calendar, start, at.replace(second=0, microsecond=0, tzinfo=UTC))
        for at in dues
    ]
    rows = [OpenDuty(one, None, at) for one in ladders if (at := one.first_at())]
    heard = [set[str]() for _ in rows]
    said, end = [], local("29T23:00").astimezone(UTC)
    while (now := min(row.next_at for row in rows)) < end:
        found = decide(rows, now)
        if any(one and one.step and one.taken for one in found):
            said.append(now)
        for n, one in enumerate(found):
            if one:
                assert one.next_at is not None
                assert one.next_at > now
                heard[n] |= {*one.tell}
                rows[n] = OpenDuty(rows[n].ladder, one.taken[-1] if one.taken else rows[n].rung, one.next_at)
    assert all(after - before >= NEAR for before, after in pairwise(said))
    for row, listeners in zip(rows, heard, strict=True):
        late = row.ladder.fire(None, end - timedelta(hours=12))
        assert not late or {*late.tell} <= listeners


@pytest.mark.parametrize(
    ("kind", "event", "pending", "waits"),
    [
        ("reply", "published", ["reply"], "reply"),
        ("resolve", "resolved", ["reply"], "reply"),
        ("verify", "verified", ["reply"], None),
        ("resolve", "resolved", ["extension"], "extension"),
        ("reply", "published", ["extension"], None),
        ("reply", "published", ["withdrawal"], None),
        ("resolve", "resolved", ["withdrawal"], None),
        ("reply", "published", ["unanswerable"], None),
        ("resolve", "resolved", ["remedy"], "remedy"),
        ("promise", "promise", ["remedy", "extension"], None),
        ("reply", "published", ["reply", "extension"], "reply"),
        ("resolve", "resolved", ["unanswerable"], "unanswerable"),
        ("resolve", "resolved", ["reply", "remedy"], "reply"),
        ("summary", "summarised", ["reply", "remedy", "extension", "unanswerable"], None),
        ("resolve", "resolved", [], None),
    ],
)
def test_what_waits_for_a_signature(kind: str, event: str, pending: list[str], waits: str | None) -> None:
    assert waits_for(kind, event, pending, REGIME) == waits
