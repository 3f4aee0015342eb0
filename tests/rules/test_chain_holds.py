"""Whatever is said in whatever order: an approved text has every signature that was ever asked of it, each once."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.rules.incident.approval import SignOff, approve, reject
from handlers.rules.incident.asking import once_made, put_to_approval
from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.chain import asked_of, chain_of
from handlers.rules.incident.chain_steps import steps_from
from handlers.rules.incident.cosigning import cosign
from handlers.rules.incident.escalation import raised
from handlers.rules.incident.reached import Reached
from handlers.rules.refusal import Refusal
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request, standard
from tests.support.thinned import drawn

ONE = '[[approval]]\nby = ["leader", "chief"]'
REGIME = standard(**{
    ONE: '[[approval]]\nof = ["教务处"]\nwords = ["涉密"]\n\n[[approval]]\nby = ["leader", "chief"]\nneeds = "all"\n\n'
    '[[approval]]\nby = ["office", "head"]\ntiers = ["major", "critical"]\n\n'
    '[[approval]]\nby = ["leader", "chief", "office"]\nkinds = ["complaint"]'
})  # fmt: skip
HEARD = SignOff(later(minutes=1), Reached(((1, FOUND),), pressed=1))
PEOPLE = tuple(one.id for one in INSTITUTION.people)
TEXTS = ("已送检。", "涉密部分不便公开。")
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("yes"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("tier"), st.sampled_from(("major", "critical"))),
        st.tuples(st.just("kind"), st.sampled_from(("complaint", "request", "surge"))),
        st.tuples(st.just("cosign"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("delegate"), st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))),
        st.tuples(st.just("about"), st.sampled_from(("person:qian", "person:li", "department:教务处"))),
    ),
    max_size=14,
)


def decided(one: Case, move: str, what: Any) -> Decision:
    (waits,) = one.requests
    if move == "yes":
        return approve(one, waits, person(what), HEARD, FOUND)
    if move == "tier":
        return raised(one, what, FOUND, AuditEvent("escalated"))
    if move == "kind":
        return raised(one, one.incident.tier, FOUND, AuditEvent("kind"), {"kind": what})
    return cosign(one, person("li"), [person(what)], [])


def played(one: Case, move: str, what: Any) -> Case:
    """Return the matter after a move; as it was where the rules refuse it."""
    if move == "delegate":
        row = Row({"giver": what[0], "taker": what[1], "why": "authority", "since": FOUND, "until": later(days=1)})
        return replace(one, delegations=(*one.delegations, row))
    if move == "about":
        return replace(one, incident=Row({**_values(one), "about": [what]}))
    try:
        return once_made(one, decided(one, move, what))
    except Refusal:
        return one


def _values(one: Case) -> dict[str, Any]:
    names = case().incident.values  # type: ignore[attr-defined]
    return {name: getattr(one.incident, name) for name in names}


@settings(max_examples=drawn(40), deadline=None)
@given(st.sampled_from(("wang", "qian", "zhao", "li")), st.sampled_from(TEXTS), MOVES)
def test_every_signature_is_there_once(by: str, text: str, moves: list[tuple[str, Any]]) -> None:
    bare = case((), (draft(1, text),), REGIME)
    new, _ = put_to_approval(bare, "reply", person(by), text, {"edition": 1})
    one = replace(bare, requests=(request(1, subject=dict(new.subject), asked_by=by),))
    asked = {step.id for step in steps_from(new.subject["chain"])}
    for move, what in moves:
        one = played(one, move, what)
        (waits,) = one.requests
        steps = chain_of(one, waits)
        assert asked <= {step.id for step in steps}  # nothing is taken off
        asked |= {step.id for step in steps}
        given = [signature.by for step in steps for signature in step.given]
        assert by not in given
        assert len({*given}) == len(given)
        if waits.state != "pending":
            assert all(step.done for step in steps)
            assert {step.id for step in asked_of(REGIME, one.incident.tier, one.incident.kind, (text,))} <= asked
            return


def test_a_refusal_by_any_signer_ends_it() -> None:
    bare = case((), (draft(1),), REGIME)
    new, _ = put_to_approval(bare, "reply", person("wang"), "已送检。", {"edition": 1})
    one = replace(bare, requests=(request(1, subject=dict(new.subject)),))
    half = once_made(one, approve(one, one.requests[0], person("qian"), HEARD, FOUND))
    ended = reject(half, half.requests[0], person("zhao"), HEARD)
    assert [(change.id, change.state) for change in ended.decided] == [(1, "rejected")]
