"""Contradictions of `[[roster]]` and `[forms]`."""

from collections.abc import Iterator

from bot.config.build import build_roster, forms_directory
from bot.config.tables import Config, RosterTable
from handlers.documents.forms.render import complaints as template_complaints
from handlers.rules.toml_errors import Complaint

MOST_NAME = 32
DIVIDING = "换由替代,，、;；"
"""What stands between names in a swap."""
RESERVED = ("handover", "office")
"""What the duties of the only roster are called."""


def roster_complaints(config: Config) -> Iterator[Complaint]:
    """Yield what is wrong with the rosters' names, people and times."""
    people = {person.id for person in config.person}
    yield from _names(config)
    for n, table in enumerate(config.roster):
        yield from _people(table, f".roster[{n}].people", people)
        yield from _times(table, f".roster[{n}]")


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
        if _is_somebody(config, name):
            yield Complaint(where, f'"{name}" is somebody\'s name: choose another')


def _may_be_called(name: str) -> bool:
    parted = any(mark.isspace() or mark in DIVIDING for mark in name)
    return name not in RESERVED and len(name) <= MOST_NAME and not parted


def _is_somebody(config: Config, name: str) -> bool:
    """Whether a person is called so: a swap names people and rosters alike."""
    return bool(name) and any(name in (person.id, person.name) for person in config.person)


def _people(table: RosterTable, where: str, known: set[str]) -> Iterator[Complaint]:
    teams = [(team,) if isinstance(team, str) else team for team in table.people]
    for person in (person for team in teams for person in team):
        if person not in known:
            yield Complaint(where, f'there is no person "{person}": name the id of a [[person]]')
    if not all(teams) or not teams:
        yield Complaint(where, 'nobody takes turns: write people = ["zhou", "li"]')


def _times(table: RosterTable, where: str) -> Iterator[Complaint]:
    try:
        build_roster(table)
    except ValueError as error:
        yield Complaint(where, f'{error}: write shifts as "08:00-08:00" and since as "2026-11-02"')
        return
    if not table.shifts:
        yield Complaint(f"{where}.shifts", 'there is no shift: write shifts = ["08:00-08:00"]')


def forms_complaints(config: Config) -> Iterator[Complaint]:
    """Try the institution's own templates, so that a wrong placeholder stops the start."""
    directory = forms_directory(config)
    if directory is not None:
        for sentence in template_complaints(config.institution.language, directory):
            yield Complaint(".forms.directory", sentence)
