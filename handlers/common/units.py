"""What the commands of and to units share: who found a matter, orders to units, and posts that another one found."""

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from handlers.common.cards import to_acknowledge
from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.case import Amended, AuditEvent, Case
from handlers.rules.incident.orders import body_before, read_order
from handlers.rules.incident.units import hand_down_to, sees
from handlers.rules.language.commands import clean, spoken
from handlers.rules.language.messages import Reply
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Body, Department, Institution
from handlers.rules.refusal import Refusal


def finder(context: Context) -> str | None:
    """Return the unit that finds what is forwarded: the group's, elsewhere the speaker's; None for the office."""
    return context.at_unit or context.of_unit


def must_be_its_own_group(context: Context) -> None:
    """Raise Refusal if somebody of a unit forwards a post in another unit's group.

    Neither does it open a matter that counts for the other, nor does the answer tell what is known there.
    """
    if len(context.units) > 1:
        own, here = context.units
        raise Refusal("unit.not_its_group", own=own, here=here)


def _as_bodies(institution: Institution) -> tuple[Body, ...]:
    return tuple(Body(one.name, "outside", one.aliases) for one in institution.units)


_TO = LazyPattern(r"(?:给|由|请|到|to\s)\s*+", re.IGNORECASE)


def _bare(words: str) -> str:
    """Return the words without the preposition before the unit's name (交办 12 给实验小学)."""
    found = _TO.match(words)
    return words[found.end() :] if found else words


def unit_before(words: str, institution: Institution) -> Department | None:
    """Return the unit with whose name the words begin, with or without "to" before it."""
    found = body_before(_bare(words), _as_bodies(institution))
    return institution.unit(found[0].name) if found else None


def is_for_a_unit(context: Context, words: str) -> bool:
    """Return whether a message hands something down to a unit: 交办 with the unit's name behind it."""
    said = spoken(clean(context.message.text, context.office.bot_names), ("交办",), glued=True)
    return said is not None and unit_before(words, context.office.institution) is not None


async def take_unit_order(
    context: Context, number: int | None, words: str, examples: Mapping[str, Sequence[str]]
) -> None:
    """Hand a matter down to the unit that the words name, with their limit."""
    institution = context.office.institution
    case = await context.meant(number, examples)
    unit = unit_before(words, institution)
    order = read_order(_bare(words), replace(institution, bodies=_as_bodies(institution)), context.now)
    if unit is None or order is None:
        raise ValueError("no unit is named")
    decision = hand_down_to(case, context.person, unit, order, context.now)
    people = recusal.liaisons(unit.name, case.incident.about, institution)
    facts = {"case": case, "by": context.person.id, "to": unit.name, "order": order, "people": people}
    text = context.text("unit.handed_down", duty=decision.opened[-1], moved="department" in decision.changes, **facts)
    card = to_acknowledge(context.office, case.number, case.incident.title) if decision.changes else None
    reply = Reply(text=text, mentions=tuple(person.id for person in people), card=card)
    reply = await for_others(context, case, reply, order.text)
    await context.commit(case, decision, lambda _: (reply,))


async def also_found(context: Context, case: Case) -> None:
    """Answer a unit that forwards a post which it may not see: the office is told that it came again.

    Nothing of the matter is told here, and it counts for the one that found it first.
    """
    office = context.office
    desk = recusal.desk(case.incident.about, office.institution)
    facts = {"case": case, "by": context.person.id, "unit": context.units[-1], "people": desk}
    told = Reply(text=context.text("unit.also_found", **facts), mentions=tuple(one.id for one in desk))
    home = office.outgoing(told, office.home.channel, office.home.conversation, incident=case.number)
    event = AuditEvent("found again", {"unit": context.units[-1]})
    await context.answer(Reply(text=context.text("unit.known")), events=(event,), besides=(home,))


def same_eyes(one: Case, other: Case) -> bool:
    """Return whether every unit that sees one of two matters sees the other."""
    return all(sees(one, unit.name) == sees(other, unit.name) for unit in one.institution.units)


def without_title(context: Context, case: Case) -> Case:
    """Return a matter as it is told to a unit that does not see it."""
    title = context.text("unit.other_title")
    return replace(case, incident=Amended(case.incident, title=title))
