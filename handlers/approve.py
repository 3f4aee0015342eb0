"""`同意` / `approve`, `不同意 12 理由` / `reject 12 reason`: a leader signs a request, or sends it back.

The request is the button's, the quote's or the number's; a bare word counts only where exactly one waits for the
speaker, else it is asked back. `不同意` is never read as `同意`: only the whole sentence counts.
"""

import re
from typing import Any, NamedTuple

from handlers.cards import request_card_id
from handlers.rules.approval import approve, may_decide, reject
from handlers.rules.case import Case, Decision, Event, RequestRow
from handlers.rules.commands import spoken, whole
from handlers.rules.messages import Say, quoted_code
from handlers.rules.refusal import Refusal
from handlers.turn import Said, Turn
from storage import reports

YES = ("同意", "批准", "准予", "同意发布", "可以发布", "approve", "approved", "agree", "agreed")
PLAINLY_NO = ("不同意", "不批准", "不予批准")
NO = ("驳回", "退回修改", "reject", "rejected", "disagree", "not approved")
EXAMPLES = {
    "zh": ("同意 12", "不同意 12 语气生硬，请写明日期"),
    "en": ("approve 12", "reject 12 name the date, please"),
}

_NO_REJECTION = re.compile(r"[见的么]|.*[吗?？]$")
"""不同意见 is an opinion and 不同意吗？ a question: neither sends anything back."""


class Verdict(NamedTuple):
    granted: bool
    numbers: tuple[int, ...] = ()
    request: int | None = None
    reason: str = ""


def parse(said: Said) -> Verdict | None:
    for action in ("approve", "reject"):
        if pressed := said.pressed(action):
            return Verdict(action == "approve", request=int(pressed[0]))
    no = spoken(said.text, PLAINLY_NO, glued=True) or spoken(said.text, NO)
    if no and not _NO_REJECTION.match(no.rest):
        return Verdict(False, no.numbers, reason=no.rest)
    numbers = whole(said.text, YES)
    return None if numbers is None else Verdict(True, numbers)


async def handle(turn: Turn, verdict: Verdict) -> None:
    if await _reason_given_later(turn, verdict):
        return
    case, request = await _meant(turn, verdict)
    if verdict.granted:
        await _approve(turn, case, request)
        return
    decision = reject(case, request, turn.person, verdict.reason, turn.message.sent_at)
    facts = {"case": case, "by": turn.person.id, "kind": request.kind, "reason": verdict.reason, "at": turn.now}
    await turn.commit(
        case,
        decision,
        lambda _: (
            Say(text=turn.text("approve.rejected", asker=request.asked_by, **facts), mentions=(request.asked_by,)),
            Say(text=turn.text("approve.rejected_card", **facts), update=request_card_id(request.id)),
        ),
    )


async def _approve(turn: Turn, case: Case, request: RequestRow) -> None:
    decision = approve(case, request, turn.person, turn.message.sent_at, turn.now)
    facts: dict[str, Any] = {"case": case, "by": turn.person.id, "kind": request.kind, "at": turn.now}
    if decision.decided[0].state is None:
        await _next_step(turn, case, request, decision, facts)
        return
    moved = decision.moved[0].due.at if decision.moved else None
    text = turn.text("approve.granted", asker=request.asked_by, subject=request.subject, moved=moved, **facts)
    await turn.commit(
        case,
        decision,
        lambda _: (
            Say(text=text, mentions=(request.asked_by,)),
            Say(text=turn.text("approve.granted_card", **facts), update=request_card_id(request.id)),
        ),
    )


async def _reason_given_later(turn: Turn, verdict: Verdict) -> bool:
    """`不同意 1 理由` after a rejection by button, which could not say why: the reason goes to whoever asked."""
    if verdict.granted or not verdict.reason or len(verdict.numbers) != 1:
        return False
    case = await turn.case(verdict.numbers[0])
    last = case.requests[-1] if case.requests else None
    if last is None or (last.state, last.decided_by, last.remark) != ("rejected", turn.person.id, None):
        return False
    decision = Decision(events=(Event("reason", {"request": last.id, "reason": verdict.reason}),))
    facts = {"by": turn.person.id, "kind": last.kind, "reason": verdict.reason, "asker": last.asked_by}
    text = turn.text("approve.reason", case=case, **facts)
    await turn.commit(case, decision, lambda _: (Say(text=text, mentions=(last.asked_by,)),))
    return True


async def _next_step(turn: Turn, case: Case, request: RequestRow, decision: Any, facts: dict[str, Any]) -> None:
    signer = turn.office.institution.person(str(decision.changes["holder"]).partition(":")[2])
    people = (signer,) if signer else ()
    text = turn.text("approve.next", people=people, request=request.id, **facts)
    await turn.commit(case, decision, lambda _: (Say(text=text, mentions=tuple(p.id for p in people)),))


async def _meant(turn: Turn, verdict: Verdict) -> tuple[Case, RequestRow]:
    """The one request that is meant, or a Refusal that asks back."""
    if len(verdict.numbers) > 1:
        raise Refusal("approve.one_by_one", numbers=verdict.numbers)
    said = next(iter(verdict.numbers), None)
    number, shown = quoted_code(turn.message) or (None, None)
    request = verdict.request or (shown if said in {None, number} else None)
    if request is not None:
        return await _by_id(turn, request)
    number = said or number
    return await _by_number(turn, number) if number is not None else await _only_one(turn)


async def _by_id(turn: Turn, request: int) -> tuple[Case, RequestRow]:
    number = await reports.incident_of_request(request)
    if number is None:
        raise Refusal("approve.nothing")
    case = await turn.case(number)
    return case, next(row for row in case.requests if row.id == request)


async def _by_number(turn: Turn, number: int) -> tuple[Case, RequestRow]:
    case = await turn.case(number)
    pending = case.pending()
    if not pending:
        raise Refusal("approve.none_here", case=case)
    mine = [request for request in pending if may_decide(case, request, turn.person)]
    if len(mine) > 1:
        raise Refusal("approve.which_kind", case=case, requests=mine)
    return case, (mine or list(pending))[0]


async def _only_one(turn: Turn) -> tuple[Case, RequestRow]:
    waiting = [
        (case, request)
        for number in await reports.incidents_with_requests()
        for case in (await turn.case(number),)
        for request in case.pending()
    ]
    mine = [(case, request) for case, request in waiting if may_decide(case, request, turn.person)]
    if len(mine) == 1:
        return mine[0]
    if mine:
        raise Refusal("approve.several", waiting=mine)
    own = [case for case, request in waiting if request.asked_by == turn.person.id]
    raise Refusal("approve.own", case=own[0]) if own else Refusal("approve.nothing")
