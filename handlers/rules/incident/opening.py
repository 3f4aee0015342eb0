"""Open a matter from a forwarded post: decide its department, its tier and kind, and what is owed for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.rules.incident.case import AuditEvent, Decision, NewDuty, hold
from handlers.rules.incident.conflict import concerned
from handlers.rules.incident.duties import owed_at_first
from handlers.rules.language.masking import mask
from handlers.rules.people.institution import Department, Institution, Person
from handlers.rules.posts.forwarded_post import Forwarded
from handlers.rules.posts.kinds import Kind, guess
from handlers.rules.posts.routing import Route, route, without_mentions
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.regime import Regime, Tier
from handlers.rules.regime.tiers import by_words


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatter:
    """A matter as it begins.

    `title` is masked; `text` is the post without @-mentions of colleagues. `route` is its department and the reason,
    `about` whom it complains of ("person:id", "department:name"). `people` are asked to act, `helpers` to help; `told`
    are told at once besides.
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
    post: Forwarded, mentioned: Collection[str], untitled: str, institution: Institution, regime: Regime, now: datetime
) -> NewMatter:
    """Decide what a post becomes at `now` (aware).

    `mentioned` are the ids of colleagues whom the platform says were @-ed; `untitled` is the title of a post that has
    none.
    """
    text = without_mentions(post.text, institution)
    about = concerned(text, institution)
    tier = by_words(regime, text)
    whose = _route(post.text, mentioned, about, institution, regime)
    department = whose.department.name if whose.department else None
    people = institution.owners(department)
    return NewMatter(
        title=mask(post.title or untitled),
        text=text,
        tier=tier,
        kind=guess(text, tier),
        route=whose,
        about=about,
        duties=owed_at_first(regime, institution, tier, department, now),
        people=people,
        helpers=tuple(person for helper in whose.helpers for person in institution.liaisons(helper.name)),
        told=_told(regime, institution, tier, department, (*people, *_named(about, institution))),
    )


def joined(fingerprints: Sequence[str]) -> Decision:
    """Record that a post of a matter was forwarded again; `fingerprints` are the posts that are new to it."""
    return Decision(events=(AuditEvent("joined", {"posts": list(fingerprints)}),))


def _route(
    text: str, mentioned: Collection[str], about: Sequence[str], institution: Institution, regime: Regime
) -> Route:
    """Return the post's department; the desk instead if it complains of that department, or the regime says so.

    A department that was @-ed gets it in any case.
    """
    if any(word in text for word in regime.past_department):
        return Route(None, "past")
    found = route(text, mentioned, institution)
    if found.because == "mention" or not _about_its_own(found, about):
        return found
    return Route(None, "past", candidates=_not_among(about, institution))


def _about_its_own(found: Route, about: Sequence[str]) -> bool:
    """Return whether the post is about the department that would get it; if its words name none, about any."""
    departments = [one for one in about if one.startswith("department:")]
    if found.department:
        return f"department:{found.department.name}" in departments
    return bool(departments)


def _not_among(about: Sequence[str], institution: Institution) -> tuple[Department, ...]:
    return tuple(one for one in institution.departments if f"department:{one.name}" not in about)


def _named(about: Sequence[str], institution: Institution) -> tuple[Person, ...]:
    return tuple(person for person in institution.people if f"person:{person.id}" in about)


def _told(
    regime: Regime, institution: Institution, tier: Tier, department: str | None, but: Collection[Person]
) -> tuple[Person, ...]:
    """Return who is told of the find at once: the listeners of the regime and of the tier, without `but`."""
    rule = regime.tier.get(tier)
    listeners = (*regime.opening.tell, *(rule.tell if rule else ()))
    return tuple(person for person in listening(institution, listeners, department) if person not in but)
