"""Who looks at a matter, who may state that it has calmed, and what that rests on."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from handlers.rules.incident.calming import Ground, calm
from handlers.rules.incident.case import Case
from handlers.rules.incident.duties import has_calmed, owed
from handlers.rules.incident.watching import begun_by_the_result, looks_since, may_meet, track
from handlers.rules.people.institution import Person
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_check import complaints
from handlers.rules.regime.regime_parts import CalmRule
from handlers.rules.regime.tiers import Heat
from tests.support.cases import FOUND, INSTITUTION, Row, case, later, person, shipped, standard
from tests.support.decided import effect, refusal

SCHOOL, COMPANY = shipped("school"), shipped("company")
NOW = later(days=2)
TRACE = owed(standard(), INSTITUTION, "general", FOUND, ("found",))[0].due.trace.to_dict()
LI, WANG, CHIEF = person("li"), person("wang"), person("zhao")
WORDS = Ground("两天没有新评论")
NONE = Heat()


def duty(kind: str = "track", id: int = 9, state: str = "open", owner: str = "desk", met: Any = None) -> Row:
    return Row({
        "id": id, "kind": kind, "owner": owner, "state": state, "started_at": FOUND, "due_at": later(days=3),
        "first_due_at": later(days=3), "met_at": met, "rung": None, "reckoning": TRACE, "provisional": False,
    })  # fmt: skip


LOOK = duty(id=8, state="met", met=later(hours=5))


def watched(*duties: Row, regime: Regime = SCHOOL, **changes: Any) -> Case:
    answered = {"stage": "replied", "replied_at": later(hours=1), "answer": "已更换筛网。"}
    return replace(case(regime=regime, **(answered | changes)), duties=duties or (LOOK, duty()))


def test_the_calm_ends_the_watch_and_begins_the_summary() -> None:
    assert effect(calm(watched(), LI, WORDS, NONE, NOW)) == {
        "events": [("calm", {"text": "两天没有新评论"})], "waived": [9], "opened": ["summary"]
    }  # fmt: skip
    assert has_calmed(watched(duty("summary")))
    assert not has_calmed(watched())


@pytest.mark.parametrize(
    ("changes", "ground", "known", "sentence"),
    [
        ({"replied_at": None, "stage": "assigned"}, WORDS, NONE, "calm.unanswered"),
        ({"replied_at": None, "stage": "assigned", "unanswerable": "没有留下联系方式"}, WORDS, NONE, None),
        ({"replied_at": later(hours=6)}, WORDS, NONE, "calm.not_looked"),  # the look was before the answer
        ({"replied_at": later(hours=5)}, WORDS, NONE, None),
        ({"stage": "withdrawn"}, WORDS, NONE, "common.closed"),
        ({"stage": "merged"}, WORDS, NONE, "common.closed"),
        ({"stage": "resolved"}, WORDS, NONE, None),
        ({}, Ground("还行"), NONE, "calm.ground"),
        ({}, Ground("已经平息了吗？"), NONE, "calm.ground"),
        ({}, Ground("", shown=True), NONE, None),
        ({}, Ground("", Heat(views=3)), NONE, None),
        ({}, WORDS, Heat(views=3), "calm.counts"),
        ({}, Ground("见图", shown=True), Heat(views=3), None),
        ({}, Ground("", Heat(views=2)), Heat(views=3), "calm.fewer"),
        ({}, Ground("", Heat(views=3)), Heat(views=3), None),
        ({}, Ground("", Heat(views=2), shown=True), Heat(views=3), None),
    ],
)
def test_what_the_calm_rests_on(changes: dict[str, Any], ground: Ground, known: Heat, sentence: str | None) -> None:
    assert refusal(lambda: calm(watched(**changes), LI, ground, known, NOW)) == sentence


@pytest.mark.parametrize(
    ("words", "denies"),
    [
        *((words, True) for words in (
            "还没有平息，评论越来越多", "评论每小时新增五百条", "没有平息", "尚未平息", "话题仍在发酵",
            "明天应该会平息下去吧", "it is not calm yet", "comments are still growing",
        )),
        *((words, False) for words in (
            "两天没有新评论", "话题没有继续发酵", "每天新增不到3条评论", "讨论已平息，热度下降",
            "事态不再扩散，评论区平静", "no new comments for two days", "it has calmed down",
        )),
    ],
)  # fmt: skip
def test_words_that_deny_the_calm_are_no_ground(words: str, denies: bool) -> None:
    found = refusal(lambda: calm(watched(), LI, Ground(words), NONE, NOW))
    assert found == ("calm.denied" if denies else None)


def test_counts_of_a_higher_tier_are_no_calm() -> None:
    one = watched(regime=COMPANY)
    assert refusal(lambda: calm(one, LI, Ground("", Heat(views=999)), NONE, NOW)) is None
    assert refusal(lambda: calm(one, LI, Ground("", Heat(views=1000)), NONE, NOW)) == "calm.hotter"
    major = watched(regime=COMPANY, tier="major")
    assert refusal(lambda: calm(major, LI, Ground("", Heat(views=1000)), NONE, NOW)) is None


def test_who_may_state_it() -> None:
    one, helped = watched(), watched(helpers=["保卫处"])
    for roles, department, matter, sentence in (
        (("office",), None, one, None),
        (("officer",), "总务处", one, "calm.own"),
        (("leader", "head"), "总务处", one, "calm.own"),
        (("chief",), "总务处", one, None),
        (("officer",), "保卫处", one, None),
        (("officer",), "保卫处", helped, "calm.own"),
        (("liaison",), "总务处", one, "calm.not_allowed"),
        (("liaison",), "保卫处", one, "common.not_yours"),
    ):
        who = Person("x", "某人", roles, department)  # type: ignore[arg-type]
        found = refusal(lambda who=who, matter=matter: calm(matter, who, WORDS, NONE, NOW))  # type: ignore[misc]
        assert found == sentence, (roles, department)


def test_where_it_is_about_the_desk_who_is_called_instead_states_it() -> None:
    only_desk = msgspec.structs.replace(SCHOOL, calm=CalmRule(by=("office", "officer")))
    one = watched(about=["person:li", "person:zhou"], regime=only_desk)
    assert refusal(lambda: calm(one, LI, WORDS, NONE, NOW)) == "concern.yourself"
    assert refusal(lambda: calm(one, person("qian"), WORDS, NONE, NOW)) is None
    assert refusal(lambda: calm(watched(regime=only_desk), person("qian"), WORDS, NONE, NOW)) == "calm.not_allowed"


def test_a_regime_may_ask_for_more_or_less() -> None:
    more = msgspec.structs.replace(SCHOOL, calm=CalmRule(by=("office",), looks=2))
    assert refusal(lambda: calm(watched(regime=more), LI, WORDS, NONE, NOW)) == "calm.not_looked"
    less = msgspec.structs.replace(SCHOOL, calm=CalmRule(by=("office",), looks=0, answered=False))
    early = watched(duty(), regime=less, replied_at=None, stage="assigned")
    assert refusal(lambda: calm(early, LI, WORDS, NONE, NOW)) is None
    assert looks_since(watched(), later(hours=5)) == 1
    assert looks_since(watched(), later(hours=6)) == 0


@pytest.mark.parametrize(
    ("owner", "may"),
    [
        ("department", {"wang", "feng", "li", "zhou", "qian", "sun", "zhao"}),
        ("desk", {"li", "zhou", "qian", "sun", "zhao"}),
        ("officer", {"li", "zhou", "qian", "sun", "zhao"}),
        ("leader", {"qian", "sun", "zhao"}),
        ("group", {"qian", "sun", "zhao"}),
        ("chief", {"zhao"}),
        ("person:wang", {"wang", "li", "zhou", "qian", "sun", "zhao"}),
    ],
)
def test_who_may_do_what_another_owes(owner: str, may: set[str]) -> None:
    ids = ("wang", "feng", "chen", "li", "zhou", "qian", "sun", "zhao")
    assert {id for id in ids if may_meet(watched(), owner, person(id))} == may
    assert not may_meet(watched(about=["person:zhao"]), owner, CHIEF)


def test_who_is_named_keeps_the_due_time_unless_it_has_passed() -> None:
    named = track(watched(), LI, WANG, NOW)
    assert effect(named) == {
        "events": [("tracker", {"who": "wang", "text": "王强"})], "waived": [9], "opened": ["track"]
    }  # fmt: skip
    assert (named.opened[0].owner, named.opened[0].due.at) == ("person:wang", later(days=3))
    late = track(watched(), LI, WANG, later(days=4))
    assert late.opened[0].due.at > later(days=4)
    assert refusal(lambda: track(watched(duty(owner="person:wang")), LI, WANG, NOW)) == "track.same"
    assert refusal(lambda: track(watched(duty("summary")), LI, WANG, NOW)) == "track.calm"
    assert refusal(lambda: track(watched(about=["person:wang"]), LI, WANG, NOW)) == "track.concerned"
    assert refusal(lambda: track(watched(regime=standard()), LI, WANG, NOW)) == "track.not_asked"
    assert refusal(lambda: track(watched(stage="withdrawn"), LI, WANG, NOW)) == "common.closed"
    assert refusal(lambda: track(watched(), WANG, WANG, NOW)) == "track.not_allowed"


def test_the_result_begins_the_watch_at_the_latest() -> None:
    nothing = (duty("reply", state="met"),)
    assert [one.kind for one in begun_by_the_result(watched(*nothing), NOW)] == ["track"]
    assert begun_by_the_result(watched(duty()), NOW) == ()
    assert begun_by_the_result(watched(duty("summary")), NOW) == ()  # it has calmed
    bureau = shipped("bureau")
    old = msgspec.structs.replace(bureau, duty=tuple(one for one in bureau.duty if one.kind != "track"))
    assert [one.kind for one in begun_by_the_result(watched(*nothing, regime=old), NOW)] == ["summary"]
    assert begun_by_the_result(watched(duty("calm"), regime=old), NOW) == ()


def test_a_watch_without_an_end_is_refused() -> None:
    def said(regime: Regime) -> list[tuple[str, str]]:
        return [(one.where, one.sentence.split(":")[0]) for one in complaints(regime)]

    assert said(SCHOOL) == []
    endless = msgspec.structs.replace(SCHOOL, calm=None)
    assert said(endless) == [(".duty[2].kind", "a track is owed until it is calm, which nobody may say")]
    nobody = msgspec.structs.replace(SCHOOL, calm=CalmRule(by=(), looks=-1))
    assert said(nobody) == [
        (".calm.by", "nobody may say that a matter has calmed"), (".calm.looks", "less than none")
    ]  # fmt: skip
    rules = list(SCHOOL.duty)
    rules[2] = msgspec.structs.replace(rules[2], met_by="followed up", period="promised")
    other = msgspec.structs.replace(SCHOOL, duty=tuple(rules))
    assert [where for where, _ in said(other)] == [".duty[2].met_by", ".duty[2].period"]
