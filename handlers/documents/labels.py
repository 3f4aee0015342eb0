"""The words of documents, in the institution's language: labels, names of parties, times, lengths of time, shares."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from handlers.rules.figures.digest_figures import Late
from handlers.rules.language.masking import mask
from handlers.rules.people.institution import Institution
from handlers.texts import Texts, filters


class Labels:
    """Labels come from `documents.label`, everything else is spelt as the sentences of the bot spell it."""

    def __init__(self, texts: Texts, institution: Institution) -> None:
        self.texts = texts
        self.institution = institution
        self.chinese = texts.language == "zh"
        self._spell = filters.filters(texts.language, institution, {})
        self.label = lru_cache(maxsize=512)(self._label)
        self.party = lru_cache(maxsize=512)(self._party)

    def _label(self, name: str) -> str:
        return self.texts.say("documents.label", name=name)

    def term(self, kind: str, value: str | None) -> str:
        """A word of the vocabulary; nothing for nothing."""
        return self.texts.word(kind, value) if value else ""

    def duties(self, kinds: Iterable[str]) -> str:
        return ("、" if self.chinese else ", ").join(self.term("duty", kind) for kind in kinds)

    def _party(self, holder: str) -> str:
        """Who holds a matter, as a department, a role or a body: never a person's name."""
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
        """A local day: 2026年11月26日, 26 Nov 2026."""
        local = moment.astimezone(self.institution.zone)
        return f"{local.year}年{local.month}月{local.day}日" if self.chinese else f"{local.day} {local:%b %Y}"

    def until(self, moment: datetime) -> str:
        """A due time without its weekday; midnight is 24:00 of the day that it ends."""
        return str(self._spell["end"](moment))

    def clock(self, moment: datetime) -> str:
        """A moment to the minute, with its year."""
        return f"{moment.astimezone(self.institution.zone):%Y-%m-%d %H:%M}"

    def short(self, text: str, length: int) -> str:
        return filters.short(mask(text), length)

    def share(self, share: float | None) -> str:
        return str(self._spell["share"](share))

    def owed(self, late: Late) -> str:
        """What is owed of a matter; in brackets by whom, where that is neither its department nor who holds it."""
        parts = (
            self.term("duty", kind)
            + ((f"（{self.party(owner)}）" if self.chinese else f" ({self.party(owner)})") if owner else "")
            for kind, owner in late.owed
        )
        return ("、" if self.chinese else ", ").join(parts)

    def change(self, change: int | None) -> str:
        """Against the period before: ▲3, ▼2, the same."""
        if change is None:
            return ""
        return f"▲{change}" if change > 0 else f"▼{-change}" if change < 0 else self.label("same")
