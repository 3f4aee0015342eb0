"""Contradictions of `[[roster]]`."""

from collections.abc import Iterator

from bot.config.tables import Config, RosterTable
from handlers.rules.toml_errors import Complaint

MOST_NAME = 32
DIVIDING = "换由替代,，、;；"
"""What separates names in a swap, so no roster's name may contain it."""
RESERVED = ("handover", "office")
"""Names that the duties of an unnamed roster have."""


def roster_complaints(config: Config) -> Iterator[Complaint]:
    """Yield what is wrong with the rosters' names, people and shifts."""
    people = {person.id for person in config.person}
    yield from _names(config)
    for n, table in enumerate(config.roster):
        yield from _people(table, f".roster[{n}].people", people)
        if not table.shifts:
            yield Complaint(f".roster[{n}].shifts", 'there is no shift: write shifts = ["08:00-08:00"]')


def _names(config: Config) -> Iterator[Complaint]:
    names = [table.name for table in config.roster]
    for n, name in enumerate(names):
        where = f".roster[{n}].name"
        if not name and len(names) > 1:
            yield Complaint(where, 'there are several rosters: give each a name, such as name = "总值班"')
        if name and name in names[:n]:
            yield Complaint(where, f'"{name}" is another roster\'s name: give each its own')
        if not _may_be_called(name):
            allowed = f"at most {MOST_NAME} characters, without blanks and {DIVIDING}"
            yield Complaint(where, f'"{name}" is no name for a roster: {allowed}')
        if _is_person(config, name):
            yield Complaint(where, f'"{name}" is somebody\'s name: choose another')


def _may_be_called(name: str) -> bool:
    parted = any(mark.isspace() or mark in DIVIDING for mark in name)
    return name not in RESERVED and len(name) <= MOST_NAME and not parted


def _is_person(config: Config, name: str) -> bool:
    """Return whether a person has this id or name: a swap names people and rosters alike."""
    return bool(name) and any(name in (person.id, person.name) for person in config.person)


def _people(table: RosterTable, where: str, known: set[str]) -> Iterator[Complaint]:
    for person in (person for team in table.teams for person in team):
        if person not in known:
            yield Complaint(where, f'there is no person "{person}": name the id of a [[person]]')
    if not all(table.teams) or not table.teams:
        yield Complaint(where, 'nobody takes turns: write people = ["zhou", "li"]')
