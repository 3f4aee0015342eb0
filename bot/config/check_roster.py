"""Contradictions of `[[roster]]` and `[forms]`."""

from collections.abc import Iterator

from bot.config.build import build_roster, forms_directory
from bot.config.tables import Config, RosterTable
from handlers.documents.forms.render import complaints as template_complaints

Complaint = tuple[str, str]
MOST_NAME = 32
DIVIDING = "换由替代,，、;；"
"""What stands between names in a swap."""
RESERVED = ("handover", "office")
"""What the duties of the only roster are called."""


def roster_complaints(config: Config) -> Iterator[Complaint]:
    people = {person.id for person in config.person}
    yield from _names(config)
    for n, table in enumerate(config.roster):
        where = f".roster[{n}]"
        teams = [(team,) if isinstance(team, str) else team for team in table.people]
        for person in (person for team in teams for person in team):
            if person not in people:
                yield f"{where}.people", f'there is no person "{person}": name the id of a [[person]]'
        if not all(teams) or not teams:
            yield f"{where}.people", 'nobody takes turns: write people = ["zhou", "li"]'
        yield from _times(table, where)


def _names(config: Config) -> Iterator[Complaint]:
    names = [table.name for table in config.roster]
    for n, name in enumerate(names):
        where = f".roster[{n}].name"
        if not name and len(names) > 1:
            yield where, 'there are several rosters: give each a name, such as name = "总值班"'
        if name and name in names[:n]:
            yield where, f'"{name}" is another roster\'s name: give each its own'
        if name in RESERVED or len(name) > MOST_NAME or any(mark.isspace() or mark in DIVIDING for mark in name):
            yield (
                where,
                f'"{name}" is no name for a roster: at most {MOST_NAME} characters, without blanks and {DIVIDING}',
            )
        if _is_somebody(config, name):
            yield where, f'"{name}" is somebody\'s name: choose another'


def _is_somebody(config: Config, name: str) -> bool:
    """Whether a person is called so: a swap names people and rosters alike."""
    return bool(name) and any(name in (person.id, person.name) for person in config.person)


def _times(table: RosterTable, where: str) -> Iterator[Complaint]:
    try:
        build_roster(table)
    except ValueError as error:
        yield where, f'{error}: write shifts as "08:00-08:00" and since as "2026-11-02"'
        return
    if not table.shifts:
        yield f"{where}.shifts", 'there is no shift: write shifts = ["08:00-08:00"]'


def forms_complaints(config: Config) -> Iterator[Complaint]:
    """The institution's own templates are tried, so that a wrong placeholder stops the start."""
    directory = forms_directory(config)
    if directory is not None:
        for complaint in template_complaints(config.institution.language, directory):
            yield ".forms.directory", complaint
