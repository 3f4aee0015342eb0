"""Everything that each decision records, changes, meets, begins and asks for; nothing besides."""

from collections.abc import Callable
from typing import Any

from handlers.rules.incident import (
    conflict,
    escalation,
    instructing,
    lifecycle,
    merging,
    notes,
    ownership,
    reporting,
    resolving,
)
from handlers.rules.incident.case import Decision
from handlers.rules.incident.publication import OnRecord, Proof
from handlers.rules.people.institution import Department
from handlers.rules.regime.tiers import Heat
from handlers.rules.time.periods import parse
from tests.support.cases import FOUND, INSTITUTION, case, draft, later, person, request
from tests.support.decided import effect
from tests.support.each import for_each

LI, WANG, ZHOU, FENG = (person(id) for id in ("li", "wang", "zhou", "feng"))
NOON = later(hours=2)
ACKNOWLEDGE, REPLY, RESOLVE = 1, 2, 3
"""The ids of the duties of a new matter."""


def department(name: str) -> Department:
    found = INSTITUTION.department(name)
    assert found
    return found


SECURITY, FINANCE = department("保卫处"), department("财务处")
APPROVED = {"requests": (request(state="approved"),), "drafts": (draft(),)}
BOUNCED = {"department": "总务处", "by": "wang", "reason": "不归我们", "at": NOON.isoformat()}
EXTENSION = {
    "duties": [RESOLVE],
    "kind": "resolve",
    "period": "1d",
    "reason": "等报告",
    "until": "2026-11-27T16:00:00+00:00",
}
REMEDY = {"result": "整改：更换筛网", "proof": ["https://a.cn/2"], "files": [3]}
HANDED = {
    "department": "保卫处", "stage": "assigned", "holder": "department:保卫处", "acknowledged_at": None,
    "outside": None, "helpers": ["财务处"],
}  # fmt: skip
MOVES: list[tuple[str, Callable[[], Decision], dict[str, Any]]] = [
    (
        "acknowledge",
        lambda: lifecycle.acknowledge(case(), WANG, NOON),
        {
            "events": [("acknowledged", {})],
            "changes": {"stage": "acknowledged", "acknowledged_at": NOON},
            "met": [ACKNOWLEDGE],
        },
    ),
    (
        "assign",
        lambda: lifecycle.assign(case(outside="区教育局", helpers=["保卫处", "财务处"]), LI, SECURITY, NOON),
        {
            "events": [("assigned", {"from": "总务处", "to": "保卫处"})],
            "changes": HANDED,
            "waived": [ACKNOWLEDGE],
            "opened": ["acknowledge"],
        },
    ),
    (
        "draft",
        lambda: lifecycle.draft(case(), WANG, "已更换筛网。", NOON),
        {
            "events": [("acknowledged", {}), ("drafted", {"edition": 1, "text": "已更换筛网。"})],
            "changes": {"holder": "approver:qian", "stage": "acknowledged", "acknowledged_at": NOON},
            "met": [ACKNOWLEDGE],
            "draft": "已更换筛网。",
            "requested": ("reply", {"edition": 1, "chain": [{"id": "0", "by": ["leader", "chief"]}]}),
        },
    ),
    (
        "draft of the desk",
        lambda: lifecycle.draft(case((request(4, kind="unanswerable"),)), ZHOU, "已更换筛网。", NOON),
        {
            "events": [("drafted", {"edition": 1, "text": "已更换筛网。"})],
            "changes": {"holder": "approver:qian", "stage": "assigned"},
            "draft": "已更换筛网。",
            "requested": ("reply", {"edition": 1, "chain": [{"id": "0", "by": ["leader", "chief"]}]}),
            "decided": [(4, "superseded")],
        },
    ),
    (
        "publish",
        lambda: lifecycle.publish(
            case(**APPROVED),
            WANG,
            Proof(("https://a.cn/1", "https://b.cn/2"), in_thread=True, again=True),
            OnRecord(),
            (),
            NOON,
        ),
        {
            "events": [
                (
                    "published",
                    {
                        "edition": 1, "proof": "https://a.cn/1", "posts": ["https://b.cn/2"], "in_thread": True,
                        "again": True,
                    },
                )
            ],
            "changes": {
                "stage": "replied", "answer": "已送检。", "proof": "https://a.cn/1", "holder": "department:总务处",
                "replied_at": NOON, "unanswerable": None,
            },
            "met": [REPLY],
            "opened": ["stand", "stand"],
        },
    ),
    (
        "publish again",
        lambda: lifecycle.publish(
            case(
                (request(state="approved"), request(5, kind="withdrawal"), request(6, kind="unanswerable")),
                (draft(),),
                stage="replied",
                replied_at=FOUND,
                answer="已送检。",
            ),
            WANG,
            Proof(("https://a.cn/1",)),
            OnRecord(),
            (),
            NOON,
        ),
        {
            "events": [("published", {"edition": 1, "proof": "https://a.cn/1"})],
            "changes": {
                "stage": "replied", "answer": "已送检。", "proof": "https://a.cn/1", "holder": "department:总务处"
            },
            "met": [REPLY],
            "opened": ["stand", "stand"],
            "decided": [(5, "superseded"), (6, "superseded")],
        },
    ),
    (
        "ask for an extension",
        lambda: lifecycle.ask_extension(case(), WANG, parse("1d"), "等报告", NOON),
        {
            "events": [("extension asked", EXTENSION)],
            "changes": {"holder": "approver:qian"},
            "requested": ("extension", EXTENSION),
        },
    ),
    (
        "return",
        lambda: ownership.bounce(case(), WANG, "不归我们", NOON),
        {
            "events": [("bounced", BOUNCED)],
            "changes": {
                "bounces": [BOUNCED], "department": None, "stage": "unassigned", "holder": "desk",
                "acknowledged_at": None,
            },
            "waived": [ACKNOWLEDGE],
        },
    ),
    (
        "return a second time",
        lambda: ownership.bounce(case(bounces=[{**BOUNCED, "department": "保卫处"}]), WANG, "不归我们", NOON),
        {
            "events": [("bounced", BOUNCED)],
            "changes": {**HANDED, "helpers": [], "bounces": [{**BOUNCED, "department": "保卫处"}, BOUNCED]},
            "waived": [ACKNOWLEDGE],
            "opened": ["acknowledge"],
        },
    ),
    (
        "return a second time from the first department",
        lambda: ownership.bounce(case(bounces=[BOUNCED]), WANG, "不归我们", NOON),
        {"events": [("bounced", BOUNCED)], "changes": {"bounces": [BOUNCED, BOUNCED]}},
    ),
    (
        "lead",
        lambda: ownership.lead(case(), LI, SECURITY, [FINANCE, SECURITY, FINANCE], NOON),
        {
            "events": [("led", {"from": "总务处", "to": "保卫处", "helpers": ["财务处"]})],
            "changes": HANDED,
            "waived": [ACKNOWLEDGE],
            "opened": ["acknowledge"],
        },
    ),
    (
        "lead with helpers",
        lambda: ownership.lead(case(), LI, None, [FINANCE], NOON),
        {
            "events": [("led", {"from": "总务处", "to": "总务处", "helpers": ["财务处"]})],
            "changes": {"helpers": ["财务处"]},
        },
    ),
    (
        "ask for a withdrawal",
        lambda: ownership.withdraw(case(), ZHOU, "误报", published=False),
        {
            "events": [("withdrawal asked", {"reason": "误报"})],
            "changes": {"holder": "approver:qian"},
            "requested": ("withdrawal", {"reason": "误报"}),
        },
    ),
    (
        "reopen",
        lambda: ownership.reopen(
            case((request(4),), stage="resolved", resolved_at=FOUND, cycle=2, bounces=[BOUNCED]), LI, "又出现", NOON
        ),
        {
            "events": [("reopened", {"cycle": 3, "reason": "又出现"})],
            "changes": {
                "stage": "assigned", "department": "总务处", "holder": "department:总务处", "cycle": 3,
                "cycle_at": NOON, "bounces": [], "acknowledged_at": None, "replied_at": None, "resolved_at": None,
                "outcome": None, "result": None, "verdict": None, "merged_into": None, "outside": None,
                "unanswerable": None,
                "superior": None,
            },
            "waived": [ACKNOWLEDGE, REPLY, RESOLVE],
            "opened": ["acknowledge", "reply", "resolve"],
            "decided": [(4, "superseded")],
        },
    ),
    (
        "undo",
        lambda: ownership.undone(case(), ["assigned"], NOON, opening=False),
        {"events": [("undone", {"kinds": ["assigned"]})]},
    ),
    (
        "undo the opening",
        lambda: ownership.undone(case(), ["opened", "tier"], NOON, opening=True),
        {
            "events": [("undone", {"kinds": ["opened"]})],
            "changes": {"stage": "withdrawn", "holder": "closed", "resolved_at": NOON},
            "waived": [ACKNOWLEDGE, REPLY, RESOLVE],
        },
    ),
    (
        "heat",
        lambda: escalation.heat(case(), LI, Heat(views=1, comments=0), NOON),
        {"events": [("heat", {"views": 1, "comments": 0})]},
    ),
    (
        "heat of reposts",
        lambda: escalation.heat(case(), LI, Heat(reposts=3), NOON),
        {"events": [("heat", {"reposts": 3})]},
    ),
    (
        "escalate",
        lambda: escalation.escalate(case(), LI, "major", "有人受伤", NOON),
        {
            "events": [
                ("escalated", {"to": "major", "reason": "有人受伤"}),
                ("tier", {"from": "general", "to": "major"}),
            ],
            "changes": {"tier": "major"},
            "moved": [ACKNOWLEDGE, REPLY, RESOLVE],
        },
    ),
    (
        "superior",
        lambda: escalation.superior(case(), LI, "请速办", NOON),
        {"events": [("superior", {"text": "请速办"})]},
    ),
    (
        "instruct",
        lambda: instructing.instruct(case(), person("qian"), SECURITY, parse("1d"), "请查明", NOON),
        {
            "events": [("instructed", {"from": "总务处", "department": "保卫处", "period": "1d", "text": "请查明"})],
            "changes": {**HANDED, "helpers": []},
            "waived": [ACKNOWLEDGE],
            "opened": ["acknowledge"],
            "moved": [RESOLVE],
        },
    ),
    (
        "instruct its own department",
        lambda: instructing.instruct(case(), person("qian"), department("总务处"), None, "", NOON),
        {"events": [("instructed", {"from": "总务处", "department": None, "period": None, "text": ""})]},
    ),
    (
        "verify",
        lambda: escalation.verify(case(), WANG, "partly", "部分属实", NOON),
        {
            "events": [("verified", {"verdict": "partly", "text": "部分属实"})],
            "changes": {"verdict": "partly"},
        },
    ),
    (
        "follow up",
        lambda: reporting.followed_up(case(), WANG, "已到现场", NOON),
        {"events": [("followed up", {"text": "已到现场"})]},
    ),
    (
        "kind",
        lambda: notes.set_kind(case(), WANG, "complaint", FOUND),
        {"events": [("kind", {"kind": "complaint"})], "changes": {"kind": "complaint"}},
    ),
    ("note", lambda: notes.note(case(), WANG, "家长来电"), {"events": [("note", {"text": "家长来电"})]}),
    (
        "attach",
        lambda: notes.attached(case(), [{"id": 7, "name": "a.jpg"}]),
        {"events": [("attached", {"files": [{"id": 7, "name": "a.jpg"}]})]},
    ),
    (
        "ask for a remedy's signature",
        lambda: resolving.resolve(
            case((request(4, kind="remedy", subject={"result": "x"}),)),
            WANG,
            "remedied",
            "整改：更换筛网 https://a.cn/2",
            resolving.Evidence(urls=("https://a.cn/2",), files=(3,)),
            NOON,
        ),
        {
            "events": [("remedy asked", REMEDY)],
            "changes": {"holder": "approver:qian"},
            "requested": ("remedy", REMEDY),
            "decided": [(4, "superseded")],
        },
    ),
    (
        "ask to leave unanswered",
        lambda: resolving.ask_unanswerable(
            case((request(4, kind="unanswerable", subject={"reason": "x"}),)), WANG, "原帖已删除，联系不上作者"
        ),
        {
            "events": [("unanswerable asked", {"reason": "原帖已删除，联系不上作者"})],
            "changes": {"holder": "approver:qian"},
            "requested": ("unanswerable", {"reason": "原帖已删除，联系不上作者"}),
            "decided": [(4, "superseded")],
        },
    ),
    (
        "close",
        lambda: resolving.resolve(
            case((request(4, kind="extension"),), stage="replied", replied_at=FOUND, answer="已更换筛网。"),
            WANG,
            None,
            "已更换筛网",
            resolving.Evidence(),
            NOON,
        ),
        {
            "events": [("resolved", {"outcome": "answered", "result": "已更换筛网"})],
            "changes": {
                "stage": "resolved", "outcome": "answered", "result": "已更换筛网", "resolved_at": NOON,
                "holder": "closed",
            },
            "met": [RESOLVE],
            "waived": [ACKNOWLEDGE, REPLY],
            "decided": [(4, "superseded")],
        },
    ),
    (
        "name whom it is about",
        lambda: conflict.concern(case((request(4, asked_by="feng"),)), LI, [FENG], [], NOON),
        {
            "events": [("concern", {"about": ["person:feng", "department:总务处"]})],
            "changes": {
                "about": ["person:feng", "department:总务处"], "department": None, "stage": "unassigned",
                "acknowledged_at": None, "holder": "desk",
                "about_by": {"person:feng": "li", "department:总务处": "li"},
            },
            "waived": [ACKNOWLEDGE],
            "decided": [(4, "superseded")],
        },
    ),
    (
        "ask to take a name off",
        lambda: conflict.take_off(case(about=["person:wu", "maybe:feng"]), LI, [FENG], []),
        {
            "events": [("concern asked", {"off": ["maybe:feng"]})],
            "changes": {"holder": "approver:qian"},
            "requested": ("concern", {"off": ["maybe:feng"]}),
        },
    ),
    (
        "merge",
        lambda: merging.merge(case((request(4),), number=2), case(), LI, NOON)[0],
        {
            "events": [("merged", {"into": 1})],
            "changes": {"stage": "merged", "merged_into": 1, "holder": "closed", "resolved_at": NOON},
            "waived": [ACKNOWLEDGE, REPLY, RESOLVE],
            "decided": [(4, "superseded")],
        },
    ),
    (
        "receive what is merged",
        lambda: merging.merge(case(number=2), case(), LI, NOON)[1],
        {"events": [("merged in", {"from": 2})]},
    ),
]  # fmt: skip


@for_each(("call", "does"), [move[1:] for move in MOVES])
def test_it_does_this_and_nothing_else(call: Callable[[], Decision], does: dict[str, Any]) -> None:
    assert effect(call()) == does
