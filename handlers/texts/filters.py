"""The Jinja filters of the texts: format times, lengths of time, names and terms, in Chinese and in English."""

import math
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from handlers.rules.incident.case import Case
from handlers.rules.language.masking import mask as masked
from handlers.rules.language.masking import mask_public
from handlers.rules.language.outside_text import BAR, set_off, without_codes
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import DESK, Institution
from handlers.rules.time.deadline_trace import TraceDay
from handlers.texts.terms import FESTIVALS, IN_BUSINESS_HOURS, PERIODS, UNITS, word

WordTable = Mapping[tuple[str, str], str]
FILTER_NAMES = (
    "when", "start", "clock", "span", "person", "people", "department", "holder", "helper", "duty", "stage", "outcome",
    "request", "role", "tier", "platform", "kind", "short", "mask", "ours", "excerpt", "seconds", "period", "moment",
    "document", "day", "reason", "second", "proof", "event", "origin", "channel", "date", "share", "end", "act", "deed",
    "inner", "figure",
)  # fmt: skip


_written_at: ContextVar[datetime | None] = ContextVar("written_at", default=None)


def written_at(now: datetime) -> None:
    """Let this task's texts be written at `now` (aware): dates of another year than that are shown with their year."""
    _written_at.set(now)


def filters(language: str, institution: Institution, words: WordTable) -> dict[str, Callable[..., Any]]:
    """Return the filters for a language and an institution; `words` are its own terms, by kind of term and value."""
    spell = _Speller(language, institution)
    terms = {
        kind: (lambda value, kind=kind: words.get((kind, value)) or word(language, kind, value))
        for kind in (
            "duty",
            "stage",
            "outcome",
            "request",
            "role",
            "tier",
            "platform",
            "kind",
            "origin",
            "event",
            "channel",
            "act",
            "figure",
        )
    }
    own = {
        name: getattr(spell, name)
        for name in (
            "when",
            "start",
            "clock",
            "span",
            "person",
            "people",
            "department",
            "holder",
            "helper",
            "period",
            "date",
            "day",
            "reason",
            "second",
            "proof",
            "share",
            "end",
            "excerpt",
            "seconds",
        )
    }
    return (
        own
        | terms
        | {
            "short": short,
            "inner": inner,
            "mask": mask,
            "document": masked,
            "ours": ours,
            "deed": deed,
            "moment": datetime.fromisoformat,
        }
    )


MOST_SHOWN, BEGINNING = 1500, 300
"""Maximum length (characters) of a draft in a message; of a longer one the beginning, and the rest in a file."""


def short(text: str, length: int = 40) -> str:
    """Return the text as one line of at most `length` characters."""
    line = " ".join(without_codes(text).replace(f"\n{BAR}", "\n").split())
    return line if len(line) <= length else line[: length - 1] + "…"


def inner(text: str) -> str:
    """Return somebody's words for a quote of ours: their own marks cannot end it."""
    return text.translate(_INNER)


_INNER = str.maketrans('“”"「」', "‘’'『』")


def mask(text: str) -> str:
    """Return what somebody wrote with personal numbers hidden, and set off from the bot's own words."""
    return masked(set_off(text))


_REMEDIED = LazyPattern(r"(?:整改|已整改|remedied)\s*[:：]\s*(?=\S)", re.IGNORECASE)


def deed(result: str) -> str:
    """Return what was done, without the word 整改 before a colon: the sentence around it says that it is a remedy."""
    return _REMEDIED.sub("", result, count=1) if _REMEDIED.match(result) else result


def ours(text: str, case: Case) -> str:
    """Return what the institution wrote in a matter with its own telephone numbers, and without the public's."""
    return mask_public(without_codes(text), case.posted)


class _Speller:
    def __init__(self, language: str, institution: Institution) -> None:
        self._language = language
        self._institution = institution
        self._chinese = language == "zh"
        self._spelt = lru_cache(maxsize=1024)(self._when)  # many duties of a batch have the same due time

    def when(self, moment: datetime) -> str:
        """Return a due time on the institution's clock; midnight is 24:00 of the day before."""
        return self._spelt(moment, self._year)

    @property
    def _year(self) -> int | None:
        """The local year in which the text is written, None if that is not known."""
        now = _written_at.get()
        return now.astimezone(self._institution.zone).year if now else None

    def _of(self, day: date) -> str:
        """Return "2027-" before a day of another year than the text's, and nothing before any other."""
        return f"{day.year}-" if self._year not in (None, day.year) else ""

    def _when(self, moment: datetime, _year: int | None) -> str:
        local = moment.astimezone(self._institution.zone)
        clock = f"{local:%H:%M}"
        if clock == "00:00":
            local, clock = local - timedelta(seconds=1), "24:00"
        return f"{self.day(local)}{clock}" if self._chinese else f"{self.day(local)} {clock}"

    def start(self, moment: datetime) -> str:
        """Return a past time from which something is counted, with its weekday; midnight is 00:00 of the new day."""
        local = moment.astimezone(self._institution.zone)
        return f"{self.day(local)}{local:%H:%M}" if self._chinese else f"{self.day(local)} {local:%H:%M}"

    def day(self, day: date) -> str:
        """Return a local day with its weekday, and with its year if that is another one."""
        weekday = word(self._language, "weekday", str(day.weekday()))
        year = self._of(day)
        if self._chinese:
            return f"{year}{day:%m-%d}（周{weekday}）"
        return f"{weekday} {day:%d %b}{f' {day.year}' if year else ''}"

    def date(self, moment: datetime) -> str:
        """Return the local day of a time as people type it: 11-28."""
        local = moment.astimezone(self._institution.zone)
        return f"{self._of(local)}{local:%m-%d}"

    def reason(self, day: TraceDay) -> str:
        """Return why a day is not counted: its festival, the institution's own reason, or the kind of day."""
        name = FESTIVALS.get(day.note.name, day.note.name) if self._chinese else day.note.name
        return name or word(self._language, "day", day.note.code)

    def clock(self, moment: datetime) -> str:
        """Return a past time to the minute."""
        local = moment.astimezone(self._institution.zone)
        return f"{self._of(local)}{local:%m-%d %H:%M}"

    def end(self, moment: datetime) -> str:
        """Return the end of a span to the minute; midnight is 24:00 of the day before."""
        local = moment.astimezone(self._institution.zone)
        midnight = f"{local:%H:%M}" == "00:00"
        day = local - timedelta(seconds=1) if midnight else local
        return f"{self._of(day)}{day:%m-%d} {'24:00' if midnight else f'{local:%H:%M}'}"

    def second(self, moment: datetime) -> str:
        """Return a past time to the second, for the record."""
        return f"{moment.astimezone(self._institution.zone):%Y-%m-%d %H:%M:%S}"

    def proof(self, proof: str | None) -> str:
        """Return where the public reply can be seen: an address, or the number of a stored picture."""
        kind, _, number = (proof or "").partition(":")
        if kind != "picture":
            return proof or ""
        return f"截图（附件 {number}）" if self._chinese else f"a picture (file {number})"

    def span(self, length: timedelta) -> str:
        """Return a length of time in at most two units: 2天3小时, 35分钟."""
        minutes = max(round(length.total_seconds() / 60), 1)
        days, rest = divmod(minutes, 1440)
        hours, minutes = divmod(rest, 60)
        names = ("天", "小时", "分钟") if self._chinese else (" d", " h", " min")
        shown = [f"{count}{name}" for count, name in zip((days, hours, minutes), names, strict=True) if count][:2]
        return ("" if self._chinese else " ").join(shown)

    def seconds(self, length: timedelta) -> str:
        """Return a length of time under a minute or two in seconds: 15秒."""
        return f"{int(length.total_seconds())} {'秒' if self._chinese else 's'}"

    def share(self, share: float | None) -> str:
        """Return a share to the tenth of a per cent, rounded down, so that 100% means all; "–" for None."""
        return "–" if share is None else f"{math.floor(share * 1000 + 1e-6) / 10:g}%"

    def excerpt(self, text: str) -> str:
        """Return a draft as a message shows it: whole, or its beginning and its length."""
        if len(text) <= MOST_SHOWN:
            return text
        length = f"（共 {len(text)} 字）" if self._chinese else f" ({len(text)} characters)"
        return f"{text[:BEGINNING]}……{length}"

    def person(self, id: str) -> str:
        return self._institution.name_of(id)

    def people(self, people: Any) -> str:
        """Return mentions of people: @王强 @李敏."""
        return " ".join(f"@{person.name}" for person in people)

    def department(self, name: str | None) -> str:
        return name or ("未分派" if self._chinese else "unassigned")

    def period(self, period: str) -> str:
        """Return a canonical period as people write it: 2d is 2天 or 2 d."""
        if period.endswith(IN_BUSINESS_HOURS) and self._chinese:
            return f"工作时间内 {self.period(period.removesuffix(IN_BUSINESS_HOURS))}"
        found = re.fullmatch(r"(\d+)(wd|[mhd])", period)
        if not found:
            return PERIODS.get(period, period) if self._chinese else period
        unit = UNITS[self._language][found[2]]
        return f"{found[1]}{unit.removesuffix('s') if found[1] == '1' else unit}"

    def helper(self, owner: str) -> str:
        """Return in brackets the helping department whose own a duty is: （德育处）; nothing for other duties."""
        kind, _, name = owner.partition(":")
        if kind != "department" or not name:
            return ""
        return f"（{name}）" if self._chinese else f" ({name})"

    def holder(self, holder: str) -> str:
        """Return the name of a matter's holder."""
        kind, _, name = holder.partition(":")
        if kind == "approver":
            return self.person(name)
        if kind == "role":
            return word(self._language, "role", name)
        if holder in (DESK, "closed"):
            return word(self._language, "desk", "" if holder == DESK else holder)
        return name
