"""Which of two decisions was said later, by the clocks of their platforms; and which decide the same thing."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.rules.incident.word_order import ANY_REQUEST, EVERYTHING, SpeechTime, order, things, touches

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACES = {"same": ("wecom", "work"), "other group": ("wecom", "desk"), "other platform": ("dingtalk", "work")}


@pytest.mark.parametrize(
    ("place", "seconds", "expected"),
    [
        ("same", 0, "later"), ("same", 0.001, "later"), ("same", -0.001, "earlier"),
        ("other group", 0.9, "in doubt"), ("other group", -0.9, "in doubt"), ("other group", 0, "in doubt"),
        ("other group", 1, "later"), ("other group", -1, "earlier"),
        ("other platform", 4.9, "in doubt"), ("other platform", -4.9, "in doubt"),
        ("other platform", 5, "later"), ("other platform", -5, "earlier"),
    ],
)  # fmt: skip
def test_the_order_of_two(place: str, seconds: float, expected: str) -> None:
    mine = SpeechTime(NOON + timedelta(seconds=seconds), *PLACES[place])
    assert order(mine, SpeechTime(NOON, *PLACES["same"]), {}) == expected


@pytest.mark.parametrize(("by", "margin"), [(30, 35), (-30, 35), (600, 605)])
def test_clocks_that_are_known_to_differ_leave_more_in_doubt(by: int, margin: int) -> None:
    ahead = {"dingtalk": timedelta(seconds=by)}
    found = {-margin: "earlier", 1 - margin: "in doubt", margin - 1: "in doubt", margin: "later"}
    for seconds, expected in found.items():
        mine = SpeechTime(NOON + timedelta(seconds=seconds), "dingtalk", "work")
        assert order(mine, SpeechTime(NOON, "wecom", "work"), ahead) == expected
        assert order(mine, SpeechTime(NOON, "", ""), ahead) == expected
        assert order(mine, SpeechTime(NOON, "dingtalk", "work"), ahead) != "in doubt"


SHIFT = {"shift_at": "2026-11-24T08:00:00+08:00", "roster": "", "giver": "li"}
SAME_SHIFT = {**SHIFT, "shift_at": "2026-11-24T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        (("assigned", {}), ("bounced", {}), True),
        (("assigned", {}), ("kind", {}), False),
        (("assigned", {}), ("note", {}), False),
        (("assigned", {}), ("instructed", {"department": "A"}), True),
        (("assigned", {}), ("instructed", {"department": None, "period": "3d"}), False),
        (("approved", {"request": 7}), ("rejected", {"request": 7}), True),
        (("approved", {"request": 7}), ("rejected", {"request": 8}), False),
        (("instructed", {"period": "3d"}), ("approved", {"request": 7, "kind": "extension"}), True),
        (("assigned", {}), ("undone", {}), True),
        (("note", {}), ("undone", {}), False),
        (("bounced", {}), ("acknowledged", {}), True),
        (("assigned", {}), ("drafted", {}), True),
        (("drafted", {}), ("approved", {"request": 7, "kind": "reply"}), True),
        (("drafted", {}), ("approved", {"request": 7, "kind": "extension"}), False),
        (("kind", {}), ("acknowledged", {}), False),
        (("acknowledged", {}), ("assigned", {}), False),
        (("swapped", SHIFT), ("swap asked", SAME_SHIFT), True),
        (("swapped", SHIFT), ("swap asked", {**SHIFT, "giver": "chen"}), False),
    ],
)
def test_the_same_thing(mine: tuple[str, dict[str, object]], theirs: tuple[str, dict[str, object]], same: bool) -> None:
    decided = things(*mine)
    assert (bool(decided) and touches(decided, *theirs)) is same


def test_an_answer_without_its_request_is_about_any_and_an_undo_about_everything() -> None:
    assert touches(frozenset((ANY_REQUEST,)), "approved", {"request": 7})
    assert not touches(frozenset((ANY_REQUEST,)), "assigned", {})
    assert touches(frozenset((EVERYTHING,)), "assigned", {})
    assert not touches(frozenset((EVERYTHING,)), "note", {})
