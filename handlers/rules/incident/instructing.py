"""A leader's instruction (批办): which department, and by when. What a limit sets, and what is left to one.

Where the regime leaves the limit of an answer or of a result to the leader, an instruction sets it; elsewhere it may
shorten the result's, or the answer's where it asks for no more than an answer.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from handlers.rules.incident.asked_for import asked_for
from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow, MovedDuty, NewDuty
from handlers.rules.incident.conflict import must_be_free
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import begun, given, move, new_duty, of_kinds
from handlers.rules.incident.escalation import FOLLOWS
from handlers.rules.incident.lifecycle import handed
from handlers.rules.incident.permissions import LEADERS, permit
from handlers.rules.incident.watching import owned
from handlers.rules.people.institution import Department, Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime_parts import DutyRule
from handlers.rules.time.periods import Due, Period, parse
from handlers.rules.time.promises import Promise


def instruct(
    case: Case,
    actor: Person,
    department: Department | None,
    period: Period | Promise | None,
    text: str,
    now: datetime,
    before: Sequence[Person] = (),
) -> Decision:
    """Give a leader's written instruction (批办): a department, a limit for the result, or both.

    The limit is a period from now, or a day that was named. A leader who has instructed needs no opinion any more. What
    the office writes down for a leader takes effect, and does not meet what the leader owes. `before` are those who
    have instructed on the matter: what somebody above has limited, nobody below puts off (Refusal).
    """
    case.must_be_open()
    permit(case, actor, "instruct")
    if department is None and period is None and not text:
        raise Refusal("instruct.what", case=case)
    must_be_free(case, department)
    period = period if asked_for(text) else None  # by when news is wanted limits nothing that is owed
    limits = _limits(case, period, text, now)
    _must_not_put_off(case, actor, before, limits[1])
    waits = waits_for_a_limit(case)
    to = department.name if department and department.name != case.incident.department else None
    told = {"from": case.incident.department, "department": to, "period": _said(period), "text": text}
    event = AuditEvent("instructed", told)
    decision = handed(case, to, event, now) if to else Decision(events=(event,))
    instructed = () if waits and not period else owned(case, actor, "instructed")
    return replace(
        decision,
        met=(*decision.met, *(duty.id for duty in instructed)),
        waived=(*decision.waived, *_needed_no_more(case, actor)),
        opened=(*limits[0], *begun(case, "instructed", now), *decision.opened),
        moved=limits[1],
    )


def _must_not_put_off(case: Case, actor: Person, before: Sequence[Person], moved: Sequence[MovedDuty]) -> None:
    """Raise Refusal if an instruction would put off what somebody above its giver has limited."""
    above = [one for one in before if _rank(one) > _rank(actor)]
    due = {duty.id: duty.due_at for duty in case.duties}
    later = [one for one in moved if one.due.at > due[one.id]]
    if above and later:
        raise Refusal("instruct.above", case=case, by=above[-1].id, due=due[later[0].id])


def _rank(person: Person) -> int:
    return next((rank for rank, role in ((2, "chief"), (1, "leader")) if person.has(role)), 0)


def waits_for_a_limit(case: Case) -> bool:
    """Return whether something has no limit until a leader names one: words alone are no instruction then."""
    left = (rule for rule in _left_to_instruction(case) if rule.otherwise is None)
    return any(case.open_duty(rule.kind) is None for rule in left)


def _needed_no_more(case: Case, actor: Person) -> tuple[int, ...]:
    """Return the ids of the opinions that are owed to a leader who has instructed."""
    return of_kinds(case, "opinion") if actor.has(*LEADERS) else ()


def _said(limit: Period | Promise | None) -> str | None:
    return limit.text if isinstance(limit, Promise) else str(limit) if limit else None


def _limits(
    case: Case, period: Period | Promise | None, text: str, now: datetime
) -> tuple[tuple[NewDuty, ...], tuple[MovedDuty, ...]]:
    """Return what an instruction's limit sets: what the regime leaves to it, else an earlier resolution or answer.

    What has run over keeps its due time. Refusal if the limit is longer than the regime allows.
    """
    if period is None:
        return (), ()
    counted = _limit(case, period, now)
    left = _left_to_instruction(case)
    if not left:
        duties = limited(case, text)
        return (), tuple(move(case, duty.id, counted, now) for duty in duties if now < duty.due_at > counted.at)
    standing = {rule.kind: duty for rule in left if (duty := case.open_duty(rule.kind))}
    regime, institution, tier = case.regime, case.institution, case.incident.tier
    fresh = tuple(new_duty(rule, counted, regime, institution, tier, now) for rule in left if rule.kind not in standing)
    return fresh, tuple(move(case, duty.id, counted, now) for duty in standing.values() if duty.due_at > now)


def _is_answered(case: Case, rule: DutyRule) -> bool:
    """Return whether a duty asks for the answer that is public already."""
    return rule.met_by == "published" and case.incident.replied_at is not None


def _limit(case: Case, period: Period | Promise, now: datetime) -> Due:
    """Return when an instruction's limit ends. Refusal that names the longest one."""
    longest = parse(case.regime.instructed_at_most)
    counted = (
        given(case, period.at, now, period.text)
        if isinstance(period, Promise)
        else count(case.regime, case.institution, period, now)
    )
    if counted.at > count(case.regime, case.institution, longest, now).at:
        raise Refusal("instruct.too_long", case=case, longest=longest)
    return counted


def limited(case: Case, text: str) -> tuple[DutyRow, ...]:
    """Return the open duties that the limit of an instruction is for, as its words say; none if it wants only news.

    Where the regime leaves limits to the leader, it is for those.
    """
    asked = asked_for(text)
    if asked and (kinds := {rule.kind for rule in _left_to_instruction(case)}):
        return tuple(duty for duty in case.duties if duty.state == "open" and duty.kind in kinds)
    found = tuple(duty for kind in asked if (duty := case.open_duty(kind)))
    resolve = case.open_duty("resolve")
    return (resolve,) if not found and asked == ("verify",) and resolve else found


def ran_over(case: Case, text: str, now: datetime) -> tuple[DutyRow, ...]:
    """Return the open duties that an instruction's limit would set, had they not run over."""
    return tuple(duty for duty in limited(case, text) if duty.due_at <= now)


def _left_to_instruction(case: Case) -> tuple[DutyRule, ...]:
    """Return the duties whose limit the regime leaves to the leader; after a verification only those of its result.

    An answer that is public already is owed no more.
    """
    found = FOLLOWS.get(case.incident.verdict or "")
    return tuple(
        rule
        for rule in case.regime.duty
        if rule.period == "instructed"
        and rule.applies(case.incident.tier)
        and (found is None or rule.starts not in FOLLOWS.values() or rule.starts == found)
        and not _is_answered(case, rule)
    )
