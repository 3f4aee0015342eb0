"""The permitted moves: what each changes and refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers.rules.incident import lifecycle as moves
from handlers.rules.incident import resolving
from handlers.rules.incident.case import OPEN_STAGES, Case, Decision
from handlers.rules.incident.escalation import transfer
from handlers.rules.incident.ownership import reopened
from handlers.rules.incident.publication import OnRecord, Proof
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request, standard

WANG = person("wang")
PROOF = Proof(("https://a.cn/1",))
APPROVED = {"requests": (request(state="approved"),), "drafts": (draft(),)}
RESULT = resolving.Evidence(urls=("https://a.cn/1",))
SECURITY = INSTITUTION.department("保卫处")


def refused(call: object, *values: object) -> str:
    with pytest.raises(Refusal) as refusal:
        call(*values)  # type: ignore[operator]
    return refusal.value.sentence


CALLS = {
    "acknowledge": lambda one, actor: moves.acknowledge(one, actor, FOUND),
    "assign": lambda one, actor: moves.assign(one, actor, SECURITY, FOUND),
    "draft": lambda one, actor: moves.draft(one, actor, "好", FOUND),
    "publish": lambda one, actor: moves.publish(one, actor, PROOF, OnRecord(), (), FOUND),
    "resolve": lambda one, actor: resolving.resolve(one, actor, "remedied", "整改：更换筛网", RESULT, FOUND),
    "extend": lambda one, actor: moves.ask_extension(one, actor, parse("1d"), "等", FOUND),
}


@pytest.mark.parametrize("move", CALLS)
def test_nothing_moves_once_it_is_closed(move: str) -> None:
    assert "resolved" not in OPEN_STAGES
    closed = case(**APPROVED, stage="resolved", resolved_at=FOUND)
    assert refused(CALLS[move], closed, person("li" if move == "assign" else "wang")) == "common.closed"


@pytest.mark.parametrize("move", [name for name in CALLS if name != "assign"])
def test_another_department_may_not(move: str) -> None:
    assert refused(CALLS[move], case(**APPROVED), person("chen")).endswith("not_yours")


@pytest.mark.parametrize("move", ["draft", "publish", "resolve", "extend"])
@pytest.mark.parametrize("actor", ["wang", "feng", "zhou", "li"])
def test_the_department_and_the_desk_may(move: str, actor: str) -> None:
    assert CALLS[move](case(**APPROVED), person(actor)).events


def test_acknowledging() -> None:
    decision = moves.acknowledge(case(), WANG, FOUND)
    assert decision.changes == {"stage": "acknowledged", "acknowledged_at": FOUND}
    assert decision.met == (1,)


@pytest.mark.parametrize(
    ("event", "call"),
    [
        ("acknowledged", lambda one: moves.acknowledge(one, WANG, FOUND)),
        ("resolved", lambda one: resolving.resolve(one, WANG, None, "已更换筛网", resolving.Evidence(), FOUND)),
        ("published", lambda one: moves.publish(one, WANG, PROOF, OnRecord(), (), FOUND)),
        ("assigned", lambda one: moves.assign(one, person("li"), SECURITY, FOUND)),
    ],
)
def test_an_event_begins_what_the_regime_counts_from_it(event: str, call: Callable[[Case], Decision]) -> None:
    """A regime of one's own may count from any of these; the shipped ones do from some."""
    follow_up = f"""[[duty]]
kind = "follow-up"
period = "2h"
starts = "{event}"
owner = "department"
met_by = "followed up"

[tier.major]"""
    answered = {"replied_at": FOUND, "answer": "已更换筛网。"} if event == "resolved" else {}
    one = case(**APPROVED, regime=standard(**{"[tier.major]": follow_up}), **answered)
    begun = [duty for duty in call(one).opened if duty.kind == "follow-up"]
    assert [duty.due.at - FOUND for duty in begun] == [timedelta(hours=2)]


def test_reopening_begins_the_next_cycle_and_says_so() -> None:
    closed = case(stage="resolved", resolved_at=FOUND, replied_at=FOUND, answer="已更换筛网。", outcome="answered")
    decision = reopened(closed, "又出现了", later(days=9))
    assert [(event.kind, event.data) for event in decision.events] == [("reopened", {"cycle": 2, "reason": "又出现了"})]
    assert {name: decision.changes[name] for name in ("cycle", "cycle_at", "stage", "replied_at")} == {
        "cycle": 2, "cycle_at": later(days=9), "stage": "assigned", "replied_at": None
    }  # fmt: skip
    assert {duty.kind for duty in decision.opened} == {"acknowledge", "reply", "resolve"}


def test_acknowledging_twice_or_nobodys() -> None:
    assert refused(moves.acknowledge, case(acknowledged_at=FOUND), WANG, FOUND) == "acknowledge.already"
    assert refused(moves.acknowledge, case(department=None), WANG, FOUND) == "acknowledge.unassigned"


def test_a_draft_of_the_department_acknowledges_one_of_the_desk_does_not() -> None:
    own = moves.draft(case(), WANG, "好", FOUND)
    assert (own.met, own.changes["stage"], own.changes["holder"]) == ((1,), "acknowledged", "approver:qian")
    desk = moves.draft(case(), person("zhou"), "好", FOUND)
    assert (desk.met, desk.changes["stage"]) == ((), "assigned")


def test_drafting_after_publication_does_not_go_back() -> None:
    again = moves.draft(case(**APPROVED, stage="replied", replied_at=FOUND), WANG, "补充", FOUND)
    assert again.changes["stage"] == "replied"


def test_a_newer_draft_overtakes_the_older() -> None:
    decision = moves.draft(case((request(1),), (draft(1),)), WANG, "新", FOUND)
    assert decision.events[-1].data == {"edition": 2, "text": "新"}
    assert [(change.id, change.state) for change in decision.decided] == [(1, "superseded")]
    assert decision.requested
    assert decision.requested.subject["edition"] == 2


def test_only_the_latest_draft_as_approved_is_published() -> None:
    assert refused(moves.publish, case(), WANG, PROOF, OnRecord(), (), FOUND) == "publish.not_approved"
    pending = case((request(),), (draft(),))
    assert refused(moves.publish, pending, WANG, PROOF, OnRecord(), (), FOUND) == "publish.not_approved"
    newer = case((request(1, state="approved"), request(2)), (draft(1), draft(2)))
    assert refused(moves.publish, newer, WANG, PROOF, OnRecord(), (), FOUND) == "publish.not_approved"
    assert refused(moves.publish, case(**APPROVED), WANG, Proof(), OnRecord(), (), FOUND) == "publish.no_proof"
    decision = moves.publish(case(**APPROVED), WANG, PROOF, OnRecord(), (), FOUND)
    assert (decision.changes["answer"], decision.changes["stage"], decision.met) == ("已送检。", "replied", (2,))


def test_assigning_starts_the_acknowledgement_anew() -> None:
    decision = moves.assign(case((request(),), (draft(),)), person("li"), SECURITY, later(hours=1))
    assert (decision.waived, [duty.kind for duty in decision.opened]) == ((1,), ["acknowledge"])
    assert decision.opened[0].started_at == later(hours=1)
    assert [change.state for change in decision.decided] == ["superseded"]
    assert decision.changes["acknowledged_at"] is None


def test_a_head_who_passes_it_on_returns_it() -> None:
    decision = moves.assign(case(), person("feng"), SECURITY, FOUND)
    (returned,) = decision.changes["bounces"]
    assert returned == {"department": "总务处", "by": "feng", "reason": "→ 保卫处", "at": FOUND.isoformat()}
    again = case(bounces=[returned], department="保卫处")
    assert refused(moves.assign, again, person("chu"), INSTITUTION.department("教务处"), FOUND) == "assign.passed_on"
    assert "bounces" not in moves.assign(case(), person("li"), SECURITY, FOUND).changes


@pytest.mark.parametrize(("hours", "sentence"), [(85, None), (86, "extend.too_late"), (90, "extend.too_late")])
def test_an_extension_is_asked_for_before_it_runs_out(hours: int, sentence: str | None) -> None:
    """Due Thursday 24:00, 85 hours and 55 minutes after the find."""
    arguments = (case(), WANG, parse("1d"), "等", later(hours=hours))
    if sentence:
        assert refused(moves.ask_extension, *arguments) == sentence
    else:
        assert moves.ask_extension(*arguments).requested


def test_at_the_due_moment_it_is_too_late() -> None:
    due = case().open_duty("resolve")
    assert due
    assert refused(moves.ask_extension, case(), WANG, parse("1d"), "等", due.due_at) == "extend.too_late"


def test_an_extension_needs_a_reason_a_duty_and_no_other_pending() -> None:
    assert refused(moves.ask_extension, case(), WANG, parse("1d"), "", FOUND) == "extend.reason"
    pending = case((request(kind="extension"),))
    assert refused(moves.ask_extension, pending, WANG, parse("1d"), "等", FOUND) == "extend.pending"
    assert refused(moves.ask_extension, case(), WANG, parse("5d"), "等", FOUND) == "extend.limit"


def test_rules_write_nothing() -> None:
    one = case(**APPROVED)
    before = dict(one.incident.values)  # type: ignore[attr-defined]
    moves.publish(one, WANG, PROOF, OnRecord(), (), FOUND)
    assert one.incident.values == before  # type: ignore[attr-defined]


def test_a_transfer_ends_what_the_institution_owed_itself_and_leaves_the_answer_owed() -> None:
    kinds = ("acknowledge", "assign", "verify", "instruct", "reply", "resolve", "report")
    duties = [Row({"id": n, "kind": kind, "state": "open", "due_at": FOUND}) for n, kind in enumerate(kinds, 1)]
    one = replace(case((request(7),), helpers=["保卫处"]), duties=duties)
    decision = transfer(one, person("li"), "区教育局", "归区里管")
    assert decision.waived == (1, 2, 3, 4)
    assert [(change.id, change.state) for change in decision.decided] == [(7, "superseded")]
    assert decision.changes == {
        "department": None, "outside": "区教育局", "helpers": [], "holder": "outside:区教育局", "stage": "unassigned"
    }  # fmt: skip
    assert transfer(case(stage="replied"), person("li"), "区教育局", "归区里管").changes["stage"] == "replied"
    told = {"to": "区教育局", "reason": "归区里管", "from": "总务处"}
    assert [(event.kind, event.data) for event in decision.events] == [("transferred", told)]
    for nobody in ("", "很" * 41):
        assert refused(transfer, one, person("li"), nobody, "归区里管") == "transfer.whom"
