"""The ledger's sums: per party received, answered by the due time, resolved in time, run over, rates, medians.

A reply counts as the same day's when its duty was met by the due time. A resolution counts as in time when the last
cycle's was met by the due time that the cycle began with, extensions not counted. What ran over once in a matter is
neither, however often it is opened again. The rates, each of what was owed by now:

    当日回复率 same-day   = answered by the due time ÷ to be answered
    已回复率 response    = answered ÷ to be answered      (replied, closed, or the reply's due time has come)
    解决率 solution      = resolved ÷ to be resolved      (resolved, or the first due time of the result has come)
    及时率 timeliness    = resolved in time ÷ to be resolved
    满意率 satisfaction  = satisfied or basically so ÷ answered the call-back (who was not reached is in neither)

A matter that was closed without an answer to the public, or whose answer a leader excused, was to be answered and is
not. Closings by a signed remedy, and those without an answer, are counted apart as well.

An answer counts for the department that gave it, an overrun for the party that it is booked to, everything else for the
department that has the matter. Public medians count from the post (from the find if its time is unknown); `median_held`
is the time that the department itself held the matter.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field

from handlers.rules.figures.booking import booked_to, home_of
from handlers.rules.people.institution import Institution
from handlers.rules.posts.origins import ORIGINS

MatterRow = Mapping[str, Any]
DEPARTMENT = "department:"


def _seconds() -> "array[float]":
    """Return an empty array of seconds, of eight bytes each: a ledger may have a hundred thousand."""
    return array("d")


class StatisticsLine(Struct):
    """The sums of one party ("department:…", "desk", "role:…", "outside:…"), or of all. A rate of nothing is None.

    `late_open` are the overdue matters that are still open; a resolved one may be overdue for its summary. A return
    (`bounces`) counts for the department that returned it. A row's `held` are the seconds that its department held it.
    Those who raised a matter are `satisfied`, `basically` so, `unsatisfied`, or `unreached` by the call-back.
    `own` are the matters that the department forwarded itself, and `reopened` counts reopenings. Of the `resolved`,
    `remedied` were closed by a remedy that a leader signed, `unanswered` without an answer in public.
    """

    party: str | None
    received: int = 0
    same_day: int = 0
    in_time: int = 0
    resolved: int = 0
    remedied: int = 0
    unanswered: int = 0
    overruns: int = 0
    overdue: int = 0
    late_open: int = 0
    reminders: int = 0
    answered: int = 0
    to_answer: int = 0
    answered_of_those: int = 0
    replies_due: int = 0
    to_resolve: int = 0
    resolved_of_those: int = 0
    bounces: int = 0
    extensions: int = 0
    reopened: int = 0
    own: int = 0
    satisfied: int = 0
    basically: int = 0
    unsatisfied: int = 0
    unreached: int = 0
    _reply: "array[float]" = field(default_factory=_seconds)
    _resolve: "array[float]" = field(default_factory=_seconds)
    _public_reply: "array[float]" = field(default_factory=_seconds)
    _public_resolve: "array[float]" = field(default_factory=_seconds)
    _held: "array[float]" = field(default_factory=_seconds)

    @property
    def name(self) -> str | None:
        """The department's name; None for another party."""
        return self.party.removeprefix(DEPARTMENT) if self.party and self.party.startswith(DEPARTMENT) else None

    @property
    def open(self) -> int:
        return self.received - self.resolved

    @property
    def same_day_rate(self) -> float | None:
        return _share(self.same_day, self.replies_due)

    @property
    def response_rate(self) -> float | None:
        return _share(self.answered_of_those, self.to_answer)

    @property
    def solution_rate(self) -> float | None:
        return _share(self.resolved_of_those, self.to_resolve)

    @property
    def timely_rate(self) -> float | None:
        return _share(self.in_time, self.to_resolve)

    @property
    def called_back(self) -> int:
        """Of how many matters those who raised them answered a call-back."""
        return self.satisfied + self.basically + self.unsatisfied

    @property
    def satisfaction_rate(self) -> float | None:
        return _share(self.satisfied + self.basically, self.called_back)

    @property
    def median_reply(self) -> timedelta | None:
        """From the find."""
        return _median(self._reply)

    @property
    def median_resolve(self) -> timedelta | None:
        """From the find."""
        return _median(self._resolve)

    @property
    def median_public_reply(self) -> timedelta | None:
        return _median(self._public_reply)

    @property
    def median_public_resolve(self) -> timedelta | None:
        return _median(self._public_resolve)

    @property
    def median_held(self) -> timedelta | None:
        """Of the resolved matters: how long the department held them."""
        return _median(self._held)

    def receive(self, row: MatterRow, now: datetime) -> None:
        """Count a matter for the party that has it."""
        self.received += 1
        self.reminders += row["reminders"]
        self.extensions += row.get("extensions", 0)
        self.reopened += max((duty["cycle"] for duty in row["duties"]), default=1) - 1
        overdue = any(duty["state"] == "open" and duty["due_at"] <= now for duty in row["duties"])
        self.overdue += overdue
        self.late_open += overdue and not row["resolved_at"]
        self._resolved(row, now)

    def _resolved(self, row: MatterRow, now: datetime) -> None:
        """Count the result. A duty that the regime does not time counts in no rate."""
        resolved_at, duty = row["resolved_at"], _last(row["duties"], "resolve")
        if resolved_at:
            self.resolved += 1
            self.remedied += row.get("outcome") == "remedied"
            self.unanswered += not row["replied_at"]
            self._resolve.append((resolved_at - row["found_at"]).total_seconds())
            self._public_resolve.append((resolved_at - _appeared(row)).total_seconds())
            if row.get("held"):
                self._held.append(row["held"])
        if duty and (resolved_at or duty["first_due_at"] <= now):
            self.to_resolve += 1
            self.resolved_of_those += bool(resolved_at)
        if duty and resolved_at:
            self.in_time += _by(duty, "first_due_at") and not _overruns(row, "resolve")

    def answer(self, row: MatterRow) -> None:
        """Count a published answer for the department that gave it."""
        self.answered += 1
        self._reply.append((row["replied_at"] - row["found_at"]).total_seconds())
        self._public_reply.append((row["replied_at"] - _appeared(row)).total_seconds())


_SUMS = tuple(name for name in StatisticsLine.__struct_fields__ if name != "party")


class Statistics(Struct, frozen=True):
    """`origins` counts how the matters came here, in the order of ORIGINS."""

    lines: tuple[StatisticsLine, ...]
    total: StatisticsLine
    origins: Mapping[str, int] = field(default_factory=dict)

    @property
    def by_origin(self) -> Mapping[str, int]:
        """The same where it tells something: not if all were found by the institution itself."""
        return self.origins if {*self.origins} - {"found"} else {}

    @property
    def overruns_by_party(self) -> dict[str, int]:
        """How many duties ran over with each party, the most first."""
        late = [line for line in self.lines if line.overruns and line.party]
        return {line.party or "": line.overruns for line in sorted(late, key=lambda line: -line.overruns)}

    def overruns_of(self, unit: str | None) -> int:
        """Return how many duties ran over in a unit's own hands; for the office (None) all that did in its matters."""
        if unit is None:
            return self.total.overruns
        return sum(line.overruns for line in self.lines if line.name == unit)


class StatisticsBuilder:
    """The statistics of a ledger, added up a row at a time."""

    def __init__(self, institution: Institution, now: datetime) -> None:
        self._institution, self._now = institution, now
        self._lines: dict[str, StatisticsLine] = {}
        self._origins: Counter[str] = Counter()

    def add(self, row: MatterRow) -> None:
        """Add a matter with its overruns."""
        self._origins[row.get("origin", "found")] += 1
        home = self._line(home_of(row["department"]))
        home.receive(row, self._now)
        home.own += self._is_own(row)
        answering = self._line(answered_by(row)) if row["replied_at"] else home
        if row["replied_at"]:
            answering.answer(row)
        self._owe_reply(row, answering)
        self._satisfy(row)
        for bounce in row.get("bounces") or ():
            self._line(home_of(bounce["department"])).bounces += 1
        self.add_overruns(row.get("overruns", ()))

    def add_overruns(self, overruns: Iterable[MatterRow]) -> None:
        """Add overruns by themselves, as of matters that were struck out or merged."""
        for row in overruns:
            self._line(booked_to(row, self._institution)).overruns += 1

    def _satisfy(self, row: MatterRow) -> None:
        """Count the answer of a call-back for the department that had the matter when it was closed."""
        answer = row.get("satisfaction")
        if answer:
            line = self._line(home_of(answer["department"]))
            setattr(line, answer["answer"], getattr(line, answer["answer"]) + 1)

    def _owe_reply(self, row: MatterRow, answering: StatisticsLine) -> None:
        """Count the last reply that was owed: a closing without it answers nothing."""
        duty = _last(row["duties"], "reply")
        if duty is None:
            answering.to_answer += unanswered(row)
            return
        if not (row["replied_at"] or unanswered(row) or duty["due_at"] <= self._now):
            return
        answering.to_answer += 1
        answering.answered_of_those += bool(row["replied_at"])
        late = _overruns(row, "reply")
        answering.same_day += bool(row["replied_at"]) and not late and _by(duty, "due_at")
        owing = self._line(booked_to(late[-1], self._institution)) if late else answering
        owing.replies_due += 1

    def _is_own(self, row: MatterRow) -> bool:
        person = self._institution.person(row.get("forwarded_by") or "")
        return bool(person and row["department"] and person.department == row["department"])

    def _line(self, party: str) -> StatisticsLine:
        if party not in self._lines:
            self._lines[party] = StatisticsLine(party)
        return self._lines[party]

    def end(self) -> Statistics:
        """Return one line per party, the one with most matters first, and the total."""
        lines = sorted(self._lines.values(), key=lambda line: (-line.received, line.name or "", line.party or ""))
        total = StatisticsLine(None)
        for line in lines:
            for name in _SUMS:
                setattr(total, name, getattr(total, name) + getattr(line, name))
        return Statistics(tuple(lines), total, {one: self._origins[one] for one in ORIGINS if self._origins[one]})


def statistics_of(rows: Iterable[MatterRow], institution: Institution, now: datetime) -> Statistics:
    builder = StatisticsBuilder(institution, now)
    for row in rows:
        builder.add(row)
    return builder.end()


def unanswered(row: MatterRow) -> bool:
    """Return whether nobody was answered in public, and nobody will be: closed without, or excused by a leader."""
    return not row["replied_at"] and bool(row["resolved_at"] or row.get("unanswerable"))


def answered_by(row: MatterRow) -> str:
    """Return the department that gave the published answer: the last that had held the matter by then."""
    held = (one["holder"] for one in reversed(row.get("holdings", ())) if one["since"] <= row["replied_at"])
    return next((holder for holder in held if holder.startswith(DEPARTMENT)), home_of(row["department"]))


def _appeared(row: MatterRow) -> datetime:
    """Return when the public could read the post: when it was posted, else when it was found."""
    appeared: datetime = row.get("posted_at") or row["found_at"]
    return appeared


def _overruns(row: MatterRow, kind: str) -> list[MatterRow]:
    return [one for one in row.get("overruns", ()) if one["kind"] == kind]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _median(seconds: "array[float]") -> timedelta | None:
    if not seconds:
        return None
    by_size, half = sorted(seconds), len(seconds) // 2
    return timedelta(seconds=by_size[half] if len(seconds) % 2 else (by_size[half - 1] + by_size[half]) / 2)


def _last(duties: Iterable[MatterRow], kind: str) -> MatterRow | None:
    """Return the duty of a kind that counts: the last one, which of a matter opened again is the last cycle's."""
    return next((duty for duty in reversed([*duties]) if duty["kind"] == kind), None)


def _by(duty: MatterRow, limit: str) -> bool:
    """Return whether a duty was met by its due time, or by the first one that it had."""
    return bool(duty["state"] == "met" and duty["met_at"] <= duty[limit])
