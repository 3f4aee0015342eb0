"""Who may act on a matter that is about somebody: through whom, who is called instead, what undo may strike."""

from functools import partial
from itertools import product

import pytest
from msgspec.structs import replace

from handlers.rules.incident.case import Case
from handlers.rules.incident.permissions import PERMISSIONS, may_ever, may_ever_as, permit, permit_undo, relations
from handlers.rules.people.institution import ROLES, Person
from tests.support.cases import Row, case, person
from tests.support.decided import refusal
from tests.support.each import for_each

EVERYBODY_AT_THE_DESK = ["person:li", "person:zhou"]


def acting(giver: str, taker: str, **changes: object) -> Case:
    return replace(case(**changes), delegations=(Row({"giver": giver, "taker": taker}),))


def told(one: Case, who: str, utterance: str) -> str | None:
    return refusal(lambda: permit(one, person(who), utterance))


@pytest.mark.parametrize(
    ("one", "who", "expected"),
    [
        (case(), "wang", {"department"}),
        (case(), "feng", {"department", "head"}),
        (case(helpers=["保卫处"]), "chu", {"helper"}),
        (case(helpers=["保卫处"]), "wei", set()),
        (case(), "zhou", {"forwarder"}),
        (case(forwarded_by="wang"), "wang", {"department", "forwarder"}),
        (case(department=None), "li", set()),
        (acting("wang", "wu"), "wu", {"department"}),
        (acting("feng", "wu"), "wu", {"department", "head"}),
        (acting("chu", "wu", helpers=["保卫处"]), "wu", {"helper"}),
        (acting("qian", "wu"), "wu", set()),
        (acting("zhou", "wu"), "wu", set()),  # who forwarded it is one person
    ],
)
def test_the_relations_of_a_person(one: Case, who: str, expected: set[str]) -> None:
    assert relations(one, person(who)) == expected


def test_only_those_to_keep_count() -> None:
    one = acting("wang", "wu")
    assert relations(one, person("wu"), lambda kept: kept.id != "wang") == frozenset()
    assert relations(case(), person("zhou"), lambda _: False) == frozenset()


@for_each(
    ("about", "who", "utterance", "sentence"),
    [
        (["person:wang"], "wang", "acknowledge", "concern.yourself"),
        (["person:wang"], "feng", "acknowledge", None),
        (["person:wang"], "wang", "follow_up", None),
        (["person:wang"], "wang", "note", None),
        (["maybe:wang"], "wang", "reply", "concern.yourself"),
        (["person:feng"], "wang", "reply", None),  # answers to him: drafts, but decides nothing
        (["person:feng"], "wang", "resolve", "concern.superior"),
        (["person:feng"], "wang", "verify", "concern.superior"),
        (["person:feng"], "zhou", "resolve", None),
        (["person:zhao"], "li", "resolve", None),  # everybody answers to the chief
        (["person:qian"], "wang", "reply", None),
        (["person:qian"], "wang", "resolve", "concern.superior"),
        (["person:qian"], "sun", "assign", None),
        (["person:qian"], "feng", "assign", "concern.superior"),
        ([], "wang", "resolve", None),
        (EVERYBODY_AT_THE_DESK, "li", "resolve", "concern.yourself"),
        (EVERYBODY_AT_THE_DESK, "qian", "resolve", None),
        (EVERYBODY_AT_THE_DESK, "zhao", "resolve", "resolve.not_yours"),
        (EVERYBODY_AT_THE_DESK, "qian", "withdraw", None),
        ([], "qian", "resolve", "resolve.not_yours"),
        (["person:wu"], "qian", "resolve", "resolve.not_yours"),
        (EVERYBODY_AT_THE_DESK, "wu", "resolve", "resolve.not_yours"),
        (EVERYBODY_AT_THE_DESK, "qian", "acknowledge", "acknowledge.not_yours"),
    ],
)
def test_who_may_although_it_is_about_somebody(
    about: list[str], who: str, utterance: str, sentence: str | None
) -> None:
    assert told(case(about=about), who, utterance) == sentence


def test_nobody_acts_for_somebody_whom_it_is_about() -> None:
    one = acting("wang", "wu", about=["person:wang"])
    assert told(one, "wu", "reply") == "concern.yourself"
    assert told(acting("wang", "wu", about=["person:chen"]), "wu", "reply") is None
    assert told(acting("wang", "wu", about=["person:feng"]), "wu", "resolve") == "concern.superior"
    assert told(one, "wu", "follow_up") is None


@pytest.mark.parametrize("kind", ["opened", "joined", "concern"])
def test_nobody_strikes_by_undoing_what_is_about_them(kind: str) -> None:
    one = case(about=["person:wang"])
    assert refusal(lambda: permit_undo(one, person("wang"), ["tier", kind])) == "concern.yourself"
    assert refusal(lambda: permit_undo(one, person("wang"), ["followed up"])) is None
    assert refusal(lambda: permit_undo(one, person("zhou"), [kind])) is None
    assert refusal(lambda: permit_undo(case(), person("wang"), [kind])) is None


@pytest.mark.parametrize(
    ("roles", "department", "may", "may_not"),
    [
        (("liaison",), True, {"acknowledge", "form", "undo", "help"}, {"assign", "merge", "approve", "withdraw"}),
        (("liaison",), False, {"undo", "help"}, {"acknowledge", "form"}),
        (("head",), True, {"acknowledge", "assign", "approve", "delegate"}, {"merge", "withdraw"}),
        (("head",), False, {"approve", "delegate"}, {"assign", "acknowledge"}),
        (("officer",), False, {"assign", "merge", "withdraw"}, {"approve", "instruct", "delegate", "transfer"}),
        (("office",), False, {"approve", "instruct", "withdraw", "transfer", "delegate"}, {"acknowledge"}),
        (("leader",), False, {"approve", "instruct", "transfer"}, {"withdraw", "acknowledge"}),
        (("chief",), False, {"approve", "instruct", "transfer"}, {"withdraw", "acknowledge"}),
    ],
)
def test_what_the_help_shows_by_role(
    roles: tuple[str, ...], department: bool, may: set[str], may_not: set[str]
) -> None:
    assert {one for one in may if not may_ever_as(roles, one, has_department=department)} == set()
    assert {one for one in may_not if may_ever_as(roles, one, has_department=department)} == set()


def test_a_persons_help_is_that_of_their_roles() -> None:
    assert may_ever(person("wang"), "acknowledge")
    assert not may_ever(person("wang"), "assign")
    assert may_ever(person("feng"), "assign")
    assert not may_ever(person("li"), "acknowledge")


DECIDES = {
    "resolve", "unanswerable", "assign", "lead", "instruct", "verify", "transfer", "merge", "unite", "withdraw",
    "team", "spokesman", "response_level", "confer", "minutes",
    "action", "issue", "lapse", "call_back", "uncosign", "track", "calm", "propose",
    "positive", "take_over", "give_back",
}  # fmt: skip
BOSSES = {
    "wang": "person:feng", "feng": "person:qian", "qian": "person:zhao", "zhou": "person:zhao", "chu": "person:qian"
}  # fmt: skip


def test_nobody_decides_on_somebody_above_them() -> None:
    """Where it decides, people who answer to whom the matter is about are refused; elsewhere they may as always."""
    plain = {"helpers": ["保卫处"], "forwarded_by": "wang"}
    for utterance, (who, boss) in product(PERMISSIONS, BOSSES.items()):
        if told(case(**plain), who, utterance) is None and (who, boss) != ("zhou", "person:zhao"):
            expected = "concern.superior" if utterance in DECIDES else None
            assert told(case(**plain, about=[boss]), who, utterance) == expected, (who, utterance)


REFUSED = {
    "acknowledge": "acknowledge.not_yours", "bounce": "bounce.not_yours", "reply": "reply.not_yours",
    "publish": "publish.not_yours", "resolve": "resolve.not_yours", "unanswerable": "unanswerable.not_yours",
    "extend": "extend.not_yours", "assign": "assign.not_allowed", "lead": "assign.not_allowed",
    "instruct": "instruct.not_allowed", "concern": "concern.not_allowed", "transfer": "transfer.not_allowed",
    "merge": "merge.not_allowed", "unite": "merge.not_allowed", "withdraw": "withdraw.not_allowed",
    "reopen": "reopen.not_allowed", "delegate": "delegate.not_allowed", "approve": "approve.role",
    "undo": "undo.nothing", "part": "part.not_yours", "track": "track.not_allowed", "propose": "propose.not_allowed",
    "key_period": "key_period.not_allowed", "origin": "origin.not_allowed",
    "positive": "positive.not_allowed",
    "hand_up": "unit.not_its_own", "take_over": "unit.office_only", "give_back": "unit.office_only",
    "hand_down": "hand_down.not_allowed", "superior_approval": "superior_approval.not_allowed",
    "call_back": "call_back.not_allowed",
    "lapse": "lapse.not_allowed", "link": "link.not_allowed",
    "team": "team.not_allowed", "spokesman": "team.not_allowed", "response_level": "response_level.not_allowed",
    "confer": "confer.not_allowed", "minutes": "confer.not_allowed",
    "expert": "expert.not_allowed",
    "action": "action.not_allowed", "issue": "issue.not_allowed",
    "plan": "plan.not_yours", "cosign": "cosign.not_allowed", "uncosign": "cosign.leaders_only",
    "failures": "failures.not_allowed", "resend": "failures.not_allowed", "retry": "failures.not_allowed",
}  # fmt: skip


def test_who_may_not_is_told_why() -> None:
    nobody, one = Person("x", "某人", (), None), case()
    found = {utterance: refusal(partial(permit, one, nobody, utterance)) for utterance in PERMISSIONS}
    assert found == {utterance: REFUSED.get(utterance, "common.not_yours") for utterance in PERMISSIONS}


HELPERS_TOO = {"contact", "follow_up", "part", "collect", "form", "archive"}


def test_what_a_helper_may() -> None:
    helps, does_not = case(helpers=["保卫处"]), case()
    guard = Person("x", "某人", (), "保卫处")
    assert {one for one in PERMISSIONS if refusal(partial(permit, does_not, guard, one)) is None} == set()
    assert {one for one in PERMISSIONS if refusal(partial(permit, helps, guard, one)) is None} == HELPERS_TOO
    assert {one for one in HELPERS_TOO if may_ever_as((), one, has_department=True)} == HELPERS_TOO
    assert {one for one in HELPERS_TOO if may_ever_as((), one, has_department=False)} == set()


def test_who_signs_by_role() -> None:
    for role in ROLES:
        assert may_ever_as((role,), "approve", has_department=False) == (role in ("head", "leader", "chief", "office"))
        assert may_ever_as((role,), "delegate", has_department=False) == (role in ("head", "leader", "chief", "office"))
        assert may_ever_as((role,), "withdraw", has_department=False) == (role in ("office", "officer"))
