"""`python -m bot regime show NAME` · `diff NAME NAME` · `explain --regime NAME --found "2026-09-30 16:00"`.

Print a regime as a rule book, the differences of two, or every due time of a post found at a given time with the
steps of its computation. `--posted` is when the public wrote it; with `--kind` the tier is at least
the one that the regime gives to that kind.
"""

from argparse import Namespace
from datetime import datetime
from difflib import unified_diff

from bot.config import Installation, named_regime
from bot.errors import CannotStart
from handlers.rules.incident.chain import asked_of
from handlers.rules.incident.counted import Posting
from handlers.rules.incident.duties import rule_due
from handlers.rules.people.institution import Institution
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import DutyRule, Kind, Listener, Regime, RegimeError, Starts
from handlers.rules.time.periods import Due
from handlers.texts import Texts
from handlers.texts.articles import numbered, unnumbered

AT_ONCE: tuple[Starts, ...] = ("found", "posted", "assigned")


def regime(installation: Installation, options: Namespace) -> str:
    """Return what the command prints. Raise CannotStart for an unknown regime or a wrong time."""
    institution = installation.institution
    if options.what == "show":
        return show(_named(options.names, 1)[0], institution)
    if options.what == "diff":
        one, other = _named(options.names, 2)
        return diff(one, other, institution)
    chosen = _named(options.names or [options.regime or installation.config.institution.regime], 1)[0]
    found = _moment(options.found, institution, "the find", "found")
    posted = _moment(options.posted, institution, "the posting", "posted") if options.posted else None
    if posted and posted > found:
        raise CannotStart(
            "the posting is later than the find: --posted is when the public wrote, --found when we read it"
        )
    return explain(chosen, institution, found, options.tier, posted, options.kind)


def show(chosen: Regime, institution: Institution) -> str:
    """Return the regime as the rule book of an institution, in numbered articles."""
    return numbered(_page(chosen, institution), institution.language)


def _page(chosen: Regime, institution: Institution) -> str:
    return _texts(chosen, institution).say("rule_book.page", regime=chosen, units=bool(institution.units))


def diff(one: Regime, other: Regime, institution: Institution) -> str:
    """Return the articles in which two regimes differ, as a unified diff, without their numbers."""
    before, after = (unnumbered(_page(each, institution)).splitlines() for each in (one, other))
    return "\n".join(unified_diff(before, after, fromfile=one.name, tofile=other.name, lineterm="", n=0))


def explain(
    chosen: Regime,
    institution: Institution,
    found: datetime,
    tier: str,
    posted: datetime | None = None,
    kind: Kind | None = None,
) -> str:
    """Return every due time of a post found at `found`, with its computation and its first four reminders.

    Duties that start with a later event come last, without times.
    """
    if tier not in chosen.tiers:
        raise CannotStart(f"regime {chosen.name} has no tier {tier}; there are: {', '.join(chosen.tiers)}")
    tier = max(tier, chosen.kind_tier(kind), key=chosen.tiers.index)
    rules = [rule for rule in chosen.duty if rule.applies(tier)]
    counted = [
        _counted(rule, chosen, institution, found, tier, Posting(posted)) for rule in rules if _starts_at_once(rule)
    ]
    later = [rule for rule in rules if not _starts_at_once(rule)]
    facts = {
        "regime": chosen,
        "found": found,
        "posted": posted,
        "kind": kind,
        "tier": tier,
        "counted": counted,
        "later": later,
        "steps": asked_of(chosen, tier, kind),
    }
    return _texts(chosen, institution).say("regime.explain", **facts)


def _starts_at_once(rule: DutyRule) -> bool:
    return rule.starts in AT_ONCE and rule.length is not None


def _counted(
    rule: DutyRule, chosen: Regime, institution: Institution, found: datetime, tier: str, posting: Posting
) -> tuple[DutyRule, Due, list[tuple[datetime, tuple[Listener, ...]]]]:
    due = rule_due(rule, chosen, institution, found, posting)
    ladder = Ladder(chosen, tier, institution.calendar, found, due.at)
    return rule, due, ladder.preview(4)


def _texts(chosen: Regime, institution: Institution) -> Texts:
    reply = chosen.rule("reply")
    return Texts(institution.language, institution, same_day=reply is not None and reply.period == "same day")


def _named(names: list[str], expected: int) -> list[Regime]:
    if len(names) != expected:
        raise CannotStart(
            f"name {expected} regime{'s' if expected > 1 else ''}: regime show park, regime diff park school"
        )
    try:
        return [named_regime(name) for name in names]
    except RegimeError as error:
        raise CannotStart(str(error)) from error


def _moment(text: str | None, institution: Institution, what: str, option: str) -> datetime:
    try:
        return datetime.fromisoformat(text or "").replace(tzinfo=institution.zone)
    except ValueError as error:
        raise CannotStart(f'write the time of {what} as --{option} "2026-09-30 16:00"') from error
