"""The simulated staff's routine duties: patrols, daily and zero reports, weekly bulletins, monthly summaries.

A person who is reminded of one does it soon, later or not at all, at any hour of the day.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bot.channels.local import LocalChannel
from bot.rehearsal.behaviour import Behaviour
from bot.rehearsal.words import ROUTINES, worded
from handlers.common.office import Office
from handlers.rules.language.messages import CODE, Reply
from storage.tables import Duty


class RoutineTask(NamedTuple):
    """A person will do a routine duty at a time (UTC); `duty` is its id."""

    at: datetime
    person: str
    duty: int
    kind: str


class RoutineStaff:
    def __init__(self, office: Office, channel: LocalChannel, behaviour: Behaviour) -> None:
        self._office = office
        self._channel = channel
        self._behaviour = behaviour
        self._known: set[tuple[str, int]] = set()

    async def read(self, replies: Iterable[Reply], now: datetime) -> list[RoutineTask]:
        """Read what the bot said since the last call about no matter; return the tasks of those it mentioned."""
        mentioned = dict.fromkeys(id for reply in replies if not CODE.search(reply.text) for id in reply.mentions)
        if not mentioned:
            return []
        slots = await Duty.filter(incident_id=None, state="open", kind__in=ROUTINES, started_at__lte=now).order_by("id")
        return [made for slot in slots for id in mentioned if (made := self._plan(id, slot, now))]

    def _plan(self, id: str, slot: Duty, now: datetime) -> RoutineTask | None:
        person = self._office.institution.person(id)
        if person is None or (id, slot.id) in self._known or not person.has("officer", "office"):
            return None
        self._known.add((id, slot.id))
        at = self._behaviour.routine_done_at(id, slot.id, now)
        return RoutineTask(at, id, slot.id, slot.kind) if at else None

    async def act(self, task: RoutineTask) -> None:
        """Do the routine duty, unless a colleague did it already."""
        if await Duty.exists(id=task.duty, state="open"):
            chance = self._behaviour.draw(task.duty, task.person, task.kind)
            day = self._office.institution.calendar.local(task.at).date()
            text = worded(self._office.texts.language, task.kind, chance, 0, day)
            await self._channel.say(task.person, text)
