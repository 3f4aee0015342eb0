"""`加签`: more people sign a text that waits for its signatures. A signature that was added stays.

Who has to sign now, who drafted the text, and the desk may add; only a leader or the chief takes one off again, with a
reason, and not from their own text. A leader who takes off what somebody else added does not sign the text.
"""

from collections.abc import Sequence

from msgspec import structs

from handlers.rules.incident.asking import added, changed
from handlers.rules.incident.case import Amended, AuditEvent, Case, Decision, RequestChange, RequestRow
from handlers.rules.incident.chain import CHAINED, chain_of
from handlers.rules.incident.chain_steps import ADDED, ChainStep, before_the_last, recorded
from handlers.rules.incident.openings import TAKEN_OFF_BY, openings_of
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.signers import first_asked, holder_waiting, may_decide
from handlers.rules.language.letters import letters
from handlers.rules.people.institution import Department, Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.approval_steps import office_people

REMOVED_SIGNATURE = "signature removed"
"""Kind of the event that records a signature which is no longer asked for."""


def cosign(case: Case, actor: Person, people: Sequence[Person], departments: Sequence[Department]) -> Decision:
    """Add a step, before the last one of the regime, that these people and one person of each department sign."""
    request = _waiting(case)
    _may_add(case, request, actor)
    if not people and not departments:
        raise Refusal("cosign.whom", case=case)
    for person in people:
        _must_be_free(case, request, person)
    for department in departments:
        _must_have_signers(case, request, department)
    steps = chain_of(case, request)
    number = 1 + max((int(one.id.removeprefix(ADDED)) for one in steps if one.id.startswith(ADDED)), default=0)
    new = ChainStep(
        f"{ADDED}{number}",
        of=tuple(one.name for one in departments),
        people=tuple(one.id for one in people),
        needs="all",
        why=(f"added:{actor.id}",),
        added=actor.id,
    )
    event = added(request, new)
    return _with_chain(case, request, before_the_last(steps, new), event)


def uncosign(
    case: Case, actor: Person, people: Sequence[Person], departments: Sequence[Department], reason: str
) -> Decision:
    """Take off a signature that was added and not given yet. Refusal if nobody would be left to sign."""
    request = _waiting(case)
    permit(case, actor, "uncosign")
    if actor.id == request.asked_by:
        raise Refusal("cosign.own_text", case=case)
    if not people and not departments:
        raise Refusal("cosign.whom_off", case=case)
    if not letters(reason):
        raise Refusal("cosign.reason", case=case)
    names = {*(f"person:{one.id}" for one in people), *(f"office:{one.name}" for one in departments)}
    steps = chain_of(case, request)
    kept = tuple(left for step in steps if (left := _without(step, names)))
    if kept == steps:
        raise Refusal("cosign.not_added", case=case)
    by = _asked_by(steps, kept)
    _must_not_overrule(case, actor, by)
    data = {"request": request.id, "kind": request.kind, "by": sorted(names), "added_by": by, "reason": reason}
    bars = not actor.has("chief") and by != [actor.id]
    taken_off = {TAKEN_OFF_BY: [*request.subject.get(TAKEN_OFF_BY, ()), actor.id]} if bars else {}
    row = Amended(request, subject={**request.subject, **taken_off})
    first_asked(case, Amended(row, subject={**row.subject, "chain": recorded(kept)}))
    return _with_chain(case, row, kept, AuditEvent(REMOVED_SIGNATURE, data))


def _asked_by(steps: Sequence[ChainStep], kept: Sequence[ChainStep]) -> list[str]:
    """Return who added the signatures that are taken off (ids)."""
    changed = (step.added for step in steps if step not in kept)
    return [*dict.fromkeys(id for id in changed if id is not None)]


def _must_not_overrule(case: Case, actor: Person, added_by: Sequence[str]) -> None:
    """Raise Refusal if the chief added a signature, and somebody else takes it off."""
    chiefs = [one for one in case.institution.with_role("chief") if one.id in added_by and one.id != actor.id]
    if chiefs and not actor.has("chief"):
        raise Refusal("cosign.chiefs", case=case, people=chiefs)


def _without(step: ChainStep, names: set[str]) -> ChainStep | None:
    """Return an added step without those of its open signatures; None if nothing is left of it."""
    if step.added is None:
        return step
    left = [n for n, who in enumerate(step.places) if who[0] not in names or n not in step.open_places]
    kept = [step.places[n][0].partition(":")[::2] for n in left]
    given = tuple(structs.replace(one, place=left.index(one.place)) for one in step.given)
    offices, people = (tuple(name for what, name in kept if what == one) for one in ("office", "person"))
    return structs.replace(step, of=offices, people=people, given=given) if left else None


def added_and_open(case: Case) -> tuple[str, ...]:
    """Return who was asked to sign besides what still waits, and has not signed: "office:保密办", "person:wang"."""
    steps = (step for kind in CHAINED for one in case.pending(kind) for step in chain_of(case, one))
    return tuple(dict.fromkeys(step.places[n][0] for step in steps if step.added is not None for n in step.open_places))


def _waiting(case: Case) -> RequestRow:
    """Return the text that waits for signatures: a reply, else a plan. Refusal if none does."""
    case.must_be_open()
    found = next((one for kind in CHAINED for one in case.pending(kind)), None)
    if found is None:
        raise Refusal("cosign.nothing", case=case)
    return found


def _may_add(case: Case, request: RequestRow, actor: Person) -> None:
    asked = may_decide(case.when_said, request, actor)
    if case.concerns(actor) or not (asked or actor.id == request.asked_by):
        permit(case, actor, "cosign")


def _must_be_free(case: Case, request: RequestRow, person: Person) -> None:
    """Raise Refusal if a person may not sign the request, or signs it anyway."""
    facts = {"case": case, "request": request, "person": person}
    if person.id == request.asked_by:
        raise Refusal("cosign.drafter", **facts)
    if not case.may_decide(person):
        raise Refusal("cosign.recused", **facts)
    if person.id in request.subject.get("signed", ()):
        raise Refusal("cosign.signed", **facts)
    if person in _asked_anyway(case, request):
        raise Refusal("cosign.asked_anyway", **facts)


def _must_have_signers(case: Case, request: RequestRow, department: Department) -> None:
    """Raise Refusal if nobody of a department may sign the request who does not sign it anyway."""
    signed = {request.asked_by, *request.subject.get("signed", ())}
    anyway = _asked_anyway(case, request)
    own = office_people(department, case.institution)
    if not [one for one in own if case.may_decide(one) and one.id not in signed and one not in anyway]:
        raise Refusal("cosign.nobody", case=case, request=request, department=department)


def _asked_anyway(case: Case, request: RequestRow) -> set[Person]:
    """Return who is asked for a signature that is still open, now or later."""
    steps = chain_of(case, request)
    left = (openings_of(case, request, step, steps) for step in steps if not step.done)
    return {one.people[0] for found in left for one in found if one.people}


def _with_chain(case: Case, request: RequestRow, steps: Sequence[ChainStep], event: AuditEvent) -> Decision:
    change: RequestChange = changed(case, request, tuple(steps))
    row = Amended(request, subject={**request.subject, "chain": recorded(steps)}, step=change.step)
    rows = [row if one.id == request.id else one for one in case.pending()]
    return Decision(events=(event,), changes={"holder": holder_waiting(case, rows)}, decided=(change,))
