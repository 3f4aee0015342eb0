"""Tell those from whom a matter is taken who has it now and what ends for them, a unit in its own group."""

from collections.abc import Sequence

from msgspec.structs import replace

from handlers.common.addressing import home
from handlers.common.office import Office
from handlers.rules.incident.back_reports import unit_reports
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.parts import helper_of
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Person
from storage.outbox import OutgoingMessage


def loses(case: Case, after: Case, decision: Decision, actor: Person) -> str | None:
    """Return the department or unit that a decision takes the matter from, unless its own people have given it away.

    None as well where the matter turned out to be about it: then it hears no more than that the office has it.
    """
    had = case.incident.department
    if had is None or decision.changes.get("department", had) == had:
        return None
    return None if actor.department == had or after.recused(had) else had


def with_loss(
    office: Office, case: Case, after: Case, decision: Decision, actor: Person, replies: Sequence[Reply]
) -> tuple[tuple[Reply, ...], tuple[OutgoingMessage, ...]]:
    """Return the replies, with a line for the department that loses the matter, or a message for its own group.

    Who works in another group than those who have it next gets one there: what is said where it goes is not for them.
    """
    had = loses(case, after, decision, actor)
    first = next((n for n, one in enumerate(replies) if one.update is None and not one.to), None)
    if had is None or first is None:
        return tuple(replies), ()
    told = _notice(office, case, decision, had)
    unit, to = office.institution.unit(had), office.institution.unit(decision.changes["department"])
    if unit == to:
        said = replies[first]
        mentions = tuple(dict.fromkeys((*said.mentions, *told.mentions)))
        joined = replace(said, text=f"{said.text}\n{told.text}", mentions=mentions)
        return (*replies[:first], joined, *replies[first + 1 :]), ()
    return tuple(replies), (office.outgoing(told, *_own_group(office, case, unit), incident=case.number),)


def _own_group(office: Office, case: Case, unit: Department | None) -> tuple[str, str]:
    """Return where those of a unit, or of the office (None), hear of a matter that they had."""
    name, institution = unit.name if unit else None, office.institution
    if institution.unit_at(*home(case)) == name:
        return home(case)
    group = office.bound_group(name) or office.home
    return group.channel, group.conversation or office.home.conversation


def _notice(office: Office, case: Case, decision: Decision, had: str) -> Reply:
    changes, about = decision.changes, case.incident.about
    own = [duty for duty in case.duties if duty.state == "open" and duty.owner == "department"]
    ended = {change.id for change in decision.decided if change.state == "superseded"}
    people = recusal.liaisons(had, about, office.institution)
    facts = {
        "had": had,
        "to": changes.get("department"),
        "outside": changes.get("outside"),
        "ends": list(dict.fromkeys(duty.kind for duty in own)),
        "gone": [request.kind for request in case.requests if request.id in ended],
        "reports": [duty for duty in unit_reports(case) if helper_of(duty.owner) == had],
        "people": people,
    }
    text = office.texts.say("assign.lost", case=case, **facts)
    return Reply(text=text, mentions=tuple(one.id for one in people))
