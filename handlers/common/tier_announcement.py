"""Announce a matter that rises to a higher tier, and mention those who have to know at once."""

from collections.abc import Iterable

from msgspec.structs import replace

from handlers.common.office import Office
from handlers.rules.incident.case import Case, Decision
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.regime_parts import Listener


def announcement(office: Office, case: Case, decision: Decision, text: str) -> Reply:
    """Return the announcement: `text`, and if the tier rose, the stricter duties with mentions of its listeners."""
    tier = decision.changes.get("tier")
    if tier is None:
        return Reply(text=text)
    # An older matter, into which this one was merged, may be under a policy without the tier.
    rule = case.regime.tier.get(tier)
    listeners: tuple[Listener, ...] = ("owner", *(rule.tell if rule else ()))
    told = listening(office.institution, listeners, case.incident.department)
    about = decision.changes.get("about", case.incident.about)
    people = recusal.told(told, about, office.institution)
    rose = office.texts.say(
        "escalate.rose", case=case, tier=tier, opened=decision.opened, moved=_moved(case, decision), people=people
    )
    return Reply(text=f"{text}\n{rose}", mentions=tuple(person.id for person in people))


def asking(told: Reply, text: str, people: Iterable[Person]) -> Reply:
    """Return a reply that asks people for something besides."""
    mentions = dict.fromkeys((*told.mentions, *(one.id for one in people)))
    return replace(told, text=f"{told.text}\n{text}", mentions=tuple(mentions))


def _moved(case: Case, decision: Decision) -> list[tuple[str, object]]:
    duties = {duty.id: duty for duty in case.duties}
    return [(duties[moved.id].kind, moved.due) for moved in decision.moved if moved.due.at < duties[moved.id].due_at]
