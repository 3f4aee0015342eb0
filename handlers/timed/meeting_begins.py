"""Remind those who were called to a meeting about a matter (会商) before it begins. Later its minutes are owed."""

from datetime import datetime

from msgspec import json

from handlers.common.office import Office
from handlers.rules.incident.duties import BEFORE_LADDER, MINUTES
from handlers.rules.incident.meetings import MEETING, meetings_of
from handlers.rules.incident.taken_back import UNDONE, standing
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import thaw
from storage import audit, duties
from storage.duties import DueRow, Step
from storage.tables import EPOCH, to_ms


def is_over(row: DueRow) -> bool:
    """Return whether a duty is to minute a meeting of which nobody is reminded any more."""
    return row.kind == MINUTES and row.rung is not None


async def on_due(office: Office, row: DueRow, now: datetime) -> list[tuple[int, int, int]] | None:
    """Remind once. Return None, for a reminder of the minutes, if that was done or the meeting has begun."""
    if row.rung is not None or now >= row.started_at:
        return None
    regime = thaw((await duties.policies([row.policy]))[row.policy])
    ladder = Ladder(regime, row.tier, office.institution.calendar, row.started_at, row.due_at)
    lines = standing(await audit.of_incident(row.incident, (*MEETING, UNDONE), EPOCH))
    meeting = next((one for one in reversed(meetings_of(lines)) if one.state == "called"), None)
    people = _coming(office, meeting.people, row) if meeting else ()
    facts = {"number": row.incident, "title": row.title, "people": people}
    text = office.texts.say("confer.begins", at=row.started_at, text=meeting.text if meeting else "", **facts)
    reply = Reply(text=text, mentions=tuple(one.id for one in people))
    message = office.outgoing(
        reply, row.channel, row.conversation, incident=row.incident, duty=row.id, urgency=to_ms(row.started_at)
    )
    step = Step(
        row.id, row.incident, row.next_at, BEFORE_LADDER, ladder.first_at(), (), tuple(one.id for one in people)
    )
    return (await duties.fire([step], [(frozenset({row.id}), message)], now)).armed


def _coming(office: Office, called: tuple[str, ...], row: DueRow) -> tuple[Person, ...]:
    """Return who was called and still comes: nobody who has left, or whom the matter is about by now."""
    about = json.decode(row.about, type=tuple[str, ...])
    people = (office.institution.person(id) for id in called)
    return tuple(one for one in people if one and not recusal.concerned(one, about))
