"""Format the facts of documents in the institution's language: labels, parties, times, lengths of time, shares."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from handlers.rules.figures.late import Late
from handlers.rules.language.masking import mask
from handlers.rules.people.institution import Institution
from handlers.texts import Texts, filters


class Labels:
    """Labels come from `documents.label`; everything else is formatted as in the bot's sentences."""

    def __init__(self, texts: Texts, institution: Institution) -> None:
        self.texts = texts
        self.institution = institution
        self.chinese = texts.language == "zh"
        self._spell = filters.filters(texts.language, institution, {})
        self.label = lru_cache(maxsize=512)(self._label)
        self.party = lru_cache(maxsize=512)(self._party)

    def _label(self, name: str) -> str:
        return self.texts.say("documents.label", name=name)

    def nothing_found(self, overdue: int) -> str:
        """Return the sentence of a zero report; with matters of before that are overdue it tells how many."""
        found = self.label("nothing found")
        still = self.label("earlier overdue").replace("…", str(overdue))
        return f"{found}{'；' if self.chinese else '; '}{still}" if overdue else found

    def term(self, kind: str, value: str | None) -> str:
        """Return a term of the vocabulary; "" for None."""
        return self.texts.word(kind, value) if value else ""

    def origin(self, origin: str, body: str | None) -> str:
        """Return how a matter came here, with the body that is named, of which nobody is a person."""
        return self.texts.say("origin.name", origin=origin, body=body)

    def origins(self, counts: Mapping[str, int]) -> str:
        """Return how many matters came from each origin."""
        return self.texts.say("origin.counts", origins=counts)

    def duties(self, kinds: Iterable[str]) -> str:
        return ("、" if self.chinese else ", ").join(self.term("duty", kind) for kind in kinds)

    def _party(self, holder: str) -> str:
        """Return the holder of a matter as a department, a role or an external body, never as a person."""
        kind, _, name = holder.partition(":")
        if kind == "approver":
            person = self.institution.person(name)
            kind, name = "role", person.roles[0] if person and person.roles else "leader"
            return str(self._spell["holder"](f"{kind}:{name}"))
        return str(self._spell["holder"](holder))

    def department(self, name: str | None) -> str:
        return str(self._spell["department"](name))

    def span(self, length: timedelta | None) -> str:
        return str(self._spell["span"](length)) if length is not None else "–"

    def when(self, moment: datetime) -> str:
        return str(self._spell["when"](moment))

    def date(self, moment: datetime) -> str:
        """Return a local day: 2026年11月26日, 26 Nov 2026."""
        local = moment.astimezone(self.institution.zone)
        return f"{local.year}年{local.month}月{local.day}日" if self.chinese else f"{local.day} {local:%b %Y}"

    def until(self, moment: datetime) -> str:
        """Return a due time without its weekday; midnight is 24:00 of the day before."""
        return str(self._spell["end"](moment))

    def clock(self, moment: datetime) -> str:
        """Return a local time to the minute, with its year."""
        return f"{moment.astimezone(self.institution.zone):%Y-%m-%d %H:%M}"

    def short(self, text: str, length: int) -> str:
        return filters.short(mask(text), length)

    def share(self, share: float | None) -> str:
        return str(self._spell["share"](share))

    def owed(self, late: Late) -> str:
        """Return the duties owed, each with its owner in brackets if that is neither the department nor the holder."""
        parts = (
            self.term("duty", kind)
            + ((f"（{self.party(owner)}）" if self.chinese else f" ({self.party(owner)})") if owner else "")
            for kind, owner in late.owed
        )
        return ("、" if self.chinese else ", ").join(parts)

    def change(self, change: int | None) -> str:
        """Return the change since the period before: ▲3, ▼2, or the label "same"; "" for None."""
        if change is None:
            return ""
        return f"▲{change}" if change > 0 else f"▼{-change}" if change < 0 else self.label("same")
