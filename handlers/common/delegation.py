"""Who acts for whom: delegated authority and deputies of people on leave. Their pending requests move with it."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Literal

from handlers.common.context import CONFLICT_TRIES, Context
from handlers.common.office import Office
from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.incident.handing_over import handed_over
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Person
from handlers.rules.people.names import people_named
from handlers.rules.refusal import Refusal
from handlers.rules.time.promises import moment
from storage import changes, delegations, incidents, reports
from storage.incidents import Conflict

AUTHORITY = frozenset(("authority",))
_LENGTH = LazyPattern(r"[0-9一二两三四五六七八九十半]+\s*(?:个?工作日|天|日|个?星期|周|个?小时)")


async def end_delegations(context: Context) -> None:
    """End every delegation that the speaker gave. Refusal if there is none."""
    await context.must_be_newest(None, AUTHORITY)
    takers = {row.taker for row in await delegations.standing() if row.giver == context.person.id}
    if not takers:
        raise Refusal("delegate.nobody")
    reply = Reply(text=context.text("delegate.ended", by=context.person.id))
    here = context.outgoing_here(reply)
    await delegations.end(context.person.id, here, context.inbox, context.now, context.said_at)
    await hand_over(context.office, takers, context.person.id, context.now)


async def give(context: Context, taker: Person, until: str, why: Literal["authority", "leave"]) -> None:
    """Record who acts for the speaker, and tell them what waits.

    Refusal if `until` names no future time, or if the taker is of a unit that does not see what the speaker sees.
    """
    await context.must_be_newest(None, AUTHORITY)
    unit = context.office.institution.unit_of(taker)
    if unit and unit != context.of_unit:
        raise Refusal("delegate.other_unit", taker=taker, unit=unit)
    words = normalize(until)
    words = f"{words}内" if _LENGTH.fullmatch(words) else words
    end = moment(words, context.said_at, context.office.institution.calendar)
    if end is None or end <= context.now:
        raise Refusal("leave.until", at=end) if why == "leave" else Refusal("delegate.until", at=end)
    held = await held_by(context.office, context.person.id, context.now)
    waiting = [(case, request) for case, request in held if context.may_see(case)]
    facts = {"by": context.person.id, "taker": taker, "until": end, "waiting": waiting}
    text = context.text("leave.given", **facts) if why == "leave" else context.text("delegate.given", **facts)
    new = {"giver": context.person.id, "taker": taker.id, "why": why, "until": end}
    await delegations.give(
        new, context.outgoing_here(Reply(text=text, mentions=(taker.id,))), context.inbox, context.now
    )
    await hand_over(context.office, {context.person.id}, context.person.id, context.now)


async def hand_over(office: Office, holders: Collection[str], by: str, now: datetime) -> None:
    """Move the requests that wait for one of `holders` to the present signer, who gets reminders and holding time.

    `by` is who acts: an id of a person, or "clock".
    """
    for number in await reports.incidents_with_requests():
        for _ in range(CONFLICT_TRIES):
            record = await incidents.load(number)
            case = office.case(record, now) if record else None
            decision = handed_over(case, holders) if case else None
            if case is None or decision is None:
                break
            by_whom = changes.Actor(id=by, now=now)
            with suppress(Conflict):
                await incidents.change(case.incident.version, number, decision, by_whom, lambda _: ())
                break


def one_of(context: Context, name: str) -> Person:
    """Return the person whom the name means. Refusal that asks back if it means nobody or several."""
    found = tuple(person for person in people_named(name, context.office.institution) if person.id != context.person.id)
    if len(found) != 1:
        raise Refusal(
            "delegate.whom", name=name, people=found or context.office.institution.with_role("leader", "office")
        )
    return found[0]


async def held_by(office: Office, person: str, now: datetime) -> list[tuple[Case, RequestRow]]:
    """Load the pending requests of the matters that a person (an id) holds as signer, the oldest first."""
    records = await incidents.load_all(await reports.incidents_with_requests())
    found = [(office.case(record, now), record.incident.holder == f"approver:{person}") for record in records]
    return [
        (case, request)
        for case, held in found
        for request in case.pending()
        if held or person in request.subject.get("asked", ())
    ]
