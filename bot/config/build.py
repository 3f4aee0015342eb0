"""What the configuration builds: the institution, its calendar and its regime, and secrets from the environment."""

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.config.tables import Config, RosterTable
from handlers.rules.people.institution import Department, Group, Institution, Person
from handlers.rules.people.roster import Roster
from handlers.rules.regime.regime import Regime, RegimeError
from handlers.rules.regime.regime_file import load
from handlers.rules.time import schedule
from handlers.rules.time.calendar import Calendar, Interval
from handlers.rules.time.schedule import Schedule

REGIMES = Path(__file__).parents[2] / "handlers" / "regimes"


def business(config: Config) -> tuple[Interval, ...]:
    return tuple(Interval.parse(hours) for hours in config.institution.business_hours)


def calendar(config: Config) -> Calendar:
    table = config.calendar
    return Calendar(
        zone=ZoneInfo(config.institution.zone),
        business=business(config),
        days_off={date.fromisoformat(day): reason for day, reason in table.days_off.items()},
        working_days={date.fromisoformat(day): reason for day, reason in table.working_days.items()},
        known_years=frozenset(table.complete_years),
    )


def regime_files() -> dict[str, Path]:
    """The regimes that ship with the product, by name."""
    return {file.stem: file for file in sorted(REGIMES.glob("*.toml"))}


def read_regime(config: Config) -> Regime:
    """The regime that the institution chose, with its own keys over it. RegimeError says what is wrong."""
    return named_regime(config.institution.regime, config.override)


def named_regime(name: str, overrides: Mapping[str, Any] | None = None) -> Regime:
    """A shipped regime by its name, or a file of one's own by its path."""
    shipped = regime_files().get(name)
    file = shipped or Path(name)
    if not shipped and not (file.suffix == ".toml" and file.is_file()):
        raise RegimeError(f"there is no such regime; there are: {', '.join(regime_files())}, or name a .toml file")
    place = f"handlers/regimes/{file.name}" if shipped else name
    try:
        return load(file.read_bytes(), place, overrides)
    except OSError as error:
        raise RegimeError(f"{place}: {error.strerror}; name another file") from error


def build_institution(config: Config) -> Institution:
    """The institution as the rules know it. On the local channel everybody's account is their own id."""
    return Institution(
        name=config.institution.name,
        language=config.institution.language,
        zone=ZoneInfo(config.institution.zone),
        calendar=calendar(config),
        departments=tuple(Department(d.name, d.aliases, d.keywords, d.leader) for d in config.department),
        people=tuple(
            Person(p.id, p.name, p.roles, p.department, {"local": p.id, **p.accounts}, p.deputy) for p in config.person
        ),
        groups=tuple(Group(g.id, g.name, g.channel, g.conversation) for g in config.group),
    )


def build_rosters(config: Config) -> tuple[Roster, ...]:
    """The rosters; ValueError where a shift or a day cannot be read."""
    return tuple(build_roster(table) for table in config.roster)


def build_roster(table: RosterTable) -> Roster:
    teams = tuple((team,) if isinstance(team, str) else team for team in table.people)
    shifts = tuple(_shift(text) for text in table.shifts)
    return Roster(shifts, teams, date.fromisoformat(table.since), table.rotate, table.holidays, table.name)


def _shift(text: str) -> tuple[time, time]:
    begins, _, ends = text.replace("–", "-").partition("-")
    return time.fromisoformat(begins.strip()), time.fromisoformat("00:00" if ends.strip() == "24:00" else ends.strip())


def forms_directory(config: Config) -> Path | None:
    """Where the institution's own templates are; None where it uses those that ship."""
    return Path(config.forms.directory) if config.forms.directory else None


def build_schedules(config: Config) -> dict[str, Schedule]:
    """When digests are sent, by their kind; ValueError where a time cannot be read."""
    return {kind: schedule.parse(text) for kind, text in config.digest.times.items()}
