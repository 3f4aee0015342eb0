"""Checks a regime for contradictions: each complaint names the key and the remedy."""

from collections.abc import Iterator, Sequence
from datetime import time

from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime import DutyRule, Regime, RegimeError, Routine, Tier, TierRule, offset
from handlers.rules.regime.retention_period import read
from handlers.rules.time.periods import parse
from handlers.rules.time.recurring import is_recurring

Complaint = tuple[str, str]


def complaints(regime: Regime) -> Iterator[Complaint]:
    """Yield (path, sentence) for everything that would not work."""
    yield from _duties(regime)
    yield from _approval(regime)
    yield from _ladder(regime)
    yield from _tiers(regime)
    yield from _routines(regime)
    yield from _waking(regime)
    yield from _forms(regime)
    if regime.same_day_at_least:
        yield from _clock_period(".same_day_at_least", regime.same_day_at_least)


def _forms(regime: Regime) -> Iterator[Complaint]:
    try:
        read(regime.keeps)
    except ValueError as error:
        yield ".keeps", str(error)
    for n, rule in enumerate(regime.form):
        for path, complaint in _known_tiers(regime, rule.tiers):
            yield f".form[{n}]{path}", complaint


def _clock_period(where: str, text: str) -> Iterator[Complaint]:
    yield from _period(where, text)
    if text.strip()[-1:] not in {"m", "h"}:
        yield where, f'"{text}" is no time on the clock: write "2h" or "90m"'


def _duties(regime: Regime) -> Iterator[Complaint]:
    for n, rule in enumerate(regime.duty):
        for path, complaint in _duty(regime, rule, regime.duty[:n]):
            yield f".duty[{n}]{path}", complaint


def _duty(regime: Regime, rule: DutyRule, earlier: Sequence[DutyRule]) -> Iterator[Complaint]:
    yield from _source(regime, rule)
    for key in ("period", "otherwise"):
        text = getattr(rule, key)
        if text is not None and text not in _SOURCES:
            yield from _period(f".{key}", text)
    yield from _known_tiers(regime, rule.tiers)
    if any(_owe_the_same(regime, other, rule) for other in earlier):
        yield (
            ".kind",
            f"{rule.kind} is owed twice in the same tier: give each its own tiers, or another event to start from",
        )


_SOURCES = {
    "instructed": ("instructed", 'nobody is asked for the instruction: add a duty of kind "instruct"'),
    "promised": ("published", 'no reply is owed that could promise a date: add a duty of kind "reply"'),
}
"""Periods that an event sets: the event, and the complaint about a regime that never brings it."""


def _source(regime: Regime, rule: DutyRule) -> Iterator[Complaint]:
    if rule.dynamic:
        event, complaint = _SOURCES[rule.period]
        if not regime.met_by(event):
            yield ".period", complaint
    elif rule.otherwise is not None:
        yield ".otherwise", 'otherwise goes with period = "promised" or "instructed"'


def _known_tiers(regime: Regime, tiers: Sequence[Tier]) -> Iterator[Complaint]:
    if unknown := [tier for tier in tiers if tier not in regime.tiers]:
        yield ".tiers", f"the regime has no tier {unknown[0]}: add [tier.{unknown[0]}], or take it out"


def _owe_the_same(regime: Regime, one: DutyRule, other: DutyRule) -> bool:
    return (one.kind, one.starts) == (other.kind, other.starts) and _meet(regime, one, other)


def _meet(regime: Regime, one: DutyRule, other: DutyRule) -> bool:
    return any(one.applies(tier) and other.applies(tier) for tier in regime.tiers)


def _approval(regime: Regime) -> Iterator[Complaint]:
    for n, step in enumerate(regime.approval):
        if not step.by:
            yield f".approval[{n}].by", "a signature that nobody may give: name roles"
    if regime.met_by("published") and not regime.approval:
        yield ".approval", "a reply goes out that nobody approves: add [[approval]]"
    if regime.extension:
        yield from _period(".extension.up_to", regime.extension.up_to)
        if not regime.extension.by:
            yield ".extension.by", "an extension that nobody may grant: name roles"


def _ladder(regime: Regime) -> Iterator[Complaint]:
    if not regime.ladder:
        yield ".ladder", "nobody hears when something is late: add [[ladder]]"
    for where, at, tell in [
        *((f".ladder[{n}]", rung.at, rung.tell) for n, rung in enumerate(regime.ladder)),
        *([(".repeat", regime.repeat.every, regime.repeat.tell)] if regime.repeat else ()),
    ]:
        if not [listener for listener in tell if listener != "bulletin"]:
            yield f"{where}.tell", "tells nobody: name listeners"
        try:
            seconds = offset(at)
        except RegimeError as error:
            yield f"{where}.at", str(error)
            continue
        if where == ".repeat" and seconds < 60:
            yield f"{where}.every", 'every must be at least "1m"'


def _tiers(regime: Regime) -> Iterator[Complaint]:
    for name, tier in regime.tier.items():
        where = f".tier.{name}"
        if not _is_reached(tier):
            yield where, f"{name} is never reached: give it heat, keywords, superior, unless_calm, or manual = true"
        if name == "general":
            yield where, "general is what a matter is without any of this: take the table out"
        if tier.unless_calm:
            yield from _period(f"{where}.unless_calm", tier.unless_calm)
    yield from _heat_climbs(regime)


def _is_reached(tier: TierRule) -> bool:
    heat = (tier.views, tier.comments, tier.reposts)
    return bool(any(heat) or tier.keywords or tier.superior or tier.manual or tier.unless_calm)


def _heat_climbs(regime: Regime) -> Iterator[Complaint]:
    major, critical = regime.tier.get("major"), regime.tier.get("critical")
    for key in ("views", "comments", "reposts"):
        low, high = getattr(major, key, None), getattr(critical, key, None)
        if low is not None and high is not None and low >= high:
            yield f".tier.major.{key}", f"major is never reached by {key}: it must be less than critical's {high}"


def _routines(regime: Regime) -> Iterator[Complaint]:
    for n, routine in enumerate(regime.routine):
        yield from _routine(f".routine[{n}]", routine)


def _routine(where: str, routine: Routine) -> Iterator[Complaint]:
    if not routine.by:
        yield f"{where}.by", 'owed at no time: write by = ["17:30"]'
    for text in routine.by:
        try:
            time.fromisoformat(text)
        except ValueError:
            if text != "end of workday":
                yield f"{where}.by", f'"{text}" is no time of day: write "17:30" or "end of workday"'
    days = routine.days
    if not is_recurring(days):
        yield f"{where}.days", f'"{days}": write "every day", "working days", "fri" or a day of the month up to "28"'


def _waking(regime: Regime) -> Iterator[Complaint]:
    try:
        opens, closes = regime.waking.hours
    except ValueError as error:
        yield ".waking", f'{error}: write hours as "07:00"'
        return
    if opens >= closes:
        yield ".waking", "from must be earlier than to"


def _period(where: str, text: str) -> Iterator[Complaint]:
    try:
        parse(text)
    except ValueError as error:
        yield where, str(error)


def unmanned(regime: Regime, institution: Institution) -> Iterator[str]:
    """Yield what the regime asks of people whom the institution does not have: nobody could sign, owe or hear it."""
    for n, step in enumerate(regime.approval, 1):
        if not institution.with_role(*step.by):
            yield f"nobody can give signature {n} of a reply: give a person one of the roles {', '.join(step.by)}"
    if regime.extension and not institution.with_role(*regime.extension.by):
        yield f"nobody can grant an extension: give a person one of the roles {', '.join(regime.extension.by)}"
    owners = {rule.owner for rule in regime.duty} & {"leader", "chief"}
    for role in sorted({*owners, *(routine.owner for routine in regime.routine)}):
        if not institution.with_role(role):
            yield f"the regime asks something of the {role}, and nobody is that: give a person the role {role}"
    for rung in regime.ladder:
        if not any(_hears(listener, institution) for listener in rung.tell):
            yield f'the reminder at "{rung.at}" reaches nobody: give a person one of the roles {", ".join(rung.tell)}'


def _hears(listener: str, institution: Institution) -> bool:
    """Whether a listener is somebody; the owner and the desk always are, which the configuration's check ensures."""
    return listener in {"owner", "office"} or bool(institution.with_role(listener))
