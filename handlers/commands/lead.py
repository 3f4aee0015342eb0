"""`牵头 12 总务处 协办 保卫处` / `lead 12 General Services with Security`: one department answers, others help."""

import re
from typing import NamedTuple

from handlers.common.cards import to_acknowledge
from handlers.common.context import Context
from handlers.rules.incident.ownership import lead
from handlers.rules.incident.parts import owed_after, with_parts
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department
from handlers.rules.people.names import department_named, departments_in
from handlers.rules.refusal import Refusal

VERBS = ("牵头", "lead", "主办")
HELP = ("协办", "协助", "配合", "helpers")
EXAMPLES = {
    "zh": ("牵头 12 总务处 协办 德育处、保卫处", "协办 12 德育处"),
    "en": ("lead 12 General Services with Security", "helpers 12 Security"),
}
_LISTED = LazyPattern(r"[\s,，、;；]+")
"""Separates the lead from its helpers when 配合 comes last: 总务处，德育处配合."""
_HELP = LazyPattern(r"(?:协办|协助|配合|\bhelp(?:ers|ed by)?\b|\bwith\b)[\s:：]*", re.IGNORECASE)
_AFTER_THE_LEAD = " \t\r\n\u3000,，;；"


class Lead(NamedTuple):
    number: int | None
    lead: str
    helpers: str


def parse(utterance: Utterance) -> Lead | None:
    found = utterance.command(VERBS)
    if found:
        helped = _HELP.search(normalize(found.rest))
        leads, helpers = found.rest, ""
        if helped:
            leads, helpers = found.rest[: helped.start()].rstrip(_AFTER_THE_LEAD), found.rest[helped.end() :]
        if helped and not helpers.strip(" 。.!！"):
            leads, helpers = [*_LISTED.split(leads, maxsplit=1), ""][:2]
        return Lead(found.number, leads.strip(), helpers.strip())
    found = utterance.command(HELP)
    return Lead(found.number, "", found.rest) if found else None


async def handle(context: Context, asked: Lead) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    institution = context.office.institution
    leads = _lead(context, asked.lead) if asked.lead else None
    helpers = departments_in(asked.helpers, institution)
    if asked.helpers and not helpers:
        raise Refusal("assign.unknown", name=asked.helpers, departments=institution.departments)
    decision = with_parts(case, lead(case, context.person, leads, helpers, context.now), context.now)
    parts = owed_after(case, decision)
    name = str(decision.changes.get("department", case.incident.department))
    names = decision.changes["helpers"]
    moved = name != case.incident.department
    about = case.incident.about
    people = tuple(dict.fromkeys(p for one in (name, *names) for p in recusal.liaisons(one, about, institution)))
    text = context.text(
        "lead.done", case=case, by=context.person.id, lead=name, helpers=names, moved=moved, people=people, parts=parts
    )
    card = to_acknowledge(context.office, case.number, case.incident.title) if moved else None
    reply = Reply(text=text, mentions=tuple(person.id for person in people), card=card)
    await context.commit(case, decision, lambda _: (reply,))


def _lead(context: Context, name: str) -> Department:
    found = department_named(name, context.office.institution)
    if found is None:
        raise Refusal("assign.unknown", name=name, departments=context.office.institution.departments)
    return found
