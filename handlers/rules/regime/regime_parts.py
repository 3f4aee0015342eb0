"""The parts of a regime, as its file writes them: duties, tiers, approvals, ladders, routines, and what follows."""

from datetime import time
from functools import lru_cache
from typing import Literal

from msgspec import Struct, field

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.periods import Period, parse

DutyKind = Literal[
    "acknowledge", "assign", "opinion", "instruct", "report", "verify", "reply", "resolve", "follow-up", "track",
    "situation", "summary", "calm", "call-back", "issue",
]  # fmt: skip
Owner = Literal["department", "desk", "officer", "leader", "group", "chief"]
Listener = Literal["owner", "head", "leader", "group", "chief", "office", "bulletin"]
Approver = Literal["head", "leader", "chief", "office"]
Starts = Literal["found", "posted", "assigned", "acknowledged", "instructed", "raised", "published", "resolved",
    "calm", "found true", "found partly", "found untrue", "found unknown",
]  # fmt: skip
MetBy = Literal[
    "acknowledged", "assigned", "instructed", "reported", "verified", "published", "resolved", "followed up",
    "proposed", "tracked", "circulated", "summarised", "calm", "called back", "issued",
]  # fmt: skip
Calmer = Literal["officer", "office", "leader", "chief"]
Tier = Literal["general", "major", "critical"]
Kind = Literal["request", "complaint", "suggestion", "disputed", "surge"]
Strictness = Literal["refuse", "warn", "allow"]
FormKind = Literal["liaison", "handling"]
RoutineKind = Literal["check-in", "daily report", "weekly bulletin", "monthly summary"]

TIERS: tuple[Tier, ...] = ("general", "major", "critical")
_OFFSET = LazyPattern(r"([+-]?)(\d+)([mhd]?)")
_UNITS = {"": 1, "m": 60, "h": 3600, "d": 86400}


class RegimeError(ValueError):
    """A regime that cannot be used. `where` is the path of the key, such as `.duty[2].period`."""

    def __init__(self, complaint: str, where: str = "") -> None:
        super().__init__(complaint)
        self.where = where


class RegimePart(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a regime's file: a key that it does not know is refused."""


class DutyRule(RegimePart, frozen=True, kw_only=True):
    """One thing owed. Its period runs from the event `starts` and is fulfilled by the event `met_by`.

    `to` are those who receive it; without `tiers` it is owed in all. A period "promised" ends at the date that the
    published reply gives, or after `otherwise` when it gives none; "instructed" at the limit that a leader sets.

    A "track" (a look at the matter) and a "situation" (a bulletin of it) are owed again, a period after each, until the
    matter is calm. An `owner` "group" is every leader and the chief; a person may be named instead of a "track"'s. An
    "opinion" is what is proposed to be done with the matter; those in `to` get it as soon as it is written.
    """

    kind: DutyKind
    period: str
    met_by: MetBy
    starts: Starts = "found"
    owner: Owner = "department"
    to: tuple[Listener, ...] = ()
    tiers: tuple[Tier, ...] = ()
    otherwise: str | None = None

    def applies(self, tier: str) -> bool:
        return not self.tiers or tier in self.tiers

    @property
    def dynamic(self) -> bool:
        """Return whether the due time comes from an event: a promise, or an instruction."""
        return self.period in {"promised", "instructed"}

    @property
    def length(self) -> Period | None:
        """The period to count; None where it has to be promised or instructed first."""
        return (parse(self.otherwise) if self.otherwise else None) if self.dynamic else parse(self.period)


class TierRule(RegimePart, frozen=True, kw_only=True):
    """When a matter is of this tier: heat at or above a number, a word in the post, a superior's instruction, by hand.

    A matter of one of the `kinds` is of it too, whether guessed or said.
    `unless_calm` raises a matter of the tier below that has not calmed by then. `tell` are told of it at once.
    """

    views: int | None = None
    comments: int | None = None
    reposts: int | None = None
    keywords: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    superior: bool = False
    manual: bool = True
    unless_calm: str | None = None
    tell: tuple[Listener, ...] = ()


class ApprovalStep(RegimePart, frozen=True):
    """Signatures that are asked for together: of any one of the roles `by` and the offices `of`, or of each of them.

    It is asked for in these `tiers` and `kinds`, and where the post or the text has one of the `words`; what is not
    given restricts nothing. An office is a department, or a name of `Regime.office`; its head or a liaison signs.
    """

    by: tuple[Approver, ...] = ()
    of: tuple[str, ...] = ()
    needs: Literal["any", "all"] = "any"
    tiers: tuple[Tier, ...] = ()
    kinds: tuple[Kind, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def depends(self) -> bool:
        return bool(self.tiers or self.kinds or self.words)


class OfficeRule(RegimePart, frozen=True, kw_only=True):
    """An office that signs: the first of these `names` that a department has; without one people of these roles."""

    names: tuple[str, ...]
    otherwise: tuple[Approver, ...] = ()
    title: dict[str, str] = field(default_factory=dict)


class ExtensionRule(RegimePart, frozen=True):
    """`up_to` bounds every extension together; `of` are the duties that it puts off.

    It counts from the find, or with `starts` "posted" as a duty does that starts so.
    """

    up_to: str
    by: tuple[Approver, ...]
    of: tuple[DutyKind, ...] = ("resolve",)
    starts: Literal["found", "posted"] = "found"


class Rung(RegimePart, frozen=True):
    """A step of the ladder: its offset before (negative) or after the due time, and who is reminded."""

    at: str
    tell: tuple[Listener, ...]


class Repeat(RegimePart, frozen=True):
    """Reminders that go on for as long as a duty is overdue, first after `every`.

    With `up_to` the gap between two of them doubles until it is that long, except in the tiers of `steady`; without it
    all gaps are equal. With `in_business_hours` they wait for business hours, except in a tier reminded at any hour.
    """

    every: str
    tell: tuple[Listener, ...]
    up_to: str | None = None
    steady: tuple[Tier, ...] = ("critical",)
    in_business_hours: bool = False

    @property
    def seconds(self) -> int:
        return offset(self.every)

    def following(self, after: int, tier: str) -> tuple[int, int]:
        """Return the first repeat later than `after`, and the gap before it; both in seconds, from the due time."""
        gap = self.seconds
        longest = offset(self.up_to) if self.up_to and tier not in self.steady else gap
        at = gap
        while at <= after:
            if gap >= longest:
                return at + ((after - at) // gap + 1) * gap, gap
            gap = min(gap * 2, longest)
            at += gap
        return at, gap


class Waking(RegimePart, frozen=True):
    """Reminders wait for these local hours; the tiers named are reminded at any hour."""

    from_: str = field(name="from", default="07:00")
    to: str = "22:00"
    around_the_clock: tuple[Tier, ...] = ()

    @property
    def hours(self) -> tuple[time, time]:
        return _time(self.from_), _time(self.to)


class Opening(RegimePart, frozen=True):
    """Who is told when a matter is opened, beside its department."""

    tell: tuple[Listener, ...] = ()


class ReplyRule(RegimePart, frozen=True):
    """What happens to a reply that is no final answer and gives no date, and the questions to ask of each kind."""

    without_date: Strictness = "warn"
    checklist: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def questions(self, kind: str | None) -> tuple[str, ...]:
        """Return the questions to ask of a kind; a complaint that has none of its own is asked those of a request."""
        own = self.checklist.get(kind or "request", ())
        return own or (self.checklist.get("request", ()) if kind == "complaint" else ())


class PublicationRule(RegimePart, frozen=True, kw_only=True):
    """What proves that an answer is public, and how long after it somebody looks whether it still is.

    `where` is the site on which the proof's address has to be: that of the matter's posts, or anywhere in public. Each
    length of `stands_after`, counted in days from the publication, is one check.
    """

    where: Literal["anywhere", "same site"] = "anywhere"
    stands_after: tuple[str, ...] = ()


class WatchedSite(RegimePart, frozen=True, kw_only=True):
    """A place that a patrol looks at, and its `readers`: roles, or people by id or name; none is the patrol's owner."""

    name: str
    readers: tuple[str, ...] | None = None


class Routine(RegimePart, frozen=True, kw_only=True):
    """A duty by the calendar, not of an incident: check-ins, the daily report (zero reports too), bulletins.

    `days` is "every day", "working days", a weekday ("fri") or a day of the month ("26", "last"); `by` are local times.
    `times` spreads that many over the working time instead, the last at its close; a day of rest has none.
    With `each` every person of the role owes it, else any one of them. `to` are those who get it. With `sites` each
    reader owes it for what they read.
    """

    kind: RoutineKind
    by: tuple[str, ...] = ()
    times: int | None = None
    owner: Literal["officer", "office"] = "officer"
    days: str = "every day"
    each: bool = False
    to: tuple[Listener, ...] = ()
    sites: tuple[WatchedSite, ...] = ()


class CalmRule(RegimePart, frozen=True, kw_only=True):
    """Who may say that a matter has calmed, and what that has to rest on.

    Nobody of the department that has the matter may. Until then the public has to be `answered`, or a leader to have
    signed why nobody can be; and since then so many `looks` at it have to be on record, where the regime asks for them.
    """

    by: tuple[Calmer, ...]
    answered: bool = True
    looks: int = 1


class CallBackRule(RegimePart, frozen=True, kw_only=True):
    """How a call-back goes on (回访), where a duty asks for one after the result.

    Who could not be reached is called `again` later, on so many days (`tries`) in all; then it counts as not reached.
    Whether a matter with whose result somebody is not satisfied is opened again a leader decides within
    `decide_within`.
    """

    again: str = "1wd"
    tries: int = 3
    decide_within: str = "1wd"


class RecurrenceRule(RegimePart, frozen=True, kw_only=True):
    """Within how many days (`within`, the shortest first) a matter of the same topic and department comes again.

    So does one of the same root cause. It is said at once; `tell` hear of it if it is within the shortest.
    """

    within: tuple[str, ...] = ("30d", "90d")
    tell: tuple[Listener, ...] = ("leader",)


class AfterRule(RegimePart, frozen=True, kw_only=True):
    """What comes out of a matter: an item that is done is confirmed within, an issued case read within, these times.

    An objection to a missed, false or concealed report is decided within `objection_within`.
    """

    confirm_within: str = "2wd"
    read_within: str = "3wd"
    objection_within: str = "2wd"


class ConferenceRule(RegimePart, frozen=True, kw_only=True):
    """When who was called to a meeting about a matter (会商) is reminded, and within how long minutes are owed."""

    minutes_within: str = "1wd"
    remind_before: str = "30m"


class PressRule(RegimePart, frozen=True, kw_only=True):
    """Within how long what the press asks about a matter is answered.

    Where wording is signed the answer is in its words. `without_wording` says what happens to one while none is.
    """

    answer_within: str = "4h"
    without_wording: Strictness = "warn"


class KeyPeriodRule(RegimePart, frozen=True, kw_only=True):
    """What a key period (重点时段) switches on, which one of `by` sets, for `at_most` days at once.

    With `any_hour` reminders wait for no morning. `teams` are on duty in each shift, `shifts` ("08:00-20:00") replace
    those of the roster, and `routine` is owed besides. `tell` hear when it begins and ends.
    """

    by: tuple[Literal["office", "leader", "chief"], ...] = ("office", "leader", "chief")
    at_most: int = 31
    any_hour: bool = True
    teams: int = 2
    shifts: tuple[str, ...] = ()
    routine: tuple[Routine, ...] = ()
    tell: tuple[Listener, ...] = ("office", "group")


class HelpingRule(RegimePart, frozen=True, kw_only=True):
    """What a helping department owes: its own part within a `period` of being asked; in all tiers without `tiers`.

    `before_draft` says what happens to a draft while a part is missing: it is refused, or shown with who is missing.
    """

    period: str
    tiers: tuple[Tier, ...] = ()
    before_draft: Strictness = "warn"


class FormRule(RegimePart, frozen=True, kw_only=True):
    """A form that is made and sent automatically when a department gets a matter."""

    kind: FormKind
    on: Literal["assigned"] = "assigned"
    tiers: tuple[Tier, ...] = ()


class BodyReport(RegimePart, frozen=True, kw_only=True):
    """What each body of a kind is owed: written `material` and news at each of `updates`, counted from the find.

    A matter that rises to one of the `tiers` later counts from then; without `tiers` it is every matter. The `final`
    report is counted from the result. In the tiers that it `approves` a superior signs the reply before it is public.
    """

    tiers: tuple[Tier, ...] = ()
    material: str | None = None
    updates: tuple[str, ...] = ()
    final: str | None = None
    approves: tuple[Tier, ...] = ()

    def applies(self, tier: str) -> bool:
        return not self.tiers or tier in self.tiers


@lru_cache(maxsize=64)
def _time(text: str) -> time:
    return time.fromisoformat(text)


@lru_cache(maxsize=256)
def offset(text: str) -> int:
    """Return the seconds of "-4h", "0", "+30m" or "+1d". RegimeError if it is none of these."""
    found = _OFFSET.fullmatch(text.replace(" ", ""))
    if not found:
        raise RegimeError(f'"{text}" is no offset: write "-4h", "0", "+30m" or "+1d"')
    return (-1 if found[1] == "-" else 1) * int(found[2]) * _UNITS[found[3]]
