"""What is said when a conflict of interest is seen: to the group without names, and the names to those who may know."""

from collections.abc import Iterable

from handlers.common.cards import incident_card_id, to_assign
from handlers.common.context import Context
from handlers.common.office import Office
from handlers.rules.incident.asking import newly_asked, once_made
from handlers.rules.incident.case import Case, Decision
from handlers.rules.language.messages import Missed, Reply
from handlers.rules.people import recusal


def handed_over(context: Context, case: Case, decision: Decision) -> tuple[Reply, ...]:
    """Return what the group is told by a change of whom a matter is about; it names nobody whom the matter is about.

    The buttons of a department that loses the matter go, and the desk is asked to assign it. A new signer is asked.
    """
    about, office = decision.changes.get("about", case.incident.about), context.office
    if "department" in decision.changes:
        people = recusal.desk(about, office.institution)
        candidates = recusal.departments(about, office.institution)
        card = to_assign(office, case.number, case.incident.title, candidates)
        text = context.text("concern.handed", case=case, people=people)
        gone = Reply(text=context.text("concern.card", case=case), update=incident_card_id(case.number))
        return (gone, Reply(text=text, mentions=tuple(person.id for person in people), card=card))
    holder = context.person_of(str(decision.changes.get("holder", "")).removeprefix("approver:"))
    signers = dict.fromkeys((*((holder,) if holder else ()), *newly_asked(case, once_made(case, decision))))
    return tuple(
        Reply(text=context.text("concern.signs", case=case, signer=one), mentions=(one.id,)) for one in signers
    )


def names(office: Office, about: Iterable[str]) -> list[str]:
    """Return the names of people and departments that a matter is about, as people read them."""
    found = []
    for one in about:
        kind, _, id = one.partition(":")
        name = id if kind == "department" else office.institution.name_of(id)
        found.append(office.texts.say("lookup.maybe", name=name) if kind == "maybe" else name)
    return found


def told_apart(context: Context, case: Case) -> tuple[Reply, ...]:
    """Return whom the matter is about, for the speaker alone, if they may know; nothing if it is about nobody."""
    office, about = context.office, case.incident.about
    if not about or not recusal.may_know(context.person, about):
        return ()
    text = context.text(
        "lookup.about",
        case=case,
        names=names(office, about),
        departments=[one.name for one in office.institution.departments if case.recused(one.name)],
        people=[one for one in recusal.remaining(about, office.institution) if not case.concerns(one)],
    )
    if context.message.private:
        return (Reply(text=text),)
    message = context.message
    missed = Missed(
        channel=message.channel, conversation=message.conversation, text=context.text("lookup.missed", case=case)
    )
    return (Reply(text=text, to=context.person.id, missed=missed),)
