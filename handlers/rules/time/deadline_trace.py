"""The trace of how a due time was counted, as data: enough to explain the count, also to a lawyer."""

from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.time.calendar import DayNote

DayRole = Literal["counted", "skipped", "rest at the end", "rolled to"]
Ending = Literal["midnight", "close of business", "clock", "business clock"]
PostingUse = Literal["known", "unknown", "past"]
"""Whether a period that runs from the posting does so: it is known, unknown, or the period had ended already."""


class TraceDay(Struct, frozen=True):
    """A local day that was looked at.

    When the last counted day is one of rest, the days of rest after it are "rest at the end" and the day that
    becomes the last instead is "rolled to" (article 203).
    """

    day: date
    note: DayNote
    role: DayRole

    def to_dict(self) -> dict[str, str]:
        return {
            "day": self.day.isoformat(),
            "code": self.note.code,
            "name": self.note.name,
            "role": self.role,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "TraceDay":
        return cls(date.fromisoformat(data["day"]), DayNote(data["code"], data["name"]), data["role"])


class Segment(Struct, frozen=True):
    """A stretch of business hours, UTC, that was used up."""

    begins: datetime
    ends: datetime

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins


class DeadlineTrace(Struct, frozen=True):
    """How `rule` led from `start` to `at`, both UTC; days are local days in `zone`.

    `articles` are of the Civil Code; 204 means that the institution's rule departs from the code's own count.
    `at_least` is the minimum granted to a late find, present only if it moved the due time.
    `extends` says that `start` is an earlier due time, whose day was the last one before the count.
    `words` is the text that set a due time which was not counted.
    `posting` is present only where the rule counts from the posting; `posted` is the posting's time where it is known,
    and `ran_out` when the period from it had ended, so that `start` is later.
    `body` and `document` are present only where another body set the due time, or something is owed to it.
    """

    rule: str
    articles: tuple[str, ...]
    zone: str
    start: datetime
    at: datetime
    last_day: date
    ending: Ending
    days: tuple[TraceDay, ...] = ()
    segments: tuple[Segment, ...] = ()
    at_least: timedelta | None = None
    provisional: bool = False
    extends: bool = False
    words: str | None = None
    posting: PostingUse | None = None
    posted: datetime | None = None
    ran_out: datetime | None = None
    body: str | None = None
    document: str | None = None

    def given(self, words: str, start: datetime, at: datetime, last_day: date, ending: Ending) -> "DeadlineTrace":
        """Return the trace of a due time that was set by a promise or an instruction, with its `words`."""
        empty = replace(self, rule="given", articles=(), days=(), segments=(), at_least=None, provisional=False)
        empty = replace(empty, posting=None, posted=None, ran_out=None)
        return replace(empty, start=start, at=at, last_day=last_day, ending=ending, words=words)

    @property
    def counted(self) -> tuple[date, ...]:
        return tuple(day.day for day in self.days if day.role == "counted")

    @property
    def skipped(self) -> tuple[TraceDay, ...]:
        return tuple(day for day in self.days if day.role == "skipped")

    @property
    def own_day_left_out(self) -> bool:
        """Return whether the day of the event itself does not count (article 201)."""
        return (
            not self.extends
            and bool(self.days)
            and self.start.astimezone(ZoneInfo(self.zone)).date() < self.days[0].day
        )

    @property
    def rolled_from(self) -> date | None:
        """The last day by count, if it was one of rest and the period ran on to `last_day` (article 203)."""
        return self.counted[-1] if self.days and self.days[-1].role == "rolled to" else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; moments are ISO 8601 in UTC, `at_least` is in seconds."""
        posting = {"posting": self.posting, "posted": _written(self.posted), "ran_out": _written(self.ran_out)}
        return {
            "rule": self.rule,
            "articles": list(self.articles),
            "zone": self.zone,
            "start": self.start.isoformat(),
            "at": self.at.isoformat(),
            "last_day": self.last_day.isoformat(),
            "ending": self.ending,
            "days": [day.to_dict() for day in self.days],
            "segments": [[part.begins.isoformat(), part.ends.isoformat()] for part in self.segments],
            "at_least": None if self.at_least is None else self.at_least.total_seconds(),
            "provisional": self.provisional,
            "extends": self.extends,
            "words": self.words,
            **(posting if self.posting else {}),
            **({"body": self.body, "document": self.document} if self.body else {}),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "DeadlineTrace":
        moment, seconds = datetime.fromisoformat, data["at_least"]
        return cls(
            rule=data["rule"],
            articles=tuple(data["articles"]),
            zone=data["zone"],
            start=moment(data["start"]),
            at=moment(data["at"]),
            last_day=date.fromisoformat(data["last_day"]),
            ending=data["ending"],
            days=tuple(map(TraceDay.from_dict, data["days"])),
            segments=tuple(Segment(moment(begins), moment(ends)) for begins, ends in data["segments"]),
            at_least=None if seconds is None else timedelta(seconds=seconds),
            provisional=data["provisional"],
            extends=data["extends"],
            words=data.get("words"),
            posting=data.get("posting"),
            posted=_read(data.get("posted")),
            ran_out=_read(data.get("ran_out")),
            body=data.get("body"),
            document=data.get("document"),
        )


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
