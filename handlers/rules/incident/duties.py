"""What is owed by when: a regime's duties counted from an event, promises, stricter tiers, and extensions."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from handlers.rules.incident.case import Case, DutyRow, MovedDuty, NewDuty
from handlers.rules.incident.counted import Posting, count, posting_of, since_posting
from handlers.rules.people.institution import Institution
from handlers.rules.refusal import Refusal
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import Regime, rules_for
from handlers.rules.regime.regime_parts import DutyRule, Starts
from handlers.rules.regime.tiers import next_above
from handlers.rules.time.deadline_trace import DeadlineTrace, Ending
from handlers.rules.time.periods import Due, Period, extend, parse
from handlers.rules.time.promises import Promise

PROMISE, CALM, STAND, CLOSING = "promise", "calm", "stand", "closing"
"""Kinds of duties that no rule of a regime counts: given dates, calming, a look at the answer, the end."""

SUPERIOR = "superior"
"""The kind of the duty to report a result back to the body that handed the matter down."""

MATERIAL, NEWS, FINAL = "material", "news above", "final report"
"""Kinds of duties that the regime owes to bodies outside: written material, news at set times, the final report."""
UPWARD = (SUPERIOR, MATERIAL, NEWS, FINAL)
"""Kinds of duties of which each is owed to a body of its own, which its trace names."""

HANDED_UP, UNIT_REPORT = "handed up", "unit report"
"""Kinds of duties between a unit and the office: to take over what is handed up, and to report on what is handed down.
"""

CALL_BACK, DECIDE = "call-back", "decide"
"""Kinds of duties after the result: to ask who raised the matter, and to decide whether it is opened again."""
ACTION, CONFIRM, READ = "action", "confirm", "read"
"""Kinds of duties that belong to no cycle: an action item, to confirm one, to read a case that was issued."""
MINUTES, INQUIRY = "minutes", "inquiry"
"""Kinds of duties that belong to no cycle either: the minutes of a meeting, an answer to the press."""
BEFORE_LADDER = -(10**9)
"""The rung of a duty of which something was said before its ladder begins: before a meeting."""
LASTING = (ACTION, CONFIRM, READ, MINUTES, INQUIRY)
TRACK, SITUATION = "track", "situation"
UNTIL_CALM = (TRACK, SITUATION)
"""Kinds of duties that are owed again and again until the matter is calm: a look at it, a bulletin of it."""

TRANSFERRED = ("acknowledge", "assign", "verify", "opinion", "instruct")
"""Kinds of duties that nobody of ours owes while an outside body has the matter."""


def owed(
    regime: Regime,
    institution: Institution,
    tier: str,
    start: datetime,
    starts: Iterable[Starts],
    posting: Posting | None = None,
    *,
    found_at: datetime | None = None,
) -> tuple[NewDuty, ...]:
    """Return the duties whose periods run from one of the events `starts`, which happened at `start` (aware).

    What runs from the `posting` begins with the find, which may have been earlier: at `found_at`.
    """
    found_at = found_at or start
    events = tuple(starts)
    events += ("posted",) if "found" in events else ()
    begun = [
        (rule, found_at if rule.starts in ("found", "posted") else start)
        for rule in rules_for(regime, tier, events)
        if rule.length is not None
    ]
    counted = tuple(
        new_duty(rule, rule_due(rule, regime, institution, at, posting), regime, institution, tier, at)
        for rule, at in begun
    )
    return counted + (_calming(regime, institution, tier, found_at) if {"found", "raised"} & {*events} else ())


def rule_due(
    rule: DutyRule, regime: Regime, institution: Institution, start: datetime, posting: Posting | None = None
) -> Due:
    """Return when a duty is due that begins at `start`. ValueError if its period has to be promised or instructed."""
    if rule.length is None:
        raise ValueError(f"{rule.kind} has no period to count")
    if rule.starts == "posted":
        return since_posting(regime, institution, rule.length, start, posting)
    return count(regime, institution, rule.length, start)


def owed_at_first(
    regime: Regime,
    institution: Institution,
    tier: str,
    department: str | None,
    now: datetime,
    posting: Posting | None = None,
    *,
    found_at: datetime | None = None,
) -> tuple[NewDuty, ...]:
    """Return the duties of a matter that begins at `now`, or begins again; with a department it needs no assignment.

    One that begins again has no `posting`: everything runs from `now`. One that is new was found at `found_at`.
    """
    starts: tuple[Starts, ...] = ("found", "assigned") if department else ("found",)
    known = regime.met_by("assigned") if department else ()
    every = owed(regime, institution, tier, now, starts, posting, found_at=found_at)
    first = tuple(duty for duty in every if duty.kind not in known)
    begins = found_at or now
    return first if any(duty.kind != CALM for duty in first) else (*first, closing(regime, institution, tier, begins))


def closing(regime: Regime, institution: Institution, tier: str, now: datetime) -> NewDuty:
    """Return the duty to close a matter for which nothing else is owed from `now` on."""
    counted = count(regime, institution, parse(regime.closes_within), now)
    ladder = Ladder(regime, tier, institution.calendar, now, counted.at)
    return NewDuty(CLOSING, "department", now, counted, ladder.first_at())


def _calming(regime: Regime, institution: Institution, tier: str, start: datetime) -> tuple[NewDuty, ...]:
    """Return the duty of a matter to calm, where the regime raises one that does not."""
    above = next_above(regime, tier)
    period = regime.tier[above].unless_calm if above else None
    if period is None:
        return ()
    counted = count(regime, institution, parse(period), start)
    return (
        NewDuty(CALM, "desk", start, counted, Ladder(regime, tier, institution.calendar, start, counted.at).first_at()),
    )


def new_duty(
    rule: DutyRule, counted: Due, regime: Regime, institution: Institution, tier: str, start: datetime
) -> NewDuty:
    """Return a duty with its due time and the first step of its ladder."""
    ladder = Ladder(regime, tier, institution.calendar, start, counted.at)
    return NewDuty(rule.kind, rule.owner, start, counted, ladder.first_at())


def met(case: Case, *events: str) -> tuple[int, ...]:
    """Return the ids of the open duties that these events meet. Only a publication meets a promise, only calm CALM."""
    kinds = frozenset().union(*(case.regime.met_by(event) for event in events))
    if "resolved" in events:
        kinds |= {CLOSING}
    if "calm" in events:
        kinds |= {CALM}
    return tuple(id for id in of_kinds(case, *kinds) if not _met_otherwise(case, id, events))


def _met_otherwise(case: Case, id: int, events: Collection[str]) -> bool:
    """Return whether a duty is of a kind that several events meet, and by its period of a rule with another one."""
    duty = next(one for one in case.duties if one.id == id)
    rules = [rule for rule in case.regime.duty if rule.kind == duty.kind]
    if len({rule.met_by for rule in rules}) < 2:
        return False
    own = [rule.met_by for rule in rules if rule.period == duty.reckoning.get("rule")]
    return bool(own) and not {*own} & {*events}


def of_kinds(case: Case, *kinds: str) -> tuple[int, ...]:
    """Return the ids of the open duties of these kinds."""
    return tuple(duty.id for duty in case.duties if duty.state == "open" and duty.kind in kinds)


def waits_for_signature(owner: str, kind: str) -> bool:
    """Return whether a duty waits while its matter is with a signer: not an acknowledgement, nor one of the desk."""
    return owner == "department" and kind != "acknowledge"


def ours(case: Case) -> tuple[int, ...]:
    """Return the ids of all open duties but for reports on what was handed down, which only a report ends."""
    kept = (SUPERIOR, UNIT_REPORT)
    return tuple(duty.id for duty in case.duties if duty.state == "open" and duty.kind not in kept)


def everything(case: Case) -> tuple[int, ...]:
    """Return the ids of all open duties."""
    return tuple(duty.id for duty in case.duties if duty.state == "open")


def begun(case: Case, event: Starts, now: datetime) -> tuple[NewDuty, ...]:
    """Return the duties that an event begins, without those that are owed already, or only until a calm that was."""
    fresh = owed(case.regime, case.institution, case.incident.tier, now, (event,))
    over = UNTIL_CALM if has_calmed(case) else ()
    return tuple(duty for duty in fresh if case.open_duty(duty.kind) is None and duty.kind not in over)


def has_calmed(case: Case) -> bool:
    """Return whether what is owed after the calm has begun in this cycle."""
    after = {rule.kind for rule in rules_for(case.regime, case.incident.tier, ("calm",))}
    return any(duty.kind in after for duty in case.duties)


def restarted(case: Case) -> tuple[int, ...]:
    """Return the ids of the open duties that run from the assignment, and start again with another department."""
    return of_kinds(case, "acknowledge", *(rule.kind for rule in case.regime.duty if rule.starts == "assigned"))


def to_assign(case: Case, now: datetime) -> tuple[NewDuty, ...]:
    """Return the desk's duty to assign a matter that its department no longer has, if the regime asks for one."""
    tier = case.incident.tier
    rule = case.regime.rule("assign", tier)
    if rule is None or rule.length is None or case.open_duty("assign"):
        return ()
    counted = count(case.regime, case.institution, rule.length, now)
    return (new_duty(rule, counted, case.regime, case.institution, tier, now),)


def calmed(case: Case, now: datetime) -> tuple[NewDuty, ...]:
    """Return the duties that begin when a matter has calmed, and only once."""
    ever = {duty.kind for duty in case.duties}
    return tuple(duty for duty in begun(case, "calm", now) if duty.kind not in ever)


def promised(case: Case, promises: Iterable[Promise], now: datetime) -> tuple[NewDuty, ...]:
    """Return a duty for each date that a published reply gives; the resolution too, if the regime bases it on them."""
    dates = sorted({promise.at: promise for promise in promises if promise.at > now}.items())
    duties = [_promise(case, promise, now) for _, promise in dates]
    rule = case.regime.rule("resolve", case.incident.tier)
    if rule and rule.period == "promised" and dates and case.open_duty("resolve") is None:
        counted = _given(case, dates[-1][1], now)
        duties.append(new_duty(rule, counted, case.regime, case.institution, case.incident.tier, now))
    return tuple(duties)


def _promise(case: Case, promise: Promise, now: datetime) -> NewDuty:
    return NewDuty(PROMISE, "department", now, _given(case, promise, now), ladder_to(case, promise.at, now).first_at())


def _given(case: Case, promise: Promise, now: datetime) -> Due:
    """Return the due time that a reply promised, with its own words."""
    return given(case, promise.at, now, promise.text)


def given(case: Case, at: datetime, now: datetime, words: str) -> Due:
    """Return a due time that was set and not counted; `words` are those in which it was set."""
    calendar = case.institution.calendar
    last_day = calendar.day_ending(at)
    ending: Ending = "midnight" if at == calendar.end_of(last_day) else "clock"
    counted = count(case.regime, case.institution, parse("same day"), now)
    return Due(at, False, counted.trace.given(words, now, at, last_day, ending))


def stricter(case: Case, tier: str, now: datetime) -> tuple[tuple[NewDuty, ...], tuple[MovedDuty, ...]]:
    """Return what a higher tier asks from `now` on: duties that were not owed, and earlier due times of others."""
    fresh: list[NewDuty] = []
    moved: list[MovedDuty] = []
    events = _past(case)
    posting = posting_of(case.incident)
    for duty in owed(case.regime, case.institution, tier, now, (*events, "raised"), posting):
        standing = case.open_duty(duty.kind) if duty.kind != CALM else None
        if case.incident.outside and duty.kind in TRANSFERRED:
            continue
        if standing is None and not _done(case, duty.kind, tier):
            fresh.append(duty)
        elif standing is not None and duty.due.at < standing.due_at:
            moved.append(MovedDuty(standing.id, duty.due, duty.next_at))
    return tuple(fresh), (*moved, *_staying(case, tier, {change.id for change in moved}))


def _staying(case: Case, tier: str, moved: Collection[int]) -> Iterator[MovedDuty]:
    """Yield the open duties whose due time a higher tier leaves as it is."""
    for duty in case.duties:
        if duty.state == "open" and duty.kind not in (CALM, STAND) and duty.id not in moved:
            yield _at_tier(case, duty, tier)


def due_of(duty: DutyRow) -> Due:
    """Return a standing duty's due time with its trace."""
    return Due(duty.due_at, duty.provisional, DeadlineTrace.from_dict(duty.reckoning))


def ladder_to(case: Case, due_at: datetime, now: datetime) -> Ladder:
    """Return the ladder to a due time that begins after `now`."""
    return Ladder(case.regime, case.incident.tier, case.institution.calendar, now, due_at)


def _at_tier(case: Case, duty: DutyRow, tier: str) -> MovedDuty:
    """Return a duty with its due time and the new tier's next step, which may sound at night."""
    if duty.kind == MINUTES and duty.rung is None:  # those who were called are reminded first
        return MovedDuty(duty.id, due_of(duty), duty.next_at)
    ladder = Ladder(case.regime, tier, case.institution.calendar, duty.started_at, duty.due_at)
    return MovedDuty(duty.id, due_of(duty), ladder.next_at(duty.rung), duty.rung)


def _done(case: Case, kind: str, tier: str) -> bool:
    """Return whether nothing is left of a kind of duty; a report to other receivers in the new tier is left."""
    if case.incident.department and kind in case.regime.met_by("assigned"):
        return True
    if kind in UNTIL_CALM:
        return False
    now, then = case.regime.rule(kind, case.incident.tier), case.regime.rule(kind, tier)
    received = now is None or then is None or now.to == then.to
    return received and any(row.kind == kind and row.state == "met" for row in case.duties)


def of_verdict(case: Case, verdict_starts: Starts, instead: Starts) -> tuple[int, ...]:
    """Return the ids of open duties that only a verdict began which another one corrects."""
    regime, tier = case.regime, case.incident.tier
    others = {rule.kind for rule in rules_for(regime, tier, (*_past(case), instead))}
    kinds = [rule.kind for rule in rules_for(regime, tier, (verdict_starts,)) if rule.kind not in others]
    return of_kinds(case, *kinds)


def _past(case: Case) -> tuple[Starts, ...]:
    """Return the events of the incident so far from which periods may run."""
    incident = case.incident
    happened: dict[Starts, object] = {
        "found": True,
        "posted": True,
        "assigned": incident.department and incident.acknowledged_at is None,
        "acknowledged": incident.acknowledged_at,
        "published": incident.replied_at,
        "resolved": incident.resolved_at,
    }
    return tuple(event for event, happening in happened.items() if happening)


def extended(case: Case, due_at: datetime, period: Period) -> Due:
    """Return a due time put off by `period`. ValueError if the period is no length."""
    calendar, regime = case.institution.calendar, case.regime
    return extend(due_at, period, calendar, roll_over=regime.roll_over, ends_at=regime.ends_at)


def latest(case: Case) -> Due:
    """Return the last due time that extensions may reach. Refusal if the regime grants none."""
    if case.regime.extension is None:
        raise Refusal("extend.not_granted", case=case)
    start = case.incident.cycle_at or case.incident.found_at
    period = parse(case.regime.extension.up_to)
    if _extends_from_posting(case, start):
        return since_posting(case.regime, case.institution, period, start, posting_of(case.incident))
    return count(case.regime, case.institution, period, start)


def _extends_from_posting(case: Case, start: datetime) -> bool:
    """Return whether the regime's limit of extensions runs from the posting, as the duties do that they put off.

    It runs from the find where one of these does because its period from the posting had ended.
    """
    limit = case.regime.extension
    if limit is None or limit.starts != "posted":
        return False
    put_off = (rule for rule in rules_for(case.regime, case.incident.tier, ("posted",)) if rule.kind in limit.of)
    dues = (rule_due(rule, case.regime, case.institution, start, posting_of(case.incident)) for rule in put_off)
    return all(due.trace.posting != "past" for due in dues)


def put_off(case: Case, duties: Iterable[DutyRow], period: Period) -> tuple[tuple[DutyRow, Due], ...]:
    """Return the duties that an extension puts off with their new due times, none of them beyond the regime's limit.

    The earliest due comes first. A duty that is due at the limit or after it stays as it is.
    """
    limit = latest(case)
    later = [(duty, min(extended(case, duty.due_at, period), limit, key=lambda due: due.at)) for duty in duties]
    moved = [(duty, due) for duty, due in later if due.at > duty.due_at]
    return tuple(sorted(moved, key=lambda each: each[0].due_at))


def extendable(case: Case) -> tuple[DutyRow, ...]:
    """Return the open duties that an extension puts off, the earliest due first."""
    kinds = case.regime.extension.of if case.regime.extension else ()
    return tuple(
        sorted((d for d in case.duties if d.state == "open" and d.kind in kinds), key=lambda duty: duty.due_at)
    )


def move(case: Case, duty_id: int, counted: Due, now: datetime) -> MovedDuty:
    """Return a duty's move to a new due time, its ladder beginning after `now`."""
    return MovedDuty(duty_id, counted, ladder_to(case, counted.at, now).first_at())
