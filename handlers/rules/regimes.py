"""A regime: what an institution owes, by when, who approves, and whom lateness reaches. One TOML file each.

`load` refuses an unknown key, a period that cannot be read or a ladder that tells nobody, naming the place.
"""

import re
import tomllib
from datetime import time, timedelta
from functools import cached_property, lru_cache
from typing import Literal

import msgspec
from msgspec import Struct, field

from handlers.rules.periods import Period, parse

DutyKind = Literal["acknowledge", "reply", "resolve"]
Owner = Literal["department", "desk"]
Listener = Literal["owner", "head", "leader", "chief", "office", "bulletin"]
Approver = Literal["head", "leader", "chief", "office"]
Starts = Literal["found", "assigned"]
MetBy = Literal["acknowledged", "published", "resolved"]
Tier = Literal["general", "major", "critical"]

_OFFSET = re.compile(r"([+-]?)(\d+)([mhd]?)")
_UNITS = {"": 1, "m": 60, "h": 3600, "d": 86400}


class RegimeError(ValueError):
    """A regime that cannot be used; the message names the key and the remedy."""


class _Part(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class DutyRule(_Part, frozen=True, kw_only=True):
    """One thing owed. `starts` is the event that its period runs from, `met_by` the event that fulfils it."""

    kind: DutyKind
    period: str
    owner: Owner = "department"
    starts: Starts = "found"
    met_by: MetBy

    @property
    def length(self) -> Period:
        return parse(self.period)


class ApprovalStep(_Part, frozen=True):
    """One signature: any one person of these roles gives it."""

    by: tuple[Approver, ...]


class Extension(_Part, frozen=True):
    """`up_to` counts from the find and bounds every extension together."""

    up_to: str
    by: tuple[Approver, ...]


class Rung(_Part, frozen=True):
    """A step of the ladder: seconds before (negative) or after the due time, and who hears it."""

    at: str
    tell: tuple[Listener, ...]

    @property
    def offset(self) -> int:
        return offset(self.at)


class Repeat(_Part, frozen=True):
    every: str
    tell: tuple[Listener, ...]

    @property
    def seconds(self) -> int:
        return offset(self.every)


class Waking(_Part, frozen=True):
    """Reminders wait for these local hours; the tiers named are reminded at any hour."""

    from_: str = field(name="from", default="07:00")
    to: str = "22:00"
    around_the_clock: tuple[Tier, ...] = ()

    @property
    def hours(self) -> tuple[time, time]:
        return time.fromisoformat(self.from_), time.fromisoformat(self.to)


class Regime(_Part, frozen=True, kw_only=True, dict=True):
    name: str
    title: dict[str, str]
    duty: tuple[DutyRule, ...]
    approval: tuple[ApprovalStep, ...]
    ladder: tuple[Rung, ...]
    extension: Extension
    repeat: Repeat | None = None
    waking: Waking = Waking()
    roll_over: bool = True
    same_day_at_least: str | None = None
    ends_at: Literal["midnight", "close of business"] = "midnight"

    @cached_property
    def at_least(self) -> timedelta | None:
        return parse(self.same_day_at_least).time if self.same_day_at_least else None

    @cached_property
    def rungs(self) -> tuple[tuple[int, tuple[Listener, ...]], ...]:
        """Offsets in seconds from the due time, ascending, with their listeners."""
        return tuple(sorted((rung.offset, rung.tell) for rung in self.ladder))

    def rule(self, kind: str) -> DutyRule | None:
        return next((rule for rule in self.duty if rule.kind == kind), None)


def offset(text: str) -> int:
    """Seconds of "-4h", "0", "+30m" or "+1d". RegimeError if it is none of these."""
    found = _OFFSET.fullmatch(text.replace(" ", ""))
    if not found:
        raise RegimeError(f'"{text}" is no offset: write "-4h", "0", "+30m" or "+1d"')
    return (-1 if found[1] == "-" else 1) * int(found[2]) * _UNITS[found[3]]


def load(toml: str) -> Regime:
    """The regime that a TOML text describes. RegimeError says what is wrong in it."""
    try:
        regime = msgspec.convert(tomllib.loads(toml), Regime)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RegimeError(str(error)) from error
    _check(regime)
    return regime


def freeze(regime: Regime) -> str:
    """The regime as JSON, to be kept with the incidents that are opened under it."""
    return msgspec.json.encode(regime).decode()


@lru_cache(maxsize=64)
def thaw(body: str) -> Regime:
    return msgspec.json.decode(body, type=Regime)


def _check(regime: Regime) -> None:
    for rule in regime.duty:
        _readable(f"duty {rule.kind}: period", rule.period)
    _readable("extension: up_to", regime.extension.up_to)
    if regime.same_day_at_least:
        _readable("same_day_at_least", regime.same_day_at_least)
    for step in regime.approval:
        if not step.by:
            raise RegimeError('approval: a step that nobody may sign; name roles in "by"')
    for rung in regime.ladder:
        offset(rung.at)
        if not rung.tell:
            raise RegimeError(f'ladder at "{rung.at}" tells nobody; name listeners in "tell"')
    if regime.repeat and offset(regime.repeat.every) < 60:
        raise RegimeError('repeat: every must be at least "1m"')
    try:
        opens, closes = regime.waking.hours
    except ValueError as error:
        raise RegimeError(f'waking: {error}; write hours as "07:00"') from error
    if opens >= closes:
        raise RegimeError("waking: from must be earlier than to")


def _readable(place: str, period: str) -> None:
    try:
        parse(period)
    except ValueError as error:
        raise RegimeError(f"{place}: {error}") from error
