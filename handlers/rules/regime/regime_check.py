"""Check a regime for contradictions: each complaint names the key and the remedy."""

from collections.abc import Iterable, Iterator
from datetime import time

from handlers.rules.people.institution import Institution
from handlers.rules.people.roster import read_shift
from handlers.rules.regime.after_check import after_complaints
from handlers.rules.regime.approval_check import chain_complaints, unsignable
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import DutyRule, RegimeError, Repeat, Routine, Tier, offset
from handlers.rules.regime.retention_period import read
from handlers.rules.regime.site_readers import unread
from handlers.rules.time.periods import parse
from handlers.rules.time.recurring import is_recurring
from handlers.rules.toml_errors import Complaint

NEEDS = {
    "instructed": ("instructed", 'nobody is asked for the instruction: add a duty of kind "instruct"'),
    "promised": ("published", 'no reply is owed that could promise a date: add a duty of kind "reply"'),
}
"""Periods that an event sets: the event that some duty has to be met by, and what is missing without such a duty."""


MOST_TIMES = 24
"""The largest number of times a day that working time is divided into."""


def complaints(regime: Regime) -> Iterator[Complaint]:
    """Yield a complaint about each key that cannot work."""
    yield from _keeping(regime)
    for n, rule in enumerate(regime.duty):
        yield from _duty(regime, n, rule)
    yield from _approval(regime)
    yield from _ladder(regime)
    for tier in regime.tier:
        yield from _tier(regime, tier)
    yield from _heat(regime)
    yield from _kinds(regime)
    for n, routine in enumerate(regime.routine):
        yield from _routine(f".routine[{n}]", routine)
    yield from _waking(regime)
    yield from _key_period(regime)
    for n, form in enumerate(regime.form):
        yield from _known_tiers(regime, f".form[{n}].tiers", form.tiers)
    yield from _reports(regime)
    if regime.helping:
        yield from _period(".helping.period", regime.helping.period)
        yield from _known_tiers(regime, ".helping.tiers", regime.helping.tiers)
    yield from _checks(regime)
    yield from _calm(regime)
    yield from after_complaints(regime)
    yield from _period(".instructed_at_most", regime.instructed_at_most)
    if regime.same_day_at_least:
        yield from _clock_period(".same_day_at_least", regime.same_day_at_least)
    for key, text in ((".promise_at_most", regime.promise_at_most), (".closes_within", regime.closes_within)):
        if text is not None:
            yield from _length(key, text)


def _reports(regime: Regime) -> Iterator[Complaint]:
    for kind, rule in regime.report.items():
        where = f".report.{kind}"
        for key, periods in (("material", (rule.material,)), ("updates", rule.updates), ("final", (rule.final,))):
            for text in filter(None, periods):
                yield from _length(f"{where}.{key}", text)
        yield from _known_tiers(regime, f"{where}.tiers", rule.tiers)
        yield from _known_tiers(regime, f"{where}.approves", rule.approves)
        if rule.approves and kind != "superior":
            yield Complaint(f"{where}.approves", "only a superior approves replies: write it under [report.superior]")
        if not (rule.material or rule.updates or rule.final or rule.approves):
            yield Complaint(where, "asks for nothing: write material, updates, final or approves, or take it out")


def _checks(regime: Regime) -> Iterator[Complaint]:
    for n, text in enumerate(regime.publication.stands_after):
        where = f".publication.stands_after[{n}]"
        yield from _period(where, text)
        if not text.strip().endswith("d"):
            yield Complaint(where, f'"{text}" is no length in days: write "1d" or "3wd"')


def _key_period(regime: Regime) -> Iterator[Complaint]:
    rule, where = regime.key_period, ".key_period"
    for key, number in (("at_most", rule.at_most), ("teams", rule.teams)):
        if number < 1:
            yield Complaint(f"{where}.{key}", f"{number}: write 1 or more")
    for text in rule.shifts:
        try:
            read_shift(text)
        except ValueError:
            yield Complaint(f"{where}.shifts", f'"{text}" is no shift: write "08:00-20:00"')
    for n, routine in enumerate(rule.routine):
        yield from _routine(f"{where}.routine[{n}]", routine)


UNTIL_CALM = {"track": "tracked", "situation": "circulated"}
"""Kinds of duties that are owed again until a matter is calm, and the event that meets each."""


def _calm(regime: Regime) -> Iterator[Complaint]:
    """Complain of what would be owed for ever, or of a calm that nobody may state."""
    if regime.calm and not regime.calm.by:
        yield Complaint(".calm.by", "nobody may say that a matter has calmed: name roles")
    if regime.calm and regime.calm.looks < 0:
        yield Complaint(".calm.looks", "less than none: write 0, 1 or more")
    for n, rule in enumerate(regime.duty):
        where = f".duty[{n}]"
        if rule.kind not in UNTIL_CALM:
            continue
        if regime.calm is None:
            yield Complaint(
                f"{where}.kind", f"a {rule.kind} is owed until it is calm, which nobody may say: add [calm]"
            )
        if rule.met_by != UNTIL_CALM[rule.kind]:
            yield Complaint(f"{where}.met_by", f'a {rule.kind} is met by "{UNTIL_CALM[rule.kind]}"')
        if rule.dynamic:
            yield Complaint(f"{where}.period", f'a {rule.kind} is owed again and again: write a length, such as "1d"')


def _keeping(regime: Regime) -> Iterator[Complaint]:
    try:
        read(regime.keeps)
    except ValueError as error:
        yield Complaint(".keeps", str(error))


def _length(where: str, text: str) -> Iterator[Complaint]:
    """Complain of a period that is no number of minutes, hours or days."""
    complaint = next(_period(where, text), None)
    if complaint:
        yield complaint
    elif not parse(text).length:
        yield Complaint(where, f'"{text}" is no length of time: write "15d", "10wd" or "48h"')


def _clock_period(where: str, text: str) -> Iterator[Complaint]:
    yield from _period(where, text)
    if text.strip()[-1:] not in {"m", "h"}:
        yield Complaint(where, f'"{text}" is no time on the clock: write "2h" or "90m"')


def _duty(regime: Regime, n: int, rule: DutyRule) -> Iterator[Complaint]:
    where = f".duty[{n}]"
    event, missing = NEEDS.get(rule.period, ("", ""))
    if event and not regime.met_by(event):
        yield Complaint(f"{where}.period", missing)
    if rule.otherwise is not None and not rule.dynamic:
        yield Complaint(f"{where}.otherwise", 'otherwise goes with period = "promised" or "instructed"')
    if rule.starts == "posted" and rule.dynamic:
        yield Complaint(f"{where}.starts", f'"posted" goes with a period that is counted, not with "{rule.period}"')
    for key, text in (("period", rule.period), ("otherwise", rule.otherwise)):
        if text is not None and text not in NEEDS:
            yield from _period(f"{where}.{key}", text)
    yield from _known_tiers(regime, f"{where}.tiers", rule.tiers)
    if any(_clash(regime, other, rule) for other in regime.duty[:n]):
        remedy = "give each its own tiers, or another event to start from"
        yield Complaint(f"{where}.kind", f"{rule.kind} is owed twice in the same tier: {remedy}")


def _clash(regime: Regime, one: DutyRule, other: DutyRule) -> bool:
    """Return whether two rules ask the same thing from the same event in the same tier."""
    alike = one.kind == other.kind and _begins(one) == _begins(other)
    return alike and any(one.applies(tier) and other.applies(tier) for tier in regime.tiers)


def _begins(rule: DutyRule) -> str:
    """Return the event at which a duty begins: what runs from the posting begins with the find."""
    return "found" if rule.starts == "posted" else rule.starts


def _known_tiers(regime: Regime, where: str, tiers: Iterable[str]) -> Iterator[Complaint]:
    if unknown := [tier for tier in tiers if tier not in regime.tiers]:
        remedy = f"add [tier.{unknown[0]}], or take it out"
        yield Complaint(where, f"the regime has no tier {unknown[0]}: {remedy}")


def _approval(regime: Regime) -> Iterator[Complaint]:
    yield from chain_complaints(regime)
    if regime.extension:
        yield from _period(".extension.up_to", regime.extension.up_to)
        if not regime.extension.by:
            yield Complaint(".extension.by", "an extension that nobody may grant: name roles")


def _ladder(regime: Regime) -> Iterator[Complaint]:
    if not regime.ladder:
        yield Complaint(".ladder", "nobody hears when something is late: add [[ladder]]")
    for n, rung in enumerate(regime.ladder):
        yield from _listeners(f".ladder[{n}].tell", rung.tell)
        yield from _offset(f".ladder[{n}].at", rung.at)
    if regime.repeat:
        yield from _listeners(".repeat.tell", regime.repeat.tell)
        yield from _offset(".repeat.every", regime.repeat.every, least=60)
        yield from _longest_gap(regime.repeat)


def _listeners(where: str, tell: Iterable[str]) -> Iterator[Complaint]:
    if not [listener for listener in tell if listener != "bulletin"]:
        yield Complaint(where, "tells nobody: name listeners")


def _offset(where: str, text: str, least: int | None = None) -> Iterator[Complaint]:
    try:
        seconds = offset(text)
    except RegimeError as error:
        yield Complaint(where, str(error))
        return
    if least is not None and seconds < least:
        yield Complaint(where, 'every must be at least "1m"')


def _longest_gap(repeat: Repeat) -> Iterator[Complaint]:
    where = ".repeat.up_to"
    if repeat.up_to is None:
        return
    if complaints := [*_offset(where, repeat.up_to), *_offset(where, repeat.every)]:
        yield complaints[0]
    elif offset(repeat.up_to) < repeat.seconds:
        yield Complaint(where, f'up_to must be at least as long as every = "{repeat.every}"')


def _tier(regime: Regime, name: Tier) -> Iterator[Complaint]:
    tier, where = regime.tier[name], f".tier.{name}"
    heat = (tier.views, tier.comments, tier.reposts)
    if not any((*heat, tier.keywords, tier.kinds, tier.superior, tier.manual, tier.unless_calm)):
        remedy = "give it heat, keywords, kinds, superior, unless_calm, or manual = true"
        yield Complaint(where, f"{name} is never reached: {remedy}")
    if name == "general":
        yield Complaint(where, "general is what a matter is without any of this: take the table out")
    if tier.unless_calm:
        yield from _period(f"{where}.unless_calm", tier.unless_calm)


def _kinds(regime: Regime) -> Iterator[Complaint]:
    major, critical = regime.tier.get("major"), regime.tier.get("critical")
    if twice := [kind for kind in (major.kinds if major else ()) if critical and kind in critical.kinds]:
        remedy = "critical names it too: take it out of one of them"
        yield Complaint(".tier.major.kinds", f"major is never reached by the kind {twice[0]}: {remedy}")


def _heat(regime: Regime) -> Iterator[Complaint]:
    major, critical = regime.tier.get("major"), regime.tier.get("critical")
    for key in ("views", "comments", "reposts"):
        low, high = getattr(major, key, None), getattr(critical, key, None)
        if low is not None and high is not None and low >= high:
            remedy = f"it must be less than critical's {high}"
            yield Complaint(f".tier.major.{key}", f"major is never reached by {key}: {remedy}")


def _routine(where: str, routine: Routine) -> Iterator[Complaint]:
    yield from _routine_times(where, routine)
    yield from _sites(where, routine)
    for text in routine.by:
        if not _is_time(text):
            yield Complaint(f"{where}.by", f'"{text}" is no time of day: write "17:30" or "end of workday"')
    if not is_recurring(routine.days):
        remedy = 'write "every day", "working days", "fri" or a day of the month: "26", or "last"'
        yield Complaint(f"{where}.days", f'"{routine.days}": {remedy}')


def _routine_times(where: str, routine: Routine) -> Iterator[Complaint]:
    if not routine.by and routine.times is None:
        yield Complaint(f"{where}.by", 'owed at no time: write by = ["17:30"], or times = 3 in working time')
    if routine.by and routine.times is not None:
        yield Complaint(f"{where}.times", "by and times both say when: leave one of them out")
    if routine.times is not None and not 1 <= routine.times <= MOST_TIMES:
        yield Complaint(f"{where}.times", f"{routine.times} times a day: write a number from 1 to {MOST_TIMES}")


def _sites(where: str, routine: Routine) -> Iterator[Complaint]:
    if routine.sites and routine.kind != "check-in":
        yield Complaint(f"{where}.sites", f'a {routine.kind} looks at no sites: name them with kind = "check-in"')
    for site in routine.sites:
        if not site.name.strip():
            yield Complaint(f"{where}.sites", 'a site without a name: write name = "..."')
        if site.readers is not None and not [one for one in site.readers if one.strip()]:
            remedy = "name roles or people, or leave readers out"
            yield Complaint(f"{where}.sites", f"nobody reads {site.name}: {remedy}")


def _is_time(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return text == "end of workday"
    return True


def _waking(regime: Regime) -> Iterator[Complaint]:
    try:
        opens, closes = regime.waking.hours
    except ValueError as error:
        yield Complaint(".waking", f'{error}: write hours as "07:00"')
        return
    if opens >= closes:
        yield Complaint(".waking", "from must be earlier than to")


def _period(where: str, text: str) -> Iterator[Complaint]:
    try:
        parse(text)
    except ValueError as error:
        yield Complaint(where, str(error))


def unmanned(regime: Regime, institution: Institution) -> Iterator[str]:
    """Yield the roles that the regime needs and nobody in the institution has: to sign, to owe or to be told."""
    yield from unsignable(regime, institution)
    if regime.extension and not institution.with_role(*regime.extension.by):
        yield f"nobody can grant an extension: give a person one of the roles {', '.join(regime.extension.by)}"
    yield from _unmanned_owners(regime, institution)
    rule = regime.report.get("superior")
    if rule and rule.approves and not any(body.kind == "superior" for body in institution.bodies):
        remedy = 'add a [[body]] with kind = "superior", or take approves out of [report.superior]'
        yield f"a superior has to approve replies, and there is none: {remedy}"
    for rung in regime.ladder:
        if not any(_hears(listener, institution) for listener in rung.tell):
            yield f'the reminder at "{rung.at}" reaches nobody: give a person one of the roles {", ".join(rung.tell)}'


def _unmanned_owners(regime: Regime, institution: Institution) -> Iterator[str]:
    if any(rule.owner == "group" for rule in regime.duty) and not institution.with_role("leader", "chief"):
        yield "the regime asks something of the group, and nobody is in it: give a person the role leader or chief"
    owners = {rule.owner for rule in regime.duty} & {"leader", "chief", "officer"}
    for role in sorted({*owners, *(routine.owner for routine in (*regime.routine, *regime.key_period.routine))}):
        if not institution.with_role(role):
            yield f"the regime asks something of the {role}, and nobody is that: give a person the role {role}"
    for site, reader in unread(regime, institution):
        yield f'the patrol of "{site}" is read by {reader}, who is nobody here: name a role, or a person by id or name'


def _hears(listener: str, institution: Institution) -> bool:
    """Return whether a listener has people; the owner and the desk always do, by the configuration's check."""
    roles = ("leader", "chief") if listener == "group" else (listener,)
    return listener in {"owner", "office"} or bool(institution.with_role(*roles))
