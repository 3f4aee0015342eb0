"""Parsing a swap: which shift is meant, who gives it, and which request it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.rules.people.roster import CurrentRoster, Roster
from handlers.rules.people.swap_wish import SwapWish, answered, giver_of, must_be_free, shift_meant
from handlers.rules.refusal import Refusal
from handlers.rules.time.calendar import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 5, tzinfo=ZONE).astimezone(UTC)
TUESDAY = date(2026, 11, 24)
CALENDAR = Calendar(ZONE)
TEAMS = (("zhou",), ("li",), ("chen",))
MONDAY = date(2026, 11, 23)


def roster(leaves: tuple[tuple[str, datetime, datetime], ...] = (), *, teams: tuple = TEAMS) -> CurrentRoster:
    """Return a roster: from 08:00 to 08:00, Zhou on Monday, Li on Tuesday, Chen on Wednesday."""
    return CurrentRoster(Roster(((time(8), time(8)),), teams, MONDAY), CALENDAR, (), leaves)


@dataclass(frozen=True)
class Swap:
    giver: str
    taker: str
    shift_at: datetime = NOW
    roster: str = ""


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        call()
    return refusal.value.sentence


def test_without_a_day_it_is_the_speakers_next_shift() -> None:
    found = shift_meant([roster()], SwapWish("li", None, "zhou"), None, NOW, NOW)
    assert (found.people, found.begins) == (("li",), datetime(2026, 11, 24, tzinfo=UTC))
    assert refused(lambda: shift_meant([roster()], SwapWish("wang", None, "zhou"), None, NOW, NOW)) == "roster.no_shift"


def test_with_a_giver_it_is_the_givers() -> None:
    assert shift_meant([roster()], SwapWish("qian", "chen", "zhou"), None, NOW, NOW).people == ("chen",)
    wish = SwapWish("qian", "chen", "zhou")
    assert refused(lambda: shift_meant([roster()], wish, TUESDAY, NOW, NOW)) == "roster.no_shift"


def test_an_offer_is_for_the_shift_that_the_speaker_does_not_have() -> None:
    wish = SwapWish("zhou", None, "zhou")
    assert wish.offered
    assert shift_meant([roster()], wish, TUESDAY, NOW, NOW).people == ("li",)


def test_a_day_that_is_over_has_no_shift() -> None:
    wish = SwapWish("li", None, "zhou")
    assert refused(lambda: shift_meant([roster()], wish, date(2026, 11, 20), NOW, NOW)) == "roster.no_shift"


def test_a_shift_that_ended_after_it_was_said_is_none() -> None:
    wish = SwapWish("zhou", None, "li")
    assert shift_meant([roster()], wish, None, NOW, NOW + timedelta(hours=21)).people == ("zhou",)
    with pytest.raises(Refusal) as refusal:
        shift_meant([roster()], wish, None, NOW, NOW + timedelta(hours=22))
    assert (refusal.value.sentence, refusal.value.facts["day"]) == ("roster.no_shift", MONDAY)


def test_of_two_shifts_on_a_day_it_asks_which() -> None:
    others = roster(teams=(("wu",),))
    assert refused(lambda: shift_meant([roster(), others], SwapWish("qian", None, "zhou"), TUESDAY, NOW, NOW)) == (
        "roster.whose"
    )


def test_who_gives_the_shift() -> None:
    tuesday = roster().on(TUESDAY)[0]
    assert giver_of(tuesday, SwapWish("qian", "li", "zhou")) == "li"
    assert giver_of(tuesday, SwapWish("li", None, "zhou")) == "li"
    assert giver_of(tuesday, SwapWish("zhou", None, "zhou")) == "li"
    both = roster(teams=(("li", "wu"),)).on(TUESDAY)[0]
    assert giver_of(both, SwapWish("zhou", None, "zhou")) is None


def test_of_several_on_a_shift_the_missing_one_gives_it() -> None:
    leave = ("wu", NOW, NOW + timedelta(days=3))
    tuesday = roster((leave,), teams=(("li", "wu"),)).on(TUESDAY)[0]
    assert giver_of(tuesday, SwapWish("zhou", None, "zhou")) == "wu"


def test_the_taker_must_be_free() -> None:
    away = roster((("zhou", NOW, NOW + timedelta(days=3)),))
    tuesday = away.on(TUESDAY)[0]
    assert refused(lambda: must_be_free([away], tuesday, "li")) == "roster.already"
    assert refused(lambda: must_be_free([away], tuesday, "zhou")) == "swap.away"
    must_be_free([away], tuesday, "chen")


def test_an_offer_answers_what_was_asked_of_the_speaker() -> None:
    asked = Swap("li", "zhou")
    assert answered([asked], SwapWish("zhou", None, "zhou"), dated=False) == ("agree", asked)
    assert answered([asked], SwapWish("zhou", "chen", "zhou"), dated=False) is None
    assert answered([asked, Swap("chen", "zhou")], SwapWish("zhou", None, "zhou"), dated=False) is None


def test_naming_the_day_takes_back_what_the_speaker_asked() -> None:
    own = Swap("zhou", "li")
    assert answered([own], SwapWish("zhou", None, "zhou"), dated=True) == ("withdraw", own)
    assert answered([own], SwapWish("zhou", None, "zhou"), dated=False) is None
