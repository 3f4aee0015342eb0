"""Contradictions among people, departments and roles."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from bot.channels.dingtalk.config import account_complaints
from bot.config.tables import Config, DepartmentTable, PersonTable
from handlers.rules.people.institution import ROLES
from handlers.rules.toml_errors import Complaint

T = TypeVar("T")
ANSWERS = {"liaison", "head"}
"""The roles that answer for a department."""
NEEDED = {
    "nobody can approve a reply": ("leader", "chief"),
    "nobody runs the desk": ("office", "officer"),
}
"""What is missing without one of these roles."""


def people_complaints(config: Config) -> Iterator[Complaint]:
    """Yield doubles, references to unknown people or departments, and roles that are missing."""
    yield from _doubles(config)
    yield from _accounts(config)
    departments = {*(one.name for one in config.department), *(one.name for one in config.unit)}
    people = {person.id for person in config.person}
    for n, person in enumerate(config.person):
        yield from _person(f".person[{n}]", person, departments, people)
    for n, department in enumerate(config.department):
        yield from _department(f".department[{n}]", department, config.person)
    yield from _roles(config)


def _doubles(config: Config) -> Iterator[Complaint]:
    for table, names in {
        "person": [person.id for person in config.person],
        "department": [department.name for department in config.department],
        "unit": [unit.name for unit in config.unit],
        "group": [group.id for group in config.group],
    }.items():
        if double := _double(names):
            where = f".{table}[{len(names) - 1 - names[::-1].index(double)}]"
            yield Complaint(where, f'"{double}" is there twice: every {table} needs a name of its own')


def _accounts(config: Config) -> Iterator[Complaint]:
    accounts = [(c, a) for person in config.person for c, a in person.accounts.items()]
    if double := _double(accounts):
        reason = f"two people have the {double[0]} account {double[1]}"
        yield Complaint(".person", f"{reason}: an account belongs to one person")
    yield from account_complaints(account for _, account in accounts)


def _double(names: Sequence[T]) -> T | None:
    return next((name for name in names if names.count(name) > 1), None)


def _person(where: str, person: PersonTable, departments: set[str], people: set[str]) -> Iterator[Complaint]:
    if person.department is not None and person.department not in departments:
        remedy = f'there is no department "{person.department}": add it as [[department]]'
        yield Complaint(f"{where}.department", remedy)
    if person.deputy is not None and person.deputy not in people - {person.id}:
        remedy = f'there is no other person "{person.deputy}": name the id of a [[person]]'
        yield Complaint(f"{where}.deputy", remedy)
    if not person.roles:
        yield Complaint(f"{where}.roles", f"{person.name} has no role: give one of {', '.join(ROLES)}")


def _department(where: str, department: DepartmentTable, people: Sequence[PersonTable]) -> Iterator[Complaint]:
    if department.leader is not None and department.leader not in {person.id for person in people}:
        remedy = f'there is no person "{department.leader}": name the id of a [[person]]'
        yield Complaint(f"{where}.leader", remedy)
    if not any(person.department == department.name and ANSWERS & {*person.roles} for person in people):
        remedy = f"nobody answers for {department.name}: give it a liaison or a head"
        yield Complaint(f"{where}.name", remedy)


def _roles(config: Config) -> Iterator[Complaint]:
    given = {role for person in config.person for role in person.roles}
    for missing, roles in NEEDED.items():
        if not given & {*roles}:
            yield Complaint(".person", f'{missing}: give a person the role "{roles[0]}" or "{roles[1]}"')
