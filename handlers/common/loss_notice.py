"""Tell those from whom a matter is taken who has it now and what ends for them, a unit in its own group.

Those whom it stops asking for help hear it as well, and so does a helping unit when another department leads.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct
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


class Loss(Struct, frozen=True):
    """A department (or unit) that a decision concerns: it led, or it helps no more, or helps another one now."""

    department: str
    was: Literal["lead", "helper", "helps on"]


def losses(office: Office, case: Case, after: Case, decision: Decision, actor: Person) -> Iterator[Loss]:
    """Yield the departments that a decision takes a matter from, unless their own people have given it away.

    Nor those that it turned out to be about: they hear no more than that the office has it.
    """
    had = case.incident.department
    to = decision.changes.get("department", had)
    lead = [Loss(had, "lead")] if had and had != to else []
    for one in (*lead, *_helping(office, case, decision, to)):
        if actor.department != one.department and not after.recused(one.department):
            yield one


def _helping(office: Office, case: Case, decision: Decision, to: str | None) -> Iterator[Loss]:
    """Yield the departments that help no more, and the helping units that another department `to` leads from now on."""
    institution, moved = office.institution, to != case.incident.department
    helping = decision.changes.get("helpers", case.incident.helpers)
    for name in case.incident.helpers:
        if name not in (*helping, to):
            yield Loss(name, "helper")
        elif name in helping and moved and to and (unit := institution.unit(name)) and unit != institution.unit(to):
            yield Loss(unit.name, "helps on")


def with_loss(
    office: Office, case: Case, after: Case, decision: Decision, actor: Person, replies: Sequence[Reply]
) -> tuple[tuple[Reply, ...], tuple[OutgoingMessage, ...]]:
    """Return the replies, with a line for each department that loses the matter, or a message for its own group.

    Who works in another group than those who have it next gets one there: what is said where it goes is not for them.
    """
    first = next((n for n, one in enumerate(replies) if one.update is None and not one.to), None)
    told, apart = list(replies), []
    to = office.institution.unit(decision.changes.get("department", case.incident.department))
    for one in losses(office, case, after, decision, actor) if first is not None else ():
        notice, unit = _notice(office, case, decision, one), office.institution.unit(one.department)
        if unit == to and first is not None:
            told[first] = _joined(told[first], notice)
        else:
            apart.append(office.outgoing(notice, *_own_group(office, case, unit), incident=case.number))
    return tuple(told), tuple(apart)


def _joined(said: Reply, notice: Reply) -> Reply:
    mentions = tuple(dict.fromkeys((*said.mentions, *notice.mentions)))
    return replace(said, text=f"{said.text}\n{notice.text}", mentions=mentions)


def _own_group(office: Office, case: Case, unit: Department | None) -> tuple[str, str]:
    """Return where those of a unit, or of the office (None), hear of a matter that they had."""
    name, institution = unit.name if unit else None, office.institution
    if institution.unit_at(*home(case)) == name:
        return home(case)
    group = office.bound_group(name) or office.home
    return group.channel, group.conversation or office.home.conversation


def _notice(office: Office, case: Case, decision: Decision, loss: Loss) -> Reply:
    changes, about = decision.changes, case.incident.about
    people = recusal.liaisons(loss.department, about, office.institution)
    facts = {
        "had": loss.department,
        "to": changes.get("department", case.incident.department if loss.was != "lead" else None),
        "outside": changes.get("outside"),
        "people": people,
        "reports": [duty for duty in unit_reports(case) if helper_of(duty.owner) == loss.department],
    }
    if loss.was == "lead":
        helps = loss.department in changes.get("helpers", ())
        text = office.texts.say("assign.lost", case=case, helps=helps, **facts, **_ended(case, decision))
    else:
        text = office.texts.say("assign.helped", case=case, on=loss.was == "helps on", **facts)
    return Reply(text=text, mentions=tuple(one.id for one in people))


def _ended(case: Case, decision: Decision) -> dict[str, list[str]]:
    """Return the kinds of duties that end for the department that led, and of its requests that are void."""
    own = (duty.kind for duty in case.duties if duty.state == "open" and duty.owner == "department")
    void = {change.id for change in decision.decided if change.state == "superseded"}
    gone = [request.kind for request in case.requests if request.id in void]
    return {"ends": list(dict.fromkeys(own)), "gone": gone}
