"""Who acts for whom: delegated authority and deputies of people on leave. Their pending requests move with it."""

import re
from contextlib import suppress
from typing import Literal

from handlers.common.context import CONFLICT_TRIES, Context
from handlers.common.waiting import waiting_for
from handlers.rules.incident.approval import handed_over
from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.incident.waiting import WaitingRequest
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import Person
from handlers.rules.people.names import people_named
from handlers.rules.refusal import Refusal
from handlers.rules.time.promises import moment
from storage import changes, delegations, incidents, reports
from storage.incidents import Conflict

_LENGTH = re.compile(r"[0-9一二两三四五六七八九十半]+\s*(?:个?工作日|天|日|个?星期|周|个?小时)")


async def end_delegations(context: Context) -> None:
    """End every delegation that the speaker gave. Refusal if there is none."""
    takers = {row.taker for row in await delegations.standing() if row.giver == context.person.id}
    if not takers:
        raise Refusal("delegate.nobody")
    reply = Reply(text=context.text("delegate.ended", by=context.person.id))
    await delegations.end(context.person.id, context.outgoing_here(reply), context.inbox, context.now)
    await _hand_over(context, takers)


async def give(context: Context, taker: Person, until: str, why: Literal["authority", "leave"]) -> None:
    """Record who acts for the speaker, and tell them what waits. Refusal if `until` names no future time."""
    words = normalize(until)
    words = f"{words}内" if _LENGTH.fullmatch(words) else words
    end = moment(words, context.now, context.office.institution.calendar)
    if end is None or end <= context.now:
        raise Refusal("leave.until") if why == "leave" else Refusal("delegate.until")
    facts = {"by": context.person.id, "taker": taker, "until": end, "waiting": await _waiting(context)}
    text = context.text("leave.given", **facts) if why == "leave" else context.text("delegate.given", **facts)
    new = {"giver": context.person.id, "taker": taker.id, "why": why, "until": end}
    await delegations.give(
        new, context.outgoing_here(Reply(text=text, mentions=(taker.id,))), context.inbox, context.now
    )
    await _hand_over(context, {context.person.id})


async def _hand_over(context: Context, holders: set[str]) -> None:
    """Move the requests that wait for one of `holders` to the present signer, who gets reminders and holding time."""
    for number in await reports.incidents_with_requests():
        for _ in range(CONFLICT_TRIES):
            case = await context.case(number)
            decision = handed_over(case, holders)
            if decision is None:
                break
            by = changes.Actor(id=context.person.id, now=context.now)
            with suppress(Conflict):
                await incidents.change(case.incident.version, number, decision, by, lambda _: ())
                break


def one_of(context: Context, name: str) -> Person:
    """Return the person whom the name means. Refusal that asks back if it means nobody or several."""
    found = tuple(person for person in people_named(name, context.office.institution) if person.id != context.person.id)
    if len(found) != 1:
        raise Refusal(
            "delegate.whom", name=name, people=found or context.office.institution.with_role("leader", "office")
        )
    return found[0]


async def _waiting(context: Context) -> list[tuple[Case, RequestRow]]:
    """Load the requests that the speaker is asked to sign."""
    mine = f"approver:{context.person.id}"
    asked = [one for one in await waiting_for(context) if isinstance(one, WaitingRequest)]
    return [(one.case, one.request) for one in asked if one.case.incident.holder == mine]
