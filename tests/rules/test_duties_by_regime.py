"""What each move does to the duties of the regimes that ship: met, waived, begun, moved, with day and local time.

Every matter is found on Monday 23 November 2026 at 10:05 and moved an hour later; the table is checked by hand against
the comments of the regimes' files.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from handlers.rules.incident import calming, escalation, instructing, lifecycle, ownership, reporting
from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.closing import close
from handlers.rules.incident.publication import OnRecord, Proof
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.tiers import Heat
from handlers.rules.time.periods import parse
from handlers.rules.time.promises import find
from tests.support.cases import FOUND, INSTITUTION, case, draft, later, person, request, shipped
from tests.support.story import SHANGHAI

NOW = later(hours=1)
SECURITY = INSTITUTION.department("保卫处")
PROMISE = "将于11月30日前完成更换。"
WANG, LI, CHIEF = person("wang"), person("li"), person("zhao")
Move = Callable[[Case], Decision]
RAISED = AuditEvent("judged")


def publish(one: Case) -> Decision:
    return lifecycle.publish(
        one, WANG, Proof(("https://a.cn/1",)), OnRecord(), find(PROMISE, NOW, INSTITUTION.calendar), NOW
    )


# The fields of the matter before the move, and the move.
MOVES: dict[str, tuple[dict[str, Any], Move]] = {
    "acknowledge": ({}, lambda one: lifecycle.acknowledge(one, WANG, NOW)),
    "assign": ({"department": None, "stage": "unassigned"}, lambda one: lifecycle.assign(one, LI, SECURITY, NOW)),
    "publish": (
        {
            "requests": (
                request(2, kind="plan", subject={"edition": 1, "text": "送检"}, state="approved"),
                request(state="approved"),
            ),
            "drafts": (draft(text=PROMISE),),
        },
        publish,
    ),
    "true": ({}, lambda one: escalation.verify(one, WANG, "true", "", NOW)),
    "untrue": ({}, lambda one: escalation.verify(one, WANG, "untrue", "", NOW)),
    "instruct": ({}, lambda one: instructing.instruct(one, CHIEF, None, parse("1d"), "", NOW)),
    "instruct words": ({}, lambda one: instructing.instruct(one, CHIEF, None, None, "请速办", NOW)),
    "close": (
        {"stage": "replied", "replied_at": FOUND, "answer": "已更换筛网。"},
        lambda one: close(one, "answered", "已更换筛网", NOW, ()),
    ),
    "calm": ({}, lambda one: calming.calm(one, LI, calming.Ground("没有新评论"), Heat(), NOW)),
    "reported": ({}, lambda one: reporting.reported(one, LI, "", NOW)),
    "followed up": ({}, lambda one: reporting.followed_up(one, WANG, "已到现场", NOW)),
    "major": ({}, lambda one: escalation.raised(one, "major", NOW, RAISED)),
    "critical": ({"tier": "major"}, lambda one: escalation.raised(one, "critical", NOW, RAISED)),
    "bounce": ({}, lambda one: ownership.bounce(one, WANG, "不归我们", NOW)),
    "reopen": ({"stage": "resolved", "department": None}, lambda one: ownership.reopen(one, LI, "又出现", NOW)),
}
TABLE = """standard: acknowledge 23 10:35, reply 24 00:00, resolve 27 00:00
  acknowledge | met: acknowledge
  assign | waived: acknowledge; opened: acknowledge 23 11:35
  publish | met: reply; opened: promise 01 00:00, stand by person:wang 25 00:00, stand by person:wang 01 00:00
  true | nothing
  untrue | nothing
  instruct | moved: resolve 25 00:00
  instruct words | nothing
  close | met: resolve; waived: acknowledge, reply
  calm | refused: common.not_owed
  reported | refused: common.not_owed
  followed up | nothing
  major | moved: acknowledge 23 10:35, reply 24 00:00, resolve 27 00:00
  critical | moved: acknowledge 23 10:35, reply 24 00:00, resolve 27 00:00
  bounce | waived: acknowledge
  reopen | waived: acknowledge, reply, resolve; opened: reply 24 00:00, resolve 27 00:00

company: assign by desk 23 12:05, reply 27 00:00, resolve 27 00:00, calm by desk 27 00:00
  acknowledge | nothing
  assign | met: assign
  publish | met: reply; opened: track by desk 25 00:00, promise 01 00:00
  true | nothing
  untrue | nothing
  instruct | moved: resolve 25 00:00
  instruct words | nothing
  close | met: resolve; waived: assign, reply; opened: track by desk 25 00:00
  calm | refused: calm.unanswered
  reported | refused: common.not_owed
  followed up | nothing
  major | waived: calm; opened: situation by desk 25 00:00; moved: assign 23 12:05, reply 27 00:00, resolve 27 00:00
  critical | waived: calm; opened: situation by desk 25 00:00; moved: assign 23 12:05, reply 27 00:00, resolve 27 00:00
  bounce | nothing
  reopen | waived: assign, reply, resolve, calm; opened: assign by desk 23 13:05, reply 27 00:00, resolve 27 00:00, calm by desk 27 00:00

school: reply 24 00:00
  acknowledge | nothing
  assign | nothing
  publish | met: reply; opened: track by desk 25 00:00, promise 01 00:00, resolve 01 00:00
  true | nothing
  untrue | nothing
  instruct | nothing
  instruct words | nothing
  close | waived: reply; opened: track by desk 25 00:00
  calm | refused: calm.unanswered
  reported | refused: common.not_owed
  followed up | nothing
  major | moved: reply 24 00:00
  critical | moved: reply 24 00:00
  bounce | nothing
  reopen | waived: reply; opened: reply 24 00:00

duty-office: instruct by desk 24 00:00
  acknowledge | nothing
  assign | nothing
  publish | opened: promise 01 00:00
  true | nothing
  untrue | nothing
  instruct | met: instruct; opened: reply 25 00:00, resolve 25 00:00
  instruct words | nothing
  close | waived: instruct; opened: track by officer 25 00:00
  calm | refused: calm.unanswered
  reported | refused: common.not_owed
  followed up | nothing
  major | opened: report by officer 23 15:05; moved: instruct 24 00:00
  critical | opened: report by officer 23 15:05; moved: instruct 24 00:00
  bounce | nothing
  reopen | waived: instruct; opened: instruct by desk 24 00:00

bureau: report 23 12:05, reply 24 00:00
  acknowledge | nothing
  assign | nothing
  publish | met: reply; opened: track by desk 25 00:00, promise 01 00:00
  true | nothing
  untrue | nothing
  instruct | nothing
  instruct words | nothing
  close | waived: reply; opened: track by desk 25 00:00
  calm | refused: calm.unanswered
  reported | met: report
  followed up | nothing
  major | opened: follow-up 23 11:35; moved: report 23 11:35, reply 24 00:00
  critical | opened: follow-up 23 11:35; moved: report 23 12:05, reply 24 00:00
  bounce | nothing
  reopen | waived: report, reply; opened: report 23 13:05, reply 24 00:00

procurator: instruct by leader 24 00:00
  acknowledge | nothing
  assign | nothing
  publish | opened: promise 01 00:00
  true | nothing
  untrue | opened: reply 24 00:00
  instruct | met: instruct; opened: resolve 25 00:00
  instruct words | nothing
  close | waived: instruct
  calm | refused: common.not_owed
  reported | refused: common.not_owed
  followed up | nothing
  major | moved: instruct 24 00:00
  critical | moved: instruct 24 00:00
  bounce | nothing
  reopen | waived: instruct; opened: instruct by leader 24 00:00

liaison-form: verify 23 16:05
  acknowledge | nothing
  assign | waived: verify; opened: verify 23 17:05
  publish | opened: promise 01 00:00, resolve 01 00:00
  true | met: verify; opened: closing 27 00:00
  untrue | met: verify; opened: closing 27 00:00
  instruct | nothing
  instruct words | nothing
  close | waived: verify
  calm | refused: common.not_owed
  reported | refused: common.not_owed
  followed up | nothing
  major | moved: verify 23 16:05
  critical | moved: verify 23 16:05
  bounce | nothing
  reopen | waived: verify; opened: closing 27 00:00

university: opinion by desk 23 11:05, report by desk 23 11:05, instruct by leader 24 00:00
  acknowledge | nothing
  assign | nothing
  publish | opened: promise 01 00:00
  true | opened: resolve 27 00:00
  untrue | opened: reply 24 00:00
  instruct | met: instruct; waived: opinion; opened: reply 25 00:00
  instruct words | met: instruct; waived: opinion
  close | waived: opinion, instruct
  calm | refused: common.not_owed
  reported | met: report
  followed up | nothing
  major | moved: opinion 23 11:05, report 23 11:05, instruct 24 00:00
  critical | moved: opinion 23 11:05, report 23 11:05, instruct 24 00:00
  bounce | nothing
  reopen | waived: opinion, report, instruct; opened: opinion by desk 23 12:05, report by desk 23 12:05, instruct by leader 24 00:00

tiered: report by desk 25 00:00, reply 27 00:00, resolve 27 00:00
  acknowledge | nothing
  assign | nothing
  publish | met: reply; opened: promise 01 00:00
  true | nothing
  untrue | nothing
  instruct | moved: resolve 25 00:00
  instruct words | nothing
  close | met: resolve; waived: reply
  calm | refused: common.not_owed
  reported | met: report
  followed up | nothing
  major | moved: reply 26 00:00, resolve 26 00:00, report 25 00:00
  critical | moved: report 23 14:05, reply 25 00:00, resolve 25 00:00
  bounce | nothing
  reopen | waived: report, reply, resolve; opened: report by desk 25 00:00, reply 27 00:00, resolve 27 00:00

park: instruct by leader 24 00:00, reply 27 00:00, resolve 27 00:00
  acknowledge | nothing
  assign | nothing
  publish | met: reply; opened: promise 01 00:00
  true | nothing
  untrue | nothing
  instruct | met: instruct; moved: resolve 25 00:00
  instruct words | met: instruct
  close | met: resolve; waived: instruct, reply
  calm | refused: common.not_owed
  reported | refused: common.not_owed
  followed up | nothing
  major | moved: instruct 24 00:00, reply 27 00:00, resolve 27 00:00
  critical | moved: instruct 24 00:00, reply 27 00:00, resolve 27 00:00
  bounce | nothing
  reopen | waived: instruct, reply, resolve; opened: instruct by leader 24 00:00, reply 27 00:00, resolve 27 00:00
"""  # noqa: E501


def clock(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%d %H:%M")


def named(kind: str, owner: str, at: datetime) -> str:
    return f"{kind} {clock(at)}" if owner == "department" else f"{kind} by {owner} {clock(at)}"


def told(one: Case, decision: Decision) -> str:
    kinds = {duty.id: duty.kind for duty in one.duties}
    parts = {
        "met": [kinds[id] for id in decision.met],
        "waived": [kinds[id] for id in decision.waived],
        "opened": [named(duty.kind, duty.owner, duty.due.at) for duty in decision.opened],
        "moved": [f"{kinds[move.id]} {clock(move.due.at)}" for move in decision.moved],
    }
    return "; ".join(f"{name}: {', '.join(some)}" for name, some in parts.items() if some) or "nothing"


def seen(regime: Regime, fields: dict[str, Any], move: Move) -> str:
    one = case(**fields, regime=regime)
    try:
        return told(one, move(one))
    except Refusal as refusal:
        return f"refused: {refusal.sentence}"


@pytest.mark.parametrize("block", TABLE.strip().split("\n\n"), ids=lambda block: block.partition(":")[0])
def test_what_becomes_of_the_duties(block: str) -> None:
    first, *rows = block.splitlines()
    name, _, begun = first.partition(": ")
    regime = shipped(name)
    assert ", ".join(named(duty.kind, duty.owner, duty.due_at) for duty in case(regime=regime).duties) == begun
    found = {move: seen(regime, *how) for move, how in MOVES.items()}
    assert found == dict(row.strip().split(" | ") for row in rows)
