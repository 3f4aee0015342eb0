"""A matter is watched until it is calm: who looks at it, who writes of it, and when they owe the next look.

Each decision takes the case, the actor and `now` (aware), and raises `Refusal` if it is not allowed.
"""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from handlers.rules.incident.case import OPEN_STAGES, AuditEvent, Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import (
    CALM,
    TRACK,
    UNTIL_CALM,
    calmed,
    due_of,
    has_calmed,
    ladder_to,
    met,
    new_duty,
)
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

WATCHED = (*OPEN_STAGES, "resolved")
"""The stages in which a matter may be watched."""
_MAY_MEET: dict[str, Callable[[Case, Person], bool]] = {
    "department": lambda case, one: case.belongs(one, *DESK_ROLES, *LEADERS),
    "desk": lambda case, one: one.has(*DESK_ROLES, *LEADERS) or one in case.institution.desk(),
    "officer": lambda case, one: one.has(*DESK_ROLES, *LEADERS) or one in case.institution.desk(),
    "leader": lambda case, one: any(each.has(*LEADERS) for each in case.selves(one)),
    "group": lambda case, one: any(each.has(*LEADERS) for each in case.selves(one)),
    "chief": lambda case, one: any(each.has("chief") for each in case.selves(one)),
}


def may_meet(case: Case, owner: str, person: Person) -> bool:
    """Return whether the person may do what `owner` owes. What a named person owes the desk and leaders may do too."""
    if case.concerns(person):
        return False
    if owner.startswith("person:"):
        named = owner.partition(":")[2] in [one.id for one in case.selves(person)]
        return named or person.has(*DESK_ROLES, *LEADERS)
    return _MAY_MEET[owner](case, person)


def looked_at(case: Case, actor: Person, decision: Decision, now: datetime) -> Decision:
    """Return the decision with the look met that the actor owes or may give, and the next one owed."""
    return done_once(case, decision, owned(case, actor, "tracked"), now)


def owned(case: Case, actor: Person, event: str) -> tuple[DutyRow, ...]:
    """Return the open duties that an event meets and whose owner the actor is, or may act for."""
    ids = met(case, event)
    return tuple(duty for duty in case.duties if duty.id in ids and may_meet(case, duty.owner, actor))


def done_once(case: Case, decision: Decision, duties: tuple[DutyRow, ...], now: datetime) -> Decision:
    """Return the decision with these duties met, and owed again where they are until calm."""
    done = tuple(duty.id for duty in duties)
    again = tuple(_again(case, duty, now) for duty in duties if duty.kind in UNTIL_CALM)
    opened = tuple(duty for duty in again if duty is not None)
    return replace(decision, met=(*decision.met, *done), opened=(*decision.opened, *opened))


def _again(case: Case, duty: DutyRow, now: datetime) -> NewDuty | None:
    """Return the next one of the same owner; None if the tier asks for none any more."""
    fresh = _counted(case, duty.kind, now)
    return replace(fresh, owner=duty.owner) if fresh else None


def _counted(case: Case, kind: str, now: datetime) -> NewDuty | None:
    regime, institution, tier = case.regime, case.institution, case.incident.tier
    rule = regime.rule(kind, tier)
    if rule is None or rule.length is None:
        return None
    return new_duty(rule, count(regime, institution, rule.length, now), regime, institution, tier, now)


def track(case: Case, actor: Person, who: Person, now: datetime) -> Decision:
    """Name the person who watches the matter until it is calm. It begins now, if the regime begins it later.

    What is due stays due then; a look that is late stays late for who owed it, and the next one is counted from now.
    """
    permit(case, actor, "track")
    if case.incident.stage not in WATCHED:
        raise Refusal("common.closed", case=case)
    fresh = _counted(case, TRACK, now)
    if fresh is None:
        raise Refusal("track.not_asked", case=case)
    standing = case.open_duty(TRACK)
    if standing is None and has_calmed(case):
        raise Refusal("track.calm", case=case)
    if case.concerns(who):
        raise Refusal("track.concerned", case=case, who=who)
    owner = f"person:{who.id}"
    if standing is not None and standing.owner == owner:
        raise Refusal("track.same", case=case, who=who, due=standing.due_at)
    if standing is not None and standing.due_at > now:
        due = due_of(standing)
        fresh = replace(fresh, due=due, next_at=ladder_to(case, due.at, now).first_at())
    return Decision(
        events=(AuditEvent("tracker", {"who": who.id, "text": who.name}),),
        waived=(standing.id,) if standing else (),
        opened=(replace(fresh, owner=owner),),
    )


def begun_by_the_result(case: Case, now: datetime) -> tuple[NewDuty, ...]:
    """Return what a result begins besides: the watch at the latest, or what follows the calm where nobody watches.

    A result counts as calm only in a regime that asks nobody whether a matter has calmed.
    """
    watch = _counted(case, TRACK, now)
    if watch is None:
        return () if case.open_duty(CALM) else calmed(case, now)
    starts = [rule.starts for rule in case.regime.duty if rule.kind == TRACK]
    begins = case.open_duty(TRACK) is None and not has_calmed(case) and "resolved" not in starts
    return (watch,) if begins else ()


def watched_again(case: Case, decision: Decision, now: datetime) -> Decision:
    """Return the decision with what is owed until calm owed again, if the matter had calmed; it stirs again."""
    if not has_calmed(case):
        return decision
    known = {duty.kind for duty in case.duties if duty.state == "open"} | {duty.kind for duty in decision.opened}
    before = {duty.kind for duty in case.duties}
    counted = [_counted(case, kind, now) for kind in UNTIL_CALM if kind in before - known]
    return replace(decision, opened=(*decision.opened, *(duty for duty in counted if duty)))


def looks_since(case: Case, moment: datetime) -> int:
    """Return how many looks at the matter are on record since a moment (aware)."""
    return sum(
        duty.kind == TRACK and duty.state == "met" and duty.met_at is not None and duty.met_at >= moment
        for duty in case.duties
    )
