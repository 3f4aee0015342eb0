"""What the calendar asks of the staff of a rehearsal: patrols, daily and zero reports, monthly summaries.

Whoever is pinged about one gives it, soon or later or not at all, at whatever hour their shift is.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bot.channels.local import LocalChannel
from bot.rehearsal.behaviour import Behaviour
from bot.rehearsal.words import ROUTINES, said
from handlers.common.office import Office
from handlers.rules.language.messages import CODE, Reply
from storage.tables import Duty


class Errand(NamedTuple):
    """Somebody will give what the calendar asks for at a moment (UTC); `duty` is its slot."""

    at: datetime
    person: str
    duty: int
    kind: str


class Rounds:
    def __init__(self, office: Office, channel: LocalChannel, behaviour: Behaviour) -> None:
        self._office = office
        self._channel = channel
        self._behaviour = behaviour
        self._known: set[tuple[str, int]] = set()

    async def hear(self, says: Iterable[Reply], now: datetime) -> list[Errand]:
        """What the bot said since last time about no matter; what people set out to give because of it."""
        pinged = dict.fromkeys(id for say in says if not CODE.search(say.text) for id in say.mentions)
        if not pinged:
            return []
        slots = await Duty.filter(incident_id=None, state="open", kind__in=ROUTINES, started_at__lte=now).order_by("id")
        return [made for slot in slots for id in pinged if (made := self._set_out(id, slot, now))]

    def _set_out(self, id: str, slot: Duty, now: datetime) -> Errand | None:
        person = self._office.institution.person(id)
        if person is None or (id, slot.id) in self._known or not person.has("officer", "office"):
            return None
        self._known.add((id, slot.id))
        at = self._behaviour.given_at(id, slot.id, now)
        return Errand(at, id, slot.id, slot.kind) if at else None

    async def act(self, errand: Errand) -> None:
        """The moment has come: it is given, unless a colleague was faster."""
        if await Duty.exists(id=errand.duty, state="open"):
            chance = self._behaviour.draw(errand.duty, errand.person, errand.kind)
            day = self._office.institution.calendar.local(errand.at).date()
            text = said(self._office.texts.language, errand.kind, chance, 0, day)
            await self._channel.say(errand.person, text)
