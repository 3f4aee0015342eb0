"""Format the facts of forms: full dates, people, terms, short titles. A fact that is not there yet is blank."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from handlers.documents.labels import Labels
from handlers.documents.record import RecordRow
from handlers.texts import filters

SHORT = {True: 24, False: 40}
"""Characters of a title in a list, in Chinese and in English."""


class FormWords:
    """The formats of one institution, in its language and time zone."""

    def __init__(self, words: Labels) -> None:
        self._words = words
        self._name = words.institution.name_of
        spell = filters.filters(words.texts.language, words.institution, {})
        self._holder, self._proof = spell["holder"], spell["proof"]

    def _duty(self, kind: str) -> str:
        return self._words.term("duty", kind)

    def _kinds(self, rows: Iterable[RecordRow]) -> str:
        return self._say("、", ", ").join(dict.fromkeys(self._duty(row["kind"]) for row in rows))

    def _people(self, people: Iterable[Any]) -> str:
        return self._say("、", ", ").join(person.name for person in people)

    def _short(self, title: str) -> str:
        return self._words.short(title, SHORT[self._words.chinese])

    def _clock(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._words.institution.zone):%m-%d %H:%M}"

    def _day(self, moment: datetime) -> str:
        local = moment.astimezone(self._words.institution.zone)
        return self._say(f"{local.year}年{local.month}月{local.day}日", f"{local.day} {local:%b} {local.year}")

    def _when(self, moment: datetime | None, *, ends: bool = False, now: datetime | None = None) -> str:
        """Return a local time. With `ends` midnight is 24:00 of the day before; the year of `now` is left out."""
        if moment is None:
            return ""
        local = moment.astimezone(self._words.institution.zone)
        midnight = ends and f"{local:%H:%M}" == "00:00"
        day = local - timedelta(seconds=1) if midnight else local
        clock = "24:00" if midnight else f"{local:%H:%M}"
        if now is not None and day.year == now.astimezone(self._words.institution.zone).year:
            return f"{self._say(f'{day.month}月{day.day}日', f'{day.day} {day:%b}')} {clock}"
        return f"{self._day(day)} {clock}"

    def _say(self, zh: str, en: str) -> str:
        return zh if self._words.chinese else en


def lines(some: Iterable[str]) -> str:
    return "\n".join(line for line in some if line)
