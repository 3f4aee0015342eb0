"""Raise a matter that has not calmed in the time that its regime gives to the next tier."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from handlers.common.more_signatures import more_signatures
from handlers.common.office import Office
from handlers.common.owing import begun_in, with_calls
from handlers.common.tier_announcement import announcement
from handlers.rules.incident.escalation import not_calm
from handlers.rules.incident.reports_owed import with_reports
from storage import incidents
from storage.changes import Actor, Written
from storage.duties import DueRow
from storage.incidents import Conflict
from storage.outbox import OutgoingMessage


async def on_due(office: Office, row: DueRow, now: datetime) -> list[tuple[int, int, int]] | None:
    """Raise the matter of a due "calm" duty. Return None, for a reminder, if it is not due yet or cannot rise."""
    if row.due_at > now or not await _rise(office, row.incident, row.id, now):
        return None
    return []


async def _rise(office: Office, number: int, duty: int, now: datetime) -> bool:
    while True:
        record = await incidents.load(number)
        if record is None:
            return False
        case = office.case(record)
        risen = not_calm(case, duty, now)
        if risen is None:
            return False
        decision = with_reports(case, risen, now)
        reply = announcement(office, case, decision, office.texts.say("escalate.on_due", case=case))
        place = (case.incident.channel, case.incident.conversation)
        called = with_calls(office, begun_in(case, decision), decision.opened, (reply,), None, told=True)
        told = (*called, *more_signatures(office, case, decision))
        about = case.incident.about
        messages = [message for one in told for message in office.around(one, place, about, incident=number)]
        clock, version = Actor(id="clock", now=now), case.incident.version
        try:
            written = await incidents.change(version, number, decision, clock, partial(_these, messages))
        except Conflict:
            continue
        await office.arm(written)
        return True


def _these(messages: Sequence[OutgoingMessage], _written: Written) -> Sequence[OutgoingMessage]:
    return messages
