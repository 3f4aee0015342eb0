"""A text that joins an open matter: another forwarding of its post, or another post in other words.

It is kept as it came and read again, for whom it is about, its tier and its topic. It may raise the matter and never
lowers it: names are added, the tier rises, and a department that the text complains of loses the matter.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.incident.case import OPEN_STAGES, Amended, AuditEvent, Case, Decision
from handlers.rules.incident.conflict import about_them
from handlers.rules.incident.escalation import raised
from handlers.rules.incident.opening import sorted_by, wording
from handlers.rules.incident.watching import watched_again
from handlers.rules.incident.whom import whom
from handlers.rules.language.masking import mask
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Person
from handlers.rules.posts.forwarded_post import Forwarded
from handlers.rules.posts.labels import is_unnamed
from handlers.rules.posts.routing import route
from handlers.rules.regime.tiers import by_words

_BESIDE_WORDS = LazyPattern(r"(?:https?://|www\.)[!-~]+|\s+")


class Joining(Struct, frozen=True):
    """What joins a matter: the `decision`, and what its answer says.

    `words` is the text where it says something new. `conflict` if it adds whom the matter is about, `taken_away` if the
    department loses the matter by it; `unclear` are words for somebody who may be meant, which `asked` are to explain.
    `other` is the department to which the text alone would have gone, if that is another. `title` completes that of a
    matter of which only an address or a file was known.
    """

    decision: Decision
    words: str = ""
    conflict: bool = False
    taken_away: bool = False
    unclear: tuple[str, ...] = ()
    asked: tuple[Person, ...] = ()
    other: Department | None = None
    title: str = ""


def join(case: Case, post: Forwarded, fingerprints: Sequence[str], untitled: str, by: Person, now: datetime) -> Joining:
    """Decide what a post changes that belongs to the matter and that somebody forwards.

    `fingerprints` are the posts that are new to it, `untitled` is the title that it has if nobody knows yet what it is
    about. A matter that has ended only keeps the words.
    """
    words = wording(post, case.institution)
    said = "" if _bare(words) in _bare(f"{case.incident.title}{case.incident.text}") else words
    event = AuditEvent("joined", {"posts": list(fingerprints), **({"text": said} if said else {})})
    if not said or case.incident.stage not in OPEN_STAGES:
        return Joining(_kept(case, Decision(events=(event,)), fingerprints, now), said)
    found = whom(said, case.institution, case.institution.unit(case.incident.unit))
    about = [*dict.fromkeys((*case.incident.about, *found.about))]
    more = len(about) > len(case.incident.about)
    named = about_them(case, about, AuditEvent("concern", {"about": about}), by, now) if more else Decision(events=())
    title = mask(post.title) if post.title and _unnamed(case, untitled) else ""
    after = _once_named(case, named)
    tier, kind = sorted_by(said, case.regime) if title else (by_words(case.regime, said), None)
    known = {"title": title, "kind": kind} if title else None
    return Joining(
        _titled(watched_again(case, _both(raised(after, tier, now, event, known, said), named), now), title),
        said,
        conflict=more,
        taken_away="department" in named.changes,
        unclear=found.unclear,
        asked=recusal.desk(about, case.institution) if found.unclear else (),
        other=_elsewhere(after, said, about),
        title=title,
    )


def _kept(case: Case, decision: Decision, fingerprints: Sequence[str], now: datetime) -> Decision:
    """Return the decision that only keeps what came; a new post is watched where the matter had calmed and is open."""
    return watched_again(case, decision, now) if fingerprints and case.incident.stage in OPEN_STAGES else decision


def _once_named(case: Case, named: Decision) -> Case:
    """Return the matter once names are added, without the requests that this ended."""
    ended = {change.id for change in named.decided if change.state}
    waiting = [one for one in case.requests if one.id not in ended]
    return replace(case, incident=Amended(case.incident, **named.changes), requests=waiting)


def may_name(case: Case, person: Person) -> bool:
    """Return whether the person may say what a bare address is about: who forwarded it, the desk, and the leaders.

    Others could be the ones whom the post accuses.
    """
    return not case.concerns(person) and (
        case.incident.forwarded_by == person.id or person.has(*recusal.DESK_ROLES, *recusal.LEADERS)
    )


def _unnamed(case: Case, untitled: str) -> bool:
    return is_unnamed(case.incident.text, case.incident.title, untitled)


def _titled(decision: Decision, title: str) -> Decision:
    """Return the decision with the record of the title that the matter gets once somebody knows what it is about."""
    return replace(decision, events=(*decision.events, AuditEvent("named", {"title": title}))) if title else decision


def _both(rises: Decision, named: Decision) -> Decision:
    """Return the decision that raises the tier and adds names."""
    ended = {*named.waived, *rises.waived}
    return Decision(
        events=(*rises.events, *named.events),
        changes={**named.changes, **rises.changes},
        waived=tuple(sorted(ended)),
        opened=(*named.opened, *rises.opened),
        moved=tuple(one for one in rises.moved if one.id not in ended),
        decided=(*named.decided, *rises.decided),
    )


def _bare(text: str) -> str:
    return _BESIDE_WORDS.sub("", text)


def _elsewhere(case: Case, said: str, about: Collection[str]) -> Department | None:
    """Return the department to which the text would go, unless it has the matter, helps, or may not have it."""
    found = route(said, (), case.institution).department
    known = (case.incident.department, *case.incident.helpers)
    if found is None or found.name in known or recusal.excluded(found.name, about, case.institution):
        return None
    return found
