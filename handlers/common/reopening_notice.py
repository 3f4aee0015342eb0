"""Announce that a matter is opened again: the new due times, who has it, and the buttons to take it on."""

from handlers.common.cards import to_acknowledge, to_assign
from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.case import Case, Decision
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal


async def reopening_notice(context: Context, case: Case, decision: Decision, reason: str) -> Reply:
    """Return the announcement of a decision that opens the matter again."""
    department, institution = decision.changes["department"], context.office.institution
    people = recusal.owners(department, case.incident.about, institution)
    title = case.incident.title
    card = (
        to_acknowledge(context.office, case.number, title)
        if department
        else to_assign(context.office, case.number, title, recusal.departments(case.incident.about, institution))
    )
    facts = {"case": case, "by": context.person.id, "reason": reason, "opened": decision.opened, "people": people}
    text = context.text("reopen.done", now=context.now, department=department, **facts)
    mentions = tuple(person.id for person in people)
    return await for_others(context, case, Reply(text=text, mentions=mentions, card=card), reason)
