"""Put a text to approval, and keep its request's chain right: who has to sign it, and who is asked now."""

from collections.abc import Collection, Sequence
from typing import Any

from msgspec.structs import replace

from handlers.rules.incident.case import (
    OPEN_STAGES,
    Amended,
    AuditEvent,
    Case,
    Decision,
    NewRequest,
    RequestChange,
    RequestRow,
)
from handlers.rules.incident.chain import CHAINED, WORDINGS, asked_now, chain_of, first_chain, plan_lacking, replaced
from handlers.rules.incident.chain_steps import ChainStep, recorded, steps_from, subject_with, widened
from handlers.rules.incident.openings import TAKEN_OFF_BY, UnrecordedRequest
from handlers.rules.incident.signers import asked_at_once, first_asked, holder_waiting
from handlers.rules.incident.unit_signatures import held_by_who_signs, voided, without_units
from handlers.rules.people.institution import Person

ADDED_SIGNATURES = "signature added"
"""Kind of the event that records signatures which a text needs besides; `by` tells who gives them, `why` what asks."""


def put_to_approval(
    case: Case, kind: str, actor: Person, text: str, subject: dict[str, Any], joined: Sequence[str] = ()
) -> tuple[NewRequest, tuple[Person, ...]]:
    """Return the request for a text's signatures, with its chain, and who is asked first. Refusal if nobody is."""
    before = replaced(case, kind)
    if before is not None and TAKEN_OFF_BY in before.subject:
        subject = {**subject, TAKEN_OFF_BY: before.subject[TAKEN_OFF_BY]}
    steps = first_chain(case, kind, text, chief=bool(subject.get("chief")), joined=joined)
    asked = first_asked(case, UnrecordedRequest(kind, actor.id, {**subject, "chain": recorded(steps)}))
    return NewRequest(kind, subject_with(subject, steps, [one.id for one in asked])), asked


def grown(case: Case, decision: Decision, said: str = "") -> Decision:
    """Return the decision with the signatures that what still waits needs besides, once it is made.

    `said` is the text of a post that joins it. Nothing that was asked for is taken off a chain, also if the decision
    makes the matter less grave. What a unit's head signed counts no more where it rises.
    """
    after = replace(case, incident=Amended(case.incident, **decision.changes))
    ended = {change.id for change in decision.decided}
    waiting = [one for one in case.pending() if one.kind in CHAINED and one.id not in ended]
    growth = [(one, *_growing(case, after, one, said)) for one in waiting]
    changes = [changed(after, one, steps) for one, steps, new in growth if new]
    events = [event for _, _, new in growth for event in new]
    if changes:
        return _with_more(case, decision, changes, events)
    return held_by_who_signs(case, once_made(case, decision), decision)


def _growing(
    case: Case, after: Case, request: RequestRow, said: str
) -> tuple[tuple[ChainStep, ...], tuple[AuditEvent, ...]]:
    """Return a request's chain `after` a change, and the record of what is new in it and of what counts no more."""
    on_record = request.subject.get("chain")
    before = chain_of(case, request) if on_record is None else steps_from(on_record)
    known = {step.id for step in before}
    steps = without_units(after, widened(chain_of(after, request), asked_now(after, request.kind, said)))
    new = (added(request, step) for step in steps if step.id not in known)
    return steps, (*new, *voided(request, chain_of(after, request), steps))


def _with_more(
    case: Case, decision: Decision, changes: Sequence[RequestChange], events: Sequence[AuditEvent]
) -> Decision:
    """Return the decision with changes of requests, and the matter with who is asked first by then."""
    more = replace(decision, events=(*decision.events, *events), decided=(*decision.decided, *changes))
    then = once_made(case, more)
    return replace(more, changes={**decision.changes, "holder": holder_waiting(then, then.pending())})


def changed(case: Case, request: RequestRow, steps: tuple[ChainStep, ...]) -> RequestChange:
    """Return the change of a pending request to another chain."""
    asks = Amended(request, subject={**request.subject, "chain": recorded(steps)})
    asked = [one.id for one in asked_at_once(case, asks)]
    step = sum(one.done for one in steps)
    return RequestChange(request.id, None, step, subject=subject_with(request.subject, steps, asked))


def asked_again(case: Case, ended: Collection[RequestChange] = ()) -> tuple[RequestChange, ...]:
    """Return the changes of pending requests that several people sign at once, where others are asked by now."""
    gone = {change.id for change in ended}
    waiting = [one for one in case.pending() if one.id not in gone and one.subject.get("asked")]
    changes = (changed(case, one, chain_of(case, one)) for one in waiting)
    return tuple(
        change
        for one, change in zip(waiting, changes, strict=True)
        if change.subject and change.subject.get("asked") != one.subject["asked"]
    )


def chains(case: Case) -> tuple[tuple[str, tuple[ChainStep, ...], tuple[Person, ...]], ...]:
    """Return who signs: of each text that waits its kind, chain and signers; of the next reply or plan too.

    The chain of a text that is not written yet is what the matter asks for by now.
    """
    if case.incident.stage not in OPEN_STAGES:
        return ()
    waiting = [one for kind in ("plan", "reply") for one in case.pending(kind)]
    beside = [one for kind in WORDINGS for one in case.pending(kind)]
    of_waiting = tuple((one.kind, chain_of(case, one), asked_at_once(case, one)) for one in (*waiting, *beside))
    if waiting:
        return of_waiting
    kind = "plan" if plan_lacking(case) else "reply"
    return ((kind, first_chain(case, kind, ""), ()), *of_waiting)


def once_made(case: Case, decision: Decision) -> Case:
    """Return the matter as it is once a decision about its pending requests is made."""
    made = {change.id: change for change in decision.decided}
    rows = [_once_made(one, made.get(one.id)) for one in case.requests]
    return replace(case, incident=Amended(case.incident, **decision.changes), requests=rows)


def _once_made(request: RequestRow, change: RequestChange | None) -> Any:
    if change is None:
        return request
    subject = request.subject if change.subject is None else change.subject
    return Amended(request, state=change.state or request.state, step=change.step, subject=subject)


def newly_asked(before: Case, after: Case) -> tuple[Person, ...]:
    """Return who is asked to sign a pending request after a change, with others, and was not before."""
    known = {one.id: asked_at_once(before, one) for one in before.pending()}
    several = [one for one in after.pending() if one.subject.get("asked")]
    asked = ((one.id, person) for one in several for person in asked_at_once(after, one))
    return tuple(person for id, person in asked if person not in known.get(id, ()))


def added(request: RequestRow, step: ChainStep) -> AuditEvent:
    """Return the record of signatures that a request needs besides."""
    names = [name for place in step.places for name in place]
    data = {"request": request.id, "kind": request.kind, "step": step.id, "by": names, "why": list(step.why)}
    data["rule"] = step.added is None
    return AuditEvent(ADDED_SIGNATURES, data)
