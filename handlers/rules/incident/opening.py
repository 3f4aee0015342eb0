"""Open a matter from a forwarded post: decide its department, its tier and kind, and what is owed for it."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.incident.case import AuditEvent, Decision, NewDuty, hold
from handlers.rules.incident.counted import Posting
from handlers.rules.incident.duties import owed_at_first
from handlers.rules.incident.parts import parts_of
from handlers.rules.incident.reports_owed import at_the_opening
from handlers.rules.incident.whom import Whom, whom
from handlers.rules.language.masking import mask
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Institution, Person
from handlers.rules.posts.accusations import spoken_of
from handlers.rules.posts.forwarded_post import Forwarded
from handlers.rules.posts.kinds import guess
from handlers.rules.posts.routing import Route, route, without_mentions
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.regime import Regime, higher
from handlers.rules.regime.regime_parts import Kind, Tier
from handlers.rules.regime.tiers import by_words


class NewMatter(Struct, frozen=True, kw_only=True):
    """A matter as it begins.

    `title` is masked; `text` is the post without @-mentions of colleagues. `route` is its department and the reason,
    `about` whom it is about, as `handlers.rules.people.recusal` reads it. `people` are asked to act, `helpers` to help;
    `told` are told at once besides. `unclear` are words for somebody who may be meant, which `asked` are to explain.
    `unnamed` if nothing says what it is about; `by_kind` if its kind sets its tier.
    """

    title: str
    text: str
    tier: Tier
    kind: Kind
    route: Route
    about: tuple[str, ...]
    duties: tuple[NewDuty, ...]
    people: tuple[Person, ...]
    helpers: tuple[Person, ...]
    told: tuple[Person, ...]
    unclear: tuple[str, ...]
    asked: tuple[Person, ...]
    unnamed: bool
    by_kind: bool

    @property
    def department(self) -> str | None:
        return self.route.department.name if self.route.department else None

    @property
    def stage(self) -> str:
        return "assigned" if self.department else "unassigned"

    @property
    def holder(self) -> str:
        return hold(self.department)

    @property
    def decision(self) -> Decision:
        event = AuditEvent("opened", {"title": self.title, "text": self.text, "because": self.route.because})
        return Decision(events=(event,), opened=self.duties)


def open_matter(
    post: Forwarded,
    mentioned: Collection[str],
    untitled: str,
    institution: Institution,
    regime: Regime,
    now: datetime,
    least: Tier = "general",
    unit: Department | None = None,
    *,
    found_at: datetime | None = None,
) -> NewMatter:
    """Decide what a post becomes at `now` (aware).

    `mentioned` are the ids of colleagues whom the platform says were @-ed; `untitled` is the title of a post that has
    none, `least` the tier that the matter has at least. What a `unit` found is its own, unless it is about its head.
    What runs from the find runs from `found_at`, by default `now`.
    """
    found_at = found_at or now
    text = without_mentions(post.text, institution)
    words = wording(post, institution)
    found = whom(words, institution, unit)
    tier, kind = sorted_by(words, regime)
    tier = least if higher(least, tier) else tier
    whose = _of_unit(unit, found, institution, regime, text) or _route(post.text, mentioned, found, institution, regime)
    department = whose.department.name if whose.department else None
    people = recusal.owners(department, found.about, institution)
    return NewMatter(
        title=mask(post.title or untitled),
        text=text,
        tier=tier,
        kind=kind,
        route=whose,
        about=found.about,
        duties=(
            *owed_at_first(regime, institution, tier, department, now, Posting(post.posted_at), found_at=found_at),
            *parts_of(regime, institution, tier, [one.name for one in whose.helpers], now),
            *at_the_opening(regime, institution, tier, found_at),
        ),
        people=people,
        helpers=_helping(whose, found, institution),
        told=_told(regime, institution, tier, department, found.about, people),
        unclear=found.unclear,
        asked=recusal.desk(found.about, institution) if found.unclear else (),
        unnamed=post.title is None,
        by_kind=tier != "general" and tier == regime.kind_tier(kind),
    )


def sorted_by(words: str, regime: Regime) -> tuple[Tier, Kind]:
    """Return the tier and the kind that the words of a post say; the kind may set a higher tier than they do."""
    tier = by_words(regime, words)
    kind = guess(words, tier)
    by_kind = regime.kind_tier(kind)
    return (by_kind if higher(by_kind, tier) else tier), kind


def wording(post: Forwarded, institution: Institution) -> str:
    """Return all that a post says: its text without @-mentions of colleagues, and its title where that says more."""
    text = without_mentions(spoken_of(post.text), institution)
    title = (post.title or "").rstrip("…")
    return text if title in text else f"{title}\n{text}"


def _helping(whose: Route, found: Whom, institution: Institution) -> tuple[Person, ...]:
    helpers = (recusal.liaisons(helper.name, found.about, institution) for helper in whose.helpers)
    return tuple(dict.fromkeys(person for people in helpers for person in people))


def _of_unit(unit: Department | None, found: Whom, institution: Institution, regime: Regime, text: str) -> Route | None:
    """Return the unit that found a post; the desk where it is suspended, or may not have it.

    None if no unit found it.
    """
    if unit is None:
        return None
    past = any(word in text for word in regime.past_department)
    if unit.suspended and not past and not found.about:
        return Route(None, "suspended", (unit.name,))
    mine = not past and unit in _free(found, institution)
    return Route(unit, "unit") if mine else Route(None, "past", candidates=_free(found, institution))


def _route(text: str, mentioned: Collection[str], found: Whom, institution: Institution, regime: Regime) -> Route:
    """Return the post's department; the desk instead if it is about that department, or the regime says so.

    An @ of that department changes nothing; another that was @-ed beside it gets the post.
    """
    free = _free(found, institution)
    if any(word in text for word in regime.past_department):
        return Route(None, "past", candidates=free if found.about else ())
    whose = route(text, mentioned, institution)
    if whose.department is None:
        return whose if len(free) == len(recusal.departments((), institution)) else Route(None, "past", candidates=free)
    left = tuple(one for one in (whose.department, *whose.helpers) if one in free)
    return replace(whose, department=left[0], helpers=left[1:]) if left else Route(None, "past", candidates=free)


def _free(found: Whom, institution: Institution) -> tuple[Department, ...]:
    """Return the departments that may have the post, and in which nobody works whom it may mean."""
    unnamed = recusal.departments(found.about, institution)
    return tuple(one for one in unnamed if not _may_be_in(one, found, institution))


def _may_be_in(department: Department, found: Whom, institution: Institution) -> bool:
    """Return whether somebody whom the post may mean works in the department."""
    return any(f"maybe:{one.id}" in found.about for one in institution.people if one.department == department.name)


def _told(
    regime: Regime,
    institution: Institution,
    tier: Tier,
    department: str | None,
    about: Collection[str],
    but: Collection[Person],
) -> tuple[Person, ...]:
    """Return who is told of the find at once: the listeners of the regime and of the tier, without `but`."""
    rule = regime.tier.get(tier)
    listeners = (*regime.opening.tell, *(rule.tell if rule else ()))
    told = recusal.told(listening(institution, listeners, department), about, institution)
    return tuple(person for person in told if person not in but)
