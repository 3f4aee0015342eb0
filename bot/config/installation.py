"""What the configuration describes, built once: the institution, its calendar, its regime, rosters and schedules.

Building is also how these tables are checked: what cannot be built is a complaint with its key and the remedy.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.config.regimes import named_regime
from bot.config.tables import Config, RosterTable
from handlers.rules.people.institution import Body, Department, Group, Institution, Person, Topic
from handlers.rules.people.roster import Roster, read_shift
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import RegimeError
from handlers.rules.time import schedule
from handlers.rules.time.calendar import Calendar, Interval
from handlers.rules.time.schedule import Schedule
from handlers.rules.toml_errors import Complaint


class CannotBuild(Exception):
    """A table from which nothing can be built; `complaint` says which and why."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.sentence)
        self.complaint = complaint


@dataclass(frozen=True, slots=True)
class Installation:
    """A configuration with everything that it describes.

    `schedules` say when digests are sent, by their kind. `forms` is the directory of the institution's own templates,
    None where it uses those that ship.
    """

    config: Config
    institution: Institution
    regime: Regime
    rosters: tuple[Roster, ...]
    schedules: Mapping[str, Schedule]
    forms: Path | None


def install(config: Config) -> Installation:
    """Build everything that the configuration describes. CannotBuild names the first table that cannot be read."""
    zone = _zone(config)
    return Installation(
        config,
        _institution(config, zone, _calendar(config, zone)),
        _regime(config),
        tuple(_roster(table, f".roster[{n}]") for n, table in enumerate(config.roster)),
        {kind: _schedule(kind, text) for kind, text in config.digest.times.items()},
        Path(config.forms.directory) if config.forms.directory else None,
    )


@contextmanager
def _complaining(where: str, remedy: str = "") -> Iterator[None]:
    """Turn a ValueError into a complaint about a key, with the remedy behind it."""
    try:
        yield
    except ValueError as error:
        raise CannotBuild(Complaint(where, f"{error}: {remedy}" if remedy else str(error))) from error


def _zone(config: Config) -> ZoneInfo:
    try:
        return ZoneInfo(config.institution.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        sentence = f'"{config.institution.zone}" is no time zone: write "Asia/Shanghai"'
        raise CannotBuild(Complaint(".institution.zone", sentence)) from error


def _calendar(config: Config, zone: ZoneInfo) -> Calendar:
    table = config.calendar
    with _complaining(".institution.business_hours", 'write "08:30-12:00"'):
        business = tuple(Interval.parse(hours) for hours in config.institution.business_hours)
    with _complaining(".calendar", 'write dates as "2026-12-24"'):
        return Calendar(
            zone=zone,
            business=business,
            days_off={date.fromisoformat(day): reason for day, reason in table.days_off.items()},
            working_days={date.fromisoformat(day): reason for day, reason in table.working_days.items()},
            known_years=frozenset(table.complete_years),
        )


def _regime(config: Config) -> Regime:
    """Return the regime that the institution chose, with its own keys over it."""
    name = config.institution.regime
    try:
        return named_regime(name, config.override)
    except RegimeError as error:
        raise CannotBuild(Complaint(".institution.regime", f'regime "{name}": {error}')) from error


def _institution(config: Config, zone: ZoneInfo, calendar: Calendar) -> Institution:
    """Return the institution as the rules know it. On the local channel everybody's account is their own id."""
    return Institution(
        name=config.institution.name,
        language=config.institution.language,
        zone=zone,
        calendar=calendar,
        departments=(
            *(Department(d.name, d.aliases, d.keywords, d.leader) for d in config.department),
            *(Department(u.name, u.aliases, u.keywords, u.leader, True, u.suspended) for u in config.unit),
        ),
        people=tuple(
            Person(p.id, p.name, p.roles, p.department, {"local": p.id, **p.accounts}, p.deputy) for p in config.person
        ),
        groups=tuple(Group(g.id, g.name, g.channel, g.conversation, g.unit) for g in config.group),
        bodies=tuple(Body(b.name, b.kind, b.aliases, b.address, b.contact) for b in config.body),
        topics=tuple(Topic(one.name.strip(), one.keywords) for one in config.topic),
    )


def _roster(table: RosterTable, where: str) -> Roster:
    with _complaining(where, 'write shifts as "08:00-08:00" and since as "2026-11-02"'):
        shifts = tuple(read_shift(text) for text in table.shifts)
        return Roster(shifts, table.teams, date.fromisoformat(table.since), table.rotate, table.holidays, table.name)


def _schedule(kind: str, text: str) -> Schedule:
    with _complaining(f".digest.{kind}"):
        return schedule.parse(text)
