"""The chain of a request: which steps are asked for, in which order, by whom, and that it only grows."""

import pytest
from msgspec.structs import replace

from handlers.rules.incident.approval import SignOff, approve
from handlers.rules.incident.asking import asked_again, grown, once_made, put_to_approval
from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.chain import chain_of, first_chain
from handlers.rules.incident.chain_steps import (
    ChainStep,
    GivenSignature,
    before_the_last,
    recorded,
    steps_from,
    widened,
)
from handlers.rules.incident.reached import Reached
from handlers.rules.incident.signers import all_put_to, approvers, capacity, in_place_of, may_sign, place_of
from handlers.rules.people.institution import Person
from handlers.rules.people.one_each import one_each
from handlers.rules.refusal import Refusal
from handlers.rules.regime.approval_steps import reasons, words_in
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import ApprovalStep
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request, standard

ONE = '[[approval]]\nby = ["leader", "chief"]'
BOTH = standard(**{ONE: f'{ONE}\nneeds = "all"'})
DEPENDS = standard(**{
    ONE: '[[approval]]\nof = ["教务处"]\nwords = ["涉密"]\n\n[[approval]]\nby = ["leader"]\n\n'
    '[[approval]]\nby = ["chief"]\ntiers = ["major"]\n\n[[approval]]\nby = ["office"]\nkinds = ["complaint"]'
})  # fmt: skip
HEARD = SignOff(later(minutes=1), Reached(((1, FOUND),)))


def people(*ids: str) -> list[Person]:
    return [Person(id, id, ("leader",)) for id in ids]


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ([["a", "b"], ["a"]], ["b", "a"]),  # the first gives way to who has nobody else
        ([["a", "b"], ["a", "b"]], ["a", "b"]),
        ([["a"], ["a"]], ["a", None]),
        ([["a", "b"], ["b", "c"], ["b"]], ["a", "c", "b"]),
        ([[], ["a"]], [None, "a"]),
        ([], []),
    ],
)
def test_nobody_gives_two_signatures(choices: list[list[str]], found: list[str | None]) -> None:
    assert [one and one.id for one in one_each([people(*ids) for ids in choices])] == found


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (ApprovalStep(("leader",)), ()),
        (ApprovalStep(("leader",), tiers=("major",)), ("tier:major",)),
        (ApprovalStep(("leader",), tiers=("critical",)), None),
        (ApprovalStep(("leader",), kinds=("complaint",)), ("kind:complaint",)),
        (ApprovalStep(("leader",), kinds=("surge",)), None),
        (ApprovalStep(("leader",), words=("涉密",)), ("word:涉密",)),
        (ApprovalStep(("leader",), words=("军工",)), None),
        (ApprovalStep(("leader",), tiers=("major",), words=("军工",)), None),  # all that is given has to hold
        (ApprovalStep(("leader",), tiers=("major",), kinds=("complaint",)), ("tier:major", "kind:complaint")),
    ],
)
def test_what_a_step_depends_on(step: ApprovalStep, why: tuple[str, ...] | None) -> None:
    assert reasons(step, "major", "complaint", ("普通帖子", "稿中涉密")) == why


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("此件涉 密", ["涉密"]), ("涉\u200b密", ["涉密"]), ("涉，密", []), ("top SECRET", ["secret"]),
        ("the secretary", []), ("ｓｅｃｒｅｔ", ["secret"]), ("", []),
    ],
)  # fmt: skip
def test_a_word_is_found_in_any_spelling_and_an_english_one_as_a_word(text: str, found: list[str]) -> None:
    assert [*words_in(("涉密", "secret"), (text,))] == found


def test_steps_are_added_where_the_regime_has_them() -> None:
    a, b, c, chief = (ChainStep(id) for id in ("0", "1", "2", "chief"))
    mine = ChainStep("added 1")
    assert widened((a, c), (a, b, c)) == (a, b, c)
    assert widened((mine, c, chief), (a, b)) == (mine, a, b, c, chief)
    assert widened((a, chief), (c,)) == (a, c, chief)
    assert widened((a, b), ()) == (a, b)  # nothing is taken off
    assert before_the_last((a, b, chief), mine) == (a, mine, b, chief)
    assert before_the_last((a,), mine) == (mine, a)


def test_a_step_is_done_when_each_place_is_filled() -> None:
    step = ChainStep("0", by=("leader", "chief"), needs="all")
    assert step.places == (("role:leader",), ("role:chief",))
    half = replace_given(step, GivenSignature(1, "zhao"))
    assert (half.open_places, half.done) == ((0,), False)
    assert replace_given(step, GivenSignature(1), GivenSignature(0)).done
    assert ChainStep("0", by=("leader", "chief"), of=("x",)).places == (("role:leader", "role:chief", "office:x"),)
    assert steps_from(recorded((half,))) == (half,)


def replace_given(step: ChainStep, *given: GivenSignature) -> ChainStep:
    return ChainStep(step.id, by=step.by, needs=step.needs, given=given)


def asked(regime: Regime, text: str = "已送检。", by: str = "wang", **changes: object) -> tuple[Case, Row]:
    one = case((), (draft(1, text),), regime, **changes)
    new, _ = put_to_approval(one, "reply", person(by), text, {"edition": 1})
    row = request(1, subject=dict(new.subject), asked_by=by)
    return replace(one, requests=(row,)), row


def test_each_of_several_is_asked() -> None:
    one, waits = asked(BOTH)
    assert [p.id for p in all_put_to(one, waits)] == ["qian", "zhao"]
    assert [p.id for p in may_sign(one, waits)] == ["qian", "zhao", "sun"]
    assert waits.subject["asked"] == ["qian", "zhao"]
    assert [place_of(one, waits, person(id)) for id in ("qian", "zhao", "sun")] == [0, 1, 0]
    assert [capacity(one, waits, person(id)) for id in ("qian", "zhao", "sun")] == ["asked", "asked", "on behalf"]
    assert in_place_of(one, waits, person("sun")) == "qian"


def test_one_after_the_other_in_any_order() -> None:
    one, waits = asked(BOTH)
    first = approve(one, waits, person("zhao"), HEARD, FOUND)
    assert first.changes == {"holder": "approver:qian"}
    assert [(change.state, change.step) for change in first.decided] == [(None, 0)]
    assert first.events[0].data["place"] == "role:chief"
    after = once_made(one, first)
    (row,) = after.requests
    assert [p.id for p in may_sign(after, row)] == ["qian", "sun"]
    last = approve(after, row, person("sun"), HEARD, FOUND)
    assert last.decided[0].state == "approved"
    (step,) = steps_from(last.decided[0].subject["chain"])  # type: ignore[index]
    assert [(given.place, given.by, given.giver) for given in step.given] == [(1, "zhao", None), (0, "sun", "qian")]


@pytest.mark.parametrize("giver", ["qian", "zhao"])
def test_who_signed_signs_no_other_place_as_deputy(giver: str) -> None:
    other = {"qian": "zhao", "zhao": "qian"}[giver]
    row = Row({"giver": other, "taker": giver, "why": "authority", "since": FOUND, "until": later(days=1)})
    one, waits = asked(BOTH)
    one = replace(one, delegations=(row,))
    after = once_made(one, approve(one, waits, person(giver), HEARD, FOUND))
    with pytest.raises(Refusal, match=r"approve.signed_already"):
        approve(after, after.requests[0], person(giver), HEARD, FOUND)


def test_who_stands_in_gives_the_signature_of_whom_they_stand_in_for() -> None:
    """A leader who acts for the chief signs as the chief, and leaves the leaders' signature to who was asked for it."""
    row = Row({"giver": "zhao", "taker": "sun", "why": "authority", "since": FOUND, "until": later(days=1)})
    one, waits = asked(BOTH)
    one = replace(one, delegations=(row,))
    assert (place_of(one, waits, person("sun")), capacity(one, waits, person("sun"))) == (1, "delegate")
    assert in_place_of(one, waits, person("sun")) == "zhao"


def test_who_could_give_either_leaves_the_one_that_only_they_could_give() -> None:
    """Two leaders and no other office: who is both gives the office's signature, as the other cannot."""
    regime = standard(**{ONE: '[[approval]]\nby = ["leader", "office"]\nneeds = "all"'})
    one, waits = asked(regime)
    both = replace(person("li"), roles=("office", "leader"))
    people = tuple(both if one.id == "li" else one for one in INSTITUTION.people if one.id != "sun")
    one = replace(one, institution=replace(INSTITUTION, people=people))
    assert place_of(one, waits, both) == 1
    away = replace(one, incident=Row({**one.incident.values, "holder": "desk"}))  # type: ignore[attr-defined]
    assert [p.id for p in all_put_to(away, waits)] == ["qian", "li"]


def test_nobody_signs_in_the_place_of_who_drafted_it_or_signed_before() -> None:
    row = Row({"giver": "qian", "taker": "li", "why": "authority", "since": FOUND, "until": later(days=1)})
    own, waits = asked(standard(), by="qian")
    assert "li" not in [p.id for p in may_sign(replace(own, delegations=(row,)), waits)]
    twice = standard(**{ONE: f"{ONE}\n\n{ONE}"})
    one, waits = asked(twice)
    after = once_made(one, approve(one, waits, person("qian"), HEARD, FOUND))
    assert [p.id for p in may_sign(replace(after, delegations=(row,)), after.requests[0])] == ["sun", "zhao"]


def test_the_drafters_own_place_is_given_by_others() -> None:
    one, waits = asked(BOTH, by="qian")
    assert [p.id for p in all_put_to(one, waits)] == ["sun", "zhao"]
    chief, row = asked(BOTH, by="zhao")
    found = [p.id for p in all_put_to(chief, row)]
    assert found[0] == "qian"
    assert found[1] == "sun"  # the chief wrote it: another leader signs in the chief's place
    assert len({*found}) == 2


def test_whom_it_is_about_is_not_asked() -> None:
    one, waits = asked(BOTH, about=["person:qian"])
    assert [p.id for p in all_put_to(one, waits)] == ["sun", "zhao"]


def test_the_chain_is_that_of_tier_kind_and_words() -> None:
    def ids(text: str = "已送检。", **changes: object) -> list[str]:
        return [step.id for step in first_chain(case((), (), DEPENDS, **changes), "reply", text)]

    assert ids() == ["1"]
    assert ids("涉密") == ["0", "1"]
    assert ids(text="已送检。", title="涉密文件") == ["0", "1"]
    assert ids(tier="major", kind="complaint") == ["1", "2", "3"]
    assert [p.id for p in approvers(case((), (), DEPENDS), "withdrawal", 0, "zhou")] == ["qian", "sun"]
    assert [p.id for p in approvers(case((), (), DEPENDS, tier="major"), "withdrawal", 0, "zhou")] == ["zhao"]


def test_it_grows_with_a_change_and_stays_grown() -> None:
    one, waits = asked(DEPENDS)
    risen = grown(one, Decision(events=(AuditEvent("tier"),), changes={"tier": "major"}))
    assert [event.kind for event in risen.events] == ["tier", "signature added"]
    assert risen.changes == {"tier": "major", "holder": "approver:qian"}
    after = once_made(one, risen)
    lower = replace(after, incident=Row({**one.incident.values, "tier": "general"}))  # type: ignore[attr-defined]
    assert [step.id for step in chain_of(lower, lower.requests[0])] == ["1", "2"]
    assert grown(lower, Decision(events=(), changes={"kind": "surge"})) == Decision(
        events=(), changes={"kind": "surge"}
    )
    ended = replace(one, requests=(Row({**waits.values, "state": "approved"}),))
    assert grown(ended, Decision(events=(), changes={"tier": "major"})).decided == ()


def test_a_request_of_an_earlier_version_is_signed_as_it_was() -> None:
    two = standard(**{ONE: '[[approval]]\nby = ["head"]\n\n[[approval]]\nby = ["office"]'})
    old = request(1, step=1, subject={"edition": 1, "signed": ["feng"]})
    one = case((old,), (draft(),), two)
    assert [step.done for step in chain_of(one, old)] == [True, False]
    assert [p.id for p in may_sign(one, old)] == ["li"]
    last = approve(one, old, person("li"), HEARD, FOUND)
    assert (last.decided[0].state, last.decided[0].step) == ("approved", 1)
    assert last.decided[0].subject["signed"] == ["feng", "li"]  # type: ignore[index]


def test_who_is_asked_at_once_is_kept_right() -> None:
    one, waits = asked(BOTH)
    assert asked_again(one) == ()
    given = Row({"giver": "zhao", "taker": "li", "why": "authority", "since": FOUND, "until": later(days=1)})
    (change,) = asked_again(replace(one, delegations=(given,)))
    assert change.subject
    assert change.subject["asked"] == ["qian", "li"]
    assert (change.id, change.state) == (waits.id, None)
