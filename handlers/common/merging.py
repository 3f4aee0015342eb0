"""Carry out a merge of two reports: announce it, call who owes what follows, take the buttons off what ends."""

from msgspec.structs import replace

from handlers.common.addressing import home
from handlers.common.cards import incident_card_id, request_card_id
from handlers.common.context import CaseDecision, Context
from handlers.common.handling import handling, inquiries
from handlers.common.joined_texts import joined_texts, looks_for_words
from handlers.common.tier_announcement import announcement
from handlers.common.units import same_eyes, without_title
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.cosigning import added_and_open
from handlers.rules.incident.duties import INQUIRY
from handlers.rules.incident.inquiries import carried, waiting
from handlers.rules.incident.linking import TOPIC, merged_topics, topics_of
from handlers.rules.incident.merging import merge
from handlers.rules.incident.speaking import Speaking, speaking, spoken_for
from handlers.rules.incident.taken_back import UNDONE, standing
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from storage import audit
from storage.outbox import OutgoingMessage
from storage.tables import EPOCH


async def merge_into(context: Context, case: Case, into: Case) -> None:
    """Merge a matter into one that was found earlier, and announce it. Refusal if the rules forbid it."""
    words = (case.incident.title, case.incident.text, *await joined_texts(case)) if looks_for_words(into) else ()
    gone, received = merge(case, into, context.person, context.now, "\n".join(filter(None, words)))
    received, who = await _with_the_press(case, into, received)
    topics = merged_topics(await _topics(into), await _topics(case))
    received = replace(received, events=(*received.events, *topics))
    opened = received.opened if "tier" not in received.changes else ()
    people = _owing(context, into, received) if any(one.kind != INQUIRY for one in opened) else ()
    speaks = _told_to_speak(context, who)
    facts = {"opened": opened, "people": people, "lost": added_and_open(case)}
    facts |= {"spokesman": speaks, "instead_of": (who.instead_of,) if who.instead_of else ()}
    shown = case if same_eyes(case, into) else without_title(context, case)
    text = context.text("merge.done", case=shown, into=into, by=context.person.id, **facts)
    done = context.text("merge.card", into=into)
    cards = [incident_card_id(case.number), *(request_card_id(change.id) for change in gone.decided)]
    updates = tuple(Reply(text=done, update=card) for card in cards)
    said = announcement(context.office, into, received, text)
    told_of = tuple(dict.fromkeys((*said.mentions, *(person.id for person in (*people, *speaks)))))
    replies = (replace(said, mentions=told_of), *_signs(context, into, received))
    apart = text if shown is case else context.text("unit.merged_away", case=case)
    told = () if home(case) == home(into) else (Reply(text=apart),)
    moves = (CaseDecision(into, received, lambda _: replies), CaseDecision(case, gone, lambda _: (*told, *updates)))
    await context.commit_all(moves, apart=_loser(context, case, into, received))


async def _with_the_press(case: Case, into: Case, received: Decision) -> tuple[Decision, Speaking]:
    """Return the decision with what the press waits for, and who answers it."""
    press = carried(await inquiries(into), waiting(case, await inquiries(case)), case.number)
    about = received.changes.get("about", into.incident.about)
    who = speaking(into, about, (await handling(into)).spokesman, (await handling(case)).spokesman)
    return spoken_for(into, replace(received, events=(*received.events, *press)), case.number, who), who


def _told_to_speak(context: Context, who: Speaking) -> tuple[Person, ...]:
    """Return the spokesman where that is new for one of the two matters."""
    person = context.person_of(who.spokesman) if who.spokesman and (who.kept or who.instead_of) else None
    return (person,) if person else ()


def _loser(context: Context, case: Case, into: Case, received: Decision) -> tuple[OutgoingMessage, ...]:
    """Tell the unit that worked on the merged matter in its own group, unless it works on the other one too."""
    office, unit = context.office, context.office.institution.unit(case.incident.department)
    group = office.bound_group(unit.name) if unit else None
    lead = received.changes.get("department", into.incident.department)
    if unit is None or group is None or unit.name in (lead, *into.incident.helpers) or case.recused(unit.name):
        return ()
    place = (group.channel, group.conversation or "")
    if place in (home(case), home(into)):
        return ()
    people = recusal.liaisons(unit.name, case.incident.about, office.institution)
    reply = Reply(text=context.text("unit.merged_away", case=case), mentions=tuple(one.id for one in people))
    return (office.outgoing(reply, *place, incident=case.number),)


async def _topics(case: Case) -> tuple[str, ...]:
    return topics_of(standing(await audit.of_incident(case.number, (TOPIC, UNDONE), EPOCH)))


def _owing(context: Context, into: Case, received: Decision) -> tuple[Person, ...]:
    """Return who is called for what the merged report leaves to do, without people whom the matter is about."""
    department = received.changes.get("department", into.incident.department)
    about = received.changes.get("about", into.incident.about)
    return tuple(
        person for person in context.office.institution.owners(department) if not recusal.concerned(person, about)
    )


def _signs(context: Context, into: Case, received: Decision) -> tuple[Reply, ...]:
    """Tell the new signer, where the merged report is about the person who was asked to sign."""
    holder = str(received.changes.get("holder", ""))
    signer = context.person_of(holder.removeprefix("approver:"))
    return (
        (Reply(text=context.text("concern.signs", case=into, signer=signer), mentions=(signer.id,)),) if signer else ()
    )
