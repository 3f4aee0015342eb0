"""A text that joins a matter: kept as it came, read again, and never lowering anything."""

from typing import Any

import pytest

from handlers.rules.incident.joining import Joining, join, may_name
from handlers.rules.posts.forwarded_post import Forwarded
from tests.support.cases import INSTITUTION, case, later, person, standard
from tests.support.decided import effect

NOW = later(hours=1)
UNTITLED = "（未命名）"
HURT = {"[tier.major]": '[tier.major]\nkeywords = ["受伤"]'}


def joining(text: str, heading: str | None = None, /, **changes: Any) -> Joining:
    one = case(**changes, regime=standard(**HURT))
    return join(one, Forwarded(heading, text, (), None), ["web:a.cn/1"], UNTITLED, person("zhou"), NOW)


def test_what_says_nothing_new_only_leaves_its_address() -> None:
    for text in ("食堂饭菜有异物", "食堂饭菜 有异物", "https://a.cn/1", "饭菜有异物 https://a.cn/1"):
        found = joining(text)
        assert effect(found.decision) == {"events": [("joined", {"posts": ["web:a.cn/1"]})]}, text
        assert found == Joining(found.decision)


def test_what_is_new_is_kept_as_it_came() -> None:
    found = joining("昨天的汤里有头发")
    told = {"posts": ["web:a.cn/1"], "text": "昨天的汤里有头发"}
    assert effect(found.decision) == {"events": [("joined", told)]}
    assert found == Joining(found.decision, "昨天的汤里有头发")


@pytest.mark.parametrize("stage", ["resolved", "withdrawn", "merged"])
def test_a_matter_that_has_ended_only_keeps_the_words(stage: str) -> None:
    found = joining("总务处王强有人受伤也不管", stage=stage)
    told = {"posts": ["web:a.cn/1"], "text": "总务处王强有人受伤也不管"}
    assert effect(found.decision) == {"events": [("joined", told)]}
    assert found == Joining(found.decision, "总务处王强有人受伤也不管")


def test_it_raises_the_tier() -> None:
    found = joining("有学生受伤了")
    assert [event.kind for event in found.decision.events] == ["joined", "tier"]
    assert found.decision.changes["tier"] == "major"
    assert [move.id for move in found.decision.moved] == [1, 2, 3]
    assert (found.conflict, found.taken_away) == (False, False)


def test_it_names_whom_it_is_about_and_takes_the_matter_from_them() -> None:
    found = joining("总务处王强有人受伤也不管，态度恶劣")
    assert found.conflict
    assert found.taken_away
    assert found.decision.changes["about"] == ["person:wang", "department:总务处"]
    assert found.decision.changes["department"] is None
    assert found.decision.changes["tier"] == "major"
    assert [event.kind for event in found.decision.events] == ["joined", "tier", "concern"]
    assert found.decision.events[-1].data == {"about": ["person:wang", "department:总务处"]}
    assert found.decision.waived == (1,)
    assert [move.id for move in found.decision.moved] == [2, 3]  # what ends does not move
    assert found.asked == ()


def test_names_that_are_known_make_no_conflict_again() -> None:
    about = ["person:wang", "department:总务处"]
    found = joining("总务处王强态度恶劣", about=about, department=None)
    assert (found.conflict, found.taken_away) == (False, False)
    assert "about" not in found.decision.changes


def test_who_may_be_meant_is_asked_for_at_the_desk() -> None:
    found = joining("那个副校长态度恶劣，收了礼")
    assert found.unclear == ("副校长",)
    assert [one.id for one in found.asked]
    assert found.conflict
    assert not found.taken_away


def test_another_departments_words_are_told_but_move_nothing() -> None:
    assert joining("退费一直没有到账").other == INSTITUTION.department("财务处")
    assert joining("退费一直没有到账", helpers=["财务处"]).other is None
    assert joining("退费一直没有到账", department="财务处").other is None
    assert joining("退费一直没有到账", about=["department:财务处"]).other is None
    assert joining("食堂的汤里有头发").other is None


def test_it_completes_the_title_of_what_had_none() -> None:
    bare: dict[str, Any] = {"title": UNTITLED, "text": "https://a.cn/1"}
    found = joining("打13800138000也没人接", "食堂的汤里有头发", **bare)
    assert found.title == "食堂的汤里有头发"
    assert found.decision.changes == {"title": "食堂的汤里有头发", "kind": "request"}
    assert [(event.kind, event.data) for event in found.decision.events][1:] == [("named", {"title": found.title})]
    assert "13800138000" not in joining("汤里有头发", "打13800138000没人接", **bare).title
    assert joining("汤里有头发", None, **bare).title == ""
    assert joining("汤里有头发", "食堂的汤里有头发").title == ""
    assert joining("汤里有头发", "食堂的汤里有头发", title=UNTITLED).title == ""


@pytest.mark.parametrize(
    ("who", "may"),
    [("zhou", True), ("li", True), ("qian", True), ("zhao", True), ("wang", False), ("feng", False), ("wu", False)],
)
def test_who_says_what_an_address_is_about(who: str, may: bool) -> None:
    assert may_name(case(forwarded_by="zhou"), person(who)) == may
    assert may_name(case(forwarded_by=who), person(who))
    assert not may_name(case(forwarded_by=who, about=[f"person:{who}"]), person(who))
