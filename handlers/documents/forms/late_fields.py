"""The values of placeholders about who signs a summary, and about what ran over."""

from collections.abc import Iterator
from datetime import datetime

from handlers.documents.forms.formatting import FormWords
from handlers.documents.record import MatterRecord, RecordRow
from handlers.rules.figures.booking import booked_to
from handlers.rules.figures.late import is_open
from handlers.rules.incident.permissions import DESK_ROLES
from handlers.rules.people.institution import Person


class LateFields(FormWords):
    """Who wrote a summary, and what ran over."""

    def _written_by(self, matter: MatterRecord) -> str:
        """Return who signs a summary: who wrote it last, else who owes it, else the matter's department."""
        written = matter.events("summarised")
        person = self._words.institution.person(written[-1]["actor"]) if written else None
        if person:
            return self._side(person)
        owed = [duty.owner for duty in matter.case.duties if duty.kind == "summary"]
        if owed and owed[-1] in ("desk", "officer"):
            return self._office()
        if owed and owed[-1] in ("leader", "group", "chief"):
            return self._words.institution.name
        return self._words.department(matter.case.incident.department)

    def _side(self, person: Person) -> str:
        if person.has(*DESK_ROLES):
            return self._office()
        return person.department or self._words.institution.name

    def _office(self) -> str:
        name = self._words.institution.name
        return self._say(f"{name}办公室", f"{name}, the office")

    def _ran_over(self, matter: MatterRecord, now: datetime) -> Iterator[str]:
        """Yield what ran over, the earliest first, each with the party that it is booked to."""
        for row in sorted(matter.overruns, key=lambda one: one["due_at"]):
            due = self._when(row["due_at"], ends=True)
            party = self._words.party(booked_to(row, self._words.institution))
            late = self._how_late(row, now)
            duty = self._duty(row["kind"])
            yield self._say(f"{duty}：{due}到期，{late}，记{party}", f"{duty}: due {due}, {late}, booked to {party}")

    def _how_late(self, row: RecordRow, now: datetime) -> str:
        if row["met_at"]:
            span = self._words.span(row["met_at"] - row["due_at"])
            return self._say(f"超时{span}办成", f"done {span} late")
        if is_open(row):
            span = self._words.span(now - row["due_at"])
            return self._say(f"已超时{span}", f"late by {span}")
        return self._words.label("never done")
