"""Ask who published an answer whether it can still be read, with two buttons; the desk, if that person cannot be asked.

The request says what the bot saw at the address (`bot/engine/looking.py`). Later reminders are those of every duty.
"""

from datetime import datetime

from msgspec import json

from handlers.common.cards import to_check
from handlers.common.office import Office
from handlers.rules.incident.publication_checks import is_doubted
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import Person
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import thaw
from handlers.timed.reminder_people import publishers
from storage import audit, duties, publications
from storage.duties import DueRow, Step
from storage.outbox import OutgoingMessage, reminds
from storage.tables import to_ms

ASKED = -1
"""The rung of a check whose request was sent: the steps before the due time are left out, those from it on follow."""


async def on_due(office: Office, row: DueRow, now: datetime) -> list[tuple[int, int, int]] | None:
    """Ask once, on the last day of the check. Return None, for a reminder, if that was done."""
    if row.rung is not None:
        return None
    regime = thaw((await duties.policies([row.policy]))[row.policy])
    ladder = Ladder(regime, row.tier, office.institution.calendar, row.started_at, row.due_at)
    people = publishers(office.institution, row.owner, json.decode(row.about, type=tuple[str, ...]))
    step = Step(row.id, row.incident, row.next_at, ASKED, ladder.next_at(ASKED), (), tuple(one.id for one in people))
    messages = await _request(office, row, people)
    return (await duties.fire([step], [(frozenset({row.id}), one) for one in messages], now)).armed


async def _request(office: Office, row: DueRow, people: tuple[Person, ...]) -> list[OutgoingMessage]:
    published = await publications.of_incident(row.incident)
    page = published[-1] if published else {"url": None, "file": None, "at": row.started_at}
    seen = (await audit.looks(row.incident)).get(row.id)
    text = office.texts.say(
        "stand.ask", number=row.incident, title=row.title, place=page, people=people, due=row.due_at, seen=seen
    )
    card = to_check(office, row.id, row.incident, row.title, doubted=is_doubted(seen))
    reply = Reply(text=text, mentions=tuple(one.id for one in people), card=card)
    place, about = (row.channel, row.conversation), json.decode(row.about, type=tuple[str, ...])
    urgency = to_ms(row.due_at)
    messages = office.around(reply, place, about, incident=row.incident, duty=row.id, urgency=urgency)
    return [message._replace(reminds=reminds([(row.id, row.due_at)])) for message in messages]
