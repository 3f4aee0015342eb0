"""The lists of forms: duties that were late in a period, matters that are open at the change of a shift."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from handlers.documents.forms.formatting import FormWords, lines
from handlers.documents.forms.placeholders import ROWS
from handlers.documents.record import RecordRow
from handlers.rules.figures.late import Late
from handlers.rules.language.masking import mask

Fields = dict[str, Any]
MOST_OPEN, MOST_DUE, MOST_LATE = 30, 40, 300
"""The most rows of a hand-over's lists; the ledger has the rest."""


class MatterCounts(Protocol):
    """How many matters were found and are closed; of these by a signed remedy, and without a public answer."""

    @property
    def found(self) -> int: ...
    @property
    def resolved(self) -> int: ...
    @property
    def remedied(self) -> int: ...
    @property
    def unanswered(self) -> int: ...


class FormLists(FormWords):
    """The lists of forms, as values of the placeholders."""

    def period(
        self,
        span: str,
        counts: MatterCounts,
        late: tuple[Sequence[Late], Sequence[Late]],
        held: Mapping[int, Mapping[str, timedelta]],
        now: datetime,
    ) -> Fields:
        """Return the values of PERIOD. `late` are the matters still open, and the others, each named once.

        `held` has how long each party had a matter.
        """
        still, later = ([self._named(one, held.get(one.number or 0, {}), now) for one in some] for some in late)
        count = sum(len(one.kinds) for some in late for one in some)
        rows = {"rows": [*still, *later], "still": self._few(still, MOST_LATE, "still")}
        facts = {"span": span, "received": counts.found, "closed": self._closed(counts), "count": count}
        return {**facts, **rows, "later": self._few(later, MOST_LATE, "later")}

    def _closed(self, counts: MatterCounts) -> str:
        """Return how many were closed, with those by a signed remedy and those without a public answer apart."""
        apart = (("signed remedies", counts.remedied), ("closed unanswered", counts.unanswered))
        named = [f"{self._words.label(name)} {count}" for name, count in apart if count]
        inner = self._say("、", ", ").join(named)
        return f"{counts.resolved}{self._say(f'（其中{inner}）', f' ({inner})')}" if named else f"{counts.resolved}"

    def _named(self, one: Late, held: Mapping[str, timedelta], now: datetime) -> Fields:
        kinds = self._say("、", ", ").join(dict.fromkeys(self._duty(kind) for kind in one.kinds))
        ended = one.met_at or (now if one.state == "open" else None)
        return {
            "number": f"#{one.number}" if one.number else "",
            "title": self._short(one.title) + self._say("（{}）", " ({})").format(kinds),
            "department": self._say("、", ", ").join(self._words.party(party) for party in one.parties),
            "due": self._when(one.due_at, ends=True, now=now),
            "late": self._words.span(ended - one.due_at) if ended else self._words.label("never done"),
            "held": self._say("、", ", ").join(
                f"{self._words.party(party)} {self._words.span(length)}" for party, length in held.items()
            ),
        }

    def shift(self, facts: Mapping[str, Any]) -> Fields:
        """Return the values of SHIFT, from a hand-over's `since`, `until`, people, counts and rows."""
        people = {name: self._people(facts[name]) for name in ("on_duty", "next_on_duty")}
        return {
            "shift": f"{self._when(facts['since'])}{self._say('至', ' to ')}{self._when(facts['until'])}",
            **people,
            "received": facts["received"],
            "closed": facts["closed"],
            "patrols": lines(self._patrol(row) for row in facts["patrols"]) or self._say("无记录", "none on record"),
            "open": self._few([self._listed(row) for row in facts["open"]], MOST_OPEN, "open"),
            "due_next": self._few(self._due_next(facts["due_next"], facts["until"]), MOST_DUE, "due_next"),
        }

    def _due_next(self, rows: Sequence[RecordRow], change: datetime) -> list[Fields]:
        """Return a row for each matter, with its duties that are due by the end of the next shift or overdue."""
        matters: dict[int, list[RecordRow]] = {}
        for row in rows:
            matters.setdefault(row["number"], []).append(row)
        late = self._say("，已超时", ", overdue")
        return [
            {
                "number": f"#{number}",
                "title": self._short(some[0]["title"]),
                "duty": self._kinds(some),
                "due": self._when(some[0]["due_at"], ends=True, now=change)
                + (late if some[0]["due_at"] <= change else ""),
            }
            for number, some in matters.items()
        ]

    def _few(self, rows: list[Fields], most: int, name: str) -> list[Fields]:
        """Return the first `most` rows, and a row that says how many more there are, or that there is none."""
        blank = dict.fromkeys(ROWS[name], "")
        if not rows:
            return [{**blank, "title": self._say("无", "none")}]
        more = self._say(f"另有 {len(rows) - most} 件，见台账", f"and {len(rows) - most} more: see the ledger")
        return [*rows[:most], {**blank, "title": more}] if len(rows) > most else rows

    def _listed(self, row: RecordRow) -> Fields:
        return {
            "number": f"#{row['number']}",
            "title": self._short(row["title"]),
            "department": self._words.department(row["department"]),
            "stage": self._words.term("stage", row["stage"]),
            "holder": self._holder(row["holder"]),
        }

    def _patrol(self, row: RecordRow) -> str:
        return f"{self._when(row['at'])} {self._name(row['actor'])} {mask(row['data'].get('text', ''))}"
