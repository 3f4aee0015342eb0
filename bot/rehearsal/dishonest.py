"""Dishonest staff: in place of what they owe they try words, pages that are no answer, excuses, somebody else's yes.

Each try is made on the real bot, which answers it at once. Afterwards some give in and act honestly; the others leave
the matter as it is, until somebody else is called.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from bot.channels.local import LocalChannel
from bot.rehearsal.behaviour import Action, Behaviour
from bot.rehearsal.matters import Appointment, KnownMatter
from bot.rehearsal.sham_words import accusing, record, sham_sentence
from bot.rehearsal.shams import Attempt, Sham, fitting
from handlers.common.office import Office
from handlers.rules.people.institution import Person
from storage import reports
from storage.tables import Incident, Post, Publication

_LAST_MINUTES: tuple[Sham, ...] = ("bounce", "reassign")
"""What is done three minutes before midnight, so that the due time passes with somebody else."""
_BEFORE_MIDNIGHT = timedelta(minutes=3)
_BOARD = "https://board.rehearsal.gov.cn/thread/{number}.html"
"""The address of a complaint, on the site on which the staff publish."""


class Dishonest:
    """`attempts` are all that was tried; `after` counts what people did after a refusal.

    `drain` lets the bot do all that it can do now.
    """

    def __init__(
        self, office: Office, channel: LocalChannel, behaviour: Behaviour, drain: Callable[[], Awaitable[None]]
    ) -> None:
        self._office = office
        self._language = office.texts.language
        self._channel = channel
        self._behaviour = behaviour
        self._drain = drain
        self.attempts: list[Attempt] = []
        self.after: Counter[Literal["gave in", "left"]] = Counter()

    def complaint(self, text: str, k: int) -> str:
        """Return the k-th post as it is forwarded: with its address, and some of them accusing one of the staff."""
        if not self._behaviour.dishonest:
            return text
        accused = self._behaviour.accused(k, [one for one in self._office.institution.people if one.department])
        if accused:
            text = accusing(self._language, text, accused.name, accused.department or "")
        return f"{text}\n{_BOARD.format(number=10_000 + k)}"

    def accused(self, matter: KnownMatter, now: datetime) -> Iterator[Appointment]:
        """Yield appointments of those whom a new matter is about, to meddle with it."""
        number = matter.case.number
        for person in self._office.institution.people:
            fresh = (person.id, "meddle") not in matter.tempted
            if fresh and f"person:{person.id}" in matter.case.incident.about:
                matter.tempted.add((person.id, "meddle"))
                at = self._behaviour.done_at(person.id, number, "meddle", now, None)
                if at and self._behaviour.is_dishonest(person.id, number):
                    yield Appointment(at, person, number, "meddle")

    def sham_of(self, matter: KnownMatter, person: Person, action: Action) -> Sham | None:
        """Return what the person tries in place of an action; None if they act honestly or have tried already."""
        if (person.id, action) in matter.tempted or not self._behaviour.is_dishonest(person.id, matter.case.number):
            return None
        shams = fitting(action, desk=person.has("office", "officer"))
        return self._behaviour.sham(person.id, matter.case.number, action, shams)

    def at(self, matter: KnownMatter, person: Person, action: Action, at: datetime) -> datetime:
        """Return when the person acts, who would act at `at`: some shams are for the last minutes of the day."""
        if self.sham_of(matter, person, action) not in _LAST_MINUTES:
            return at
        local = at.astimezone(self._office.institution.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return max(at, midnight.astimezone(at.tzinfo) - _BEFORE_MIDNIGHT)

    async def act(
        self, matter: KnownMatter, person: Person, action: Action, sham: Sham, now: datetime
    ) -> list[Appointment]:
        """Try a sham. Return the appointment to act honestly, if the person gives in after a refusal."""
        matter.tempted.add((person.id, action))
        attempt = await self._try(matter, person, sham, now)
        if attempt.changed:
            return []
        at = self._behaviour.gives_in_at(person.id, matter.case.number, action, now)
        self.after["gave in" if at else "left"] += 1
        if at is None:
            matter.left.add(person.id)
            return []
        matter.busy.add(person.id)
        return [Appointment(at, person, matter.case.number, action)]

    async def meddle(self, matter: KnownMatter, person: Person, now: datetime) -> None:
        """Let somebody meddle with the matter that is about them, twice if it is refused."""
        for _ in range(2):
            await self._try(matter, person, "meddling", now)

    async def _try(self, matter: KnownMatter, person: Person, sham: Sham, now: datetime) -> Attempt:
        number = matter.case.number
        chance = self._behaviour.draw(number, person.id, sham, len(self.attempts))
        sham, facts = await self._facts(matter, sham, chance.random())
        await self._drain()
        before = await _state(number)
        if sham == "another's yes" and chance.random() < 0.5:
            await self._channel.say(person.id, "", material=record(self._language, number))
        else:
            await self._channel.say(person.id, sham_sentence(self._language, sham, chance, n=number, **facts))
        await self._drain()
        attempt = Attempt(now, person.id, number, sham, await _state(number) != before)
        self.attempts.append(attempt)
        return attempt

    async def _facts(self, matter: KnownMatter, sham: Sham, drawn: float) -> tuple[Sham, dict[str, object]]:
        """Return what a sentence needs; another sham where there is no such page, matter or department."""
        number = matter.case.number
        if sham == "own page":
            post = await Post.filter(incident_id=number, url__isnull=False).order_by("id").first()
            return (sham, {"post": post.url}) if post else ("home page", {})
        if sham == "another's page":
            answer = await Publication.exclude(incident_id=number).filter(url__isnull=False).order_by("id").first()
            return (sham, {"other": answer.url}) if answer else ("private page", {})
        if sham == "merge":
            answered = Incident.filter(number__lt=number, replied_at__isnull=False)
            into = await answered.exclude(stage__in=reports.ENDED_STAGES).order_by("-number").first()
            return (sham, {"into": into.number}) if into else ("false alarm", {})
        if sham == "reassign":
            names = [one.name for one in self._office.institution.departments if one.name != _department(matter)]
            return (sham, {"department": names[int(drawn * len(names))]}) if names else ("words", {})
        return sham, {}


def _department(matter: KnownMatter) -> str | None:
    return matter.case.incident.department


async def _state(number: int) -> tuple[object, ...]:
    """Return what a sham would change: the matter, how many matters there are, and how many publications."""
    version = await Incident.filter(number=number).values_list("version", flat=True)
    return version, await Incident.all().count(), await Publication.all().count()
