"""Names that stand for two things, or for nothing: of people, departments, accounts and conversations."""

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from bot.channels.config import GroupTable
from bot.config.tables import BodyTable, Config, DepartmentTable, PersonTable, TopicTable
from handlers.rules.language.folding import normalize
from handlers.rules.toml_errors import Complaint

CHANNELS = ("local", "dingtalk", "wecom")
K = TypeVar("K", bound=Hashable)


def name_complaints(config: Config) -> Iterator[Complaint]:
    """Yield names that are empty or taken, and accounts of no channel."""
    yield from _empty(config)
    yield from _people(config.person)
    yield from _departments(config.department)
    yield from _groups(config.group)
    yield from _bodies(config)
    yield from _topics(config.topic)


def _topics(topics: Iterable[TopicTable]) -> Iterator[Complaint]:
    rows = list(topics)
    for n, one in enumerate(rows):
        yield from _blank(f".topic[{n}]", name=one.name)
        for word in one.keywords:
            yield from _blank(f".topic[{n}]", keywords=word)
    for n, other in _again(normalize(one.name) for one in rows):
        yield Complaint(f".topic[{n}].name", f"{rows[n].name} is also topic {other + 1}: put their keywords together")


def _empty(config: Config) -> Iterator[Complaint]:
    for n, person in enumerate(config.person):
        yield from _blank(f".person[{n}]", id=person.id, name=person.name)
        for channel, account in person.accounts.items():
            yield from _blank(f".person[{n}]", accounts=account)
            if channel not in CHANNELS:
                remedy = f"write one of {', '.join(CHANNELS)}"
                yield Complaint(f".person[{n}].accounts", f'there is no channel "{channel}": {remedy}')
    for n, department in enumerate(config.department):
        yield from _blank(f".department[{n}]", name=department.name)
        for word in (*department.aliases, *department.keywords):
            yield from _blank(f".department[{n}]", **{"aliases" if word in department.aliases else "keywords": word})
    for n, group in enumerate(config.group):
        yield from _blank(f".group[{n}]", id=group.id, name=group.name)


def _blank(where: str, **values: str) -> Iterator[Complaint]:
    for key, value in values.items():
        if not value.strip():
            yield Complaint(f"{where}.{key}", f"this {key} is empty: write one, or take the line out")


def _people(people: Iterable[PersonTable]) -> Iterator[Complaint]:
    rows = list(people)
    for n, other in _again(normalize(person.name) for person in rows):
        remedy = "tell them apart, such as 王强（总务处）"
        yield Complaint(f".person[{n}].name", f"{rows[n].name} is also the name of {rows[other].id}: {remedy}")
    ids = {person.id for person in rows}
    for n, person in enumerate(rows):
        local = person.accounts.get("local", person.id)
        if local != person.id and local in ids:
            remedy = "take it out: on the group page everybody is called by their id"
            yield Complaint(f".person[{n}].accounts", f'the local account "{local}" is the id of another: {remedy}')


def _departments(departments: Iterable[DepartmentTable]) -> Iterator[Complaint]:
    named = [(n, one, name) for n, one in enumerate(departments) for name in (one.name, *one.aliases)]
    for place, other in _again(normalize(name) for _, _, name in named):
        (n, one, name), first = named[place], named[other][1]
        if first.name != one.name:
            yield Complaint(f".department[{n}].aliases", f"{name} already means {first.name}: take it out of one")


def _bodies(config: Config) -> Iterator[Complaint]:
    """Yield bodies that are called like another or like a department, and superiors that nothing can be sent to."""
    ours = {normalize(name).casefold(): one.name for one in config.department for name in (one.name, *one.aliases)}
    named = [(n, one, name) for n, one in enumerate(config.body) for name in (one.name, *one.aliases)]
    for n, one, name in named:
        yield from _blank(f".body[{n}]", **{"name" if name == one.name else "aliases": name})
        if department := ours.get(normalize(name).casefold()):
            yield Complaint(f".body[{n}].name", f"{name} is our department {department}: name the other body in full")
    for place, other in _again(normalize(name).casefold() for _, _, name in named):
        remedy = "take it out of one of them"
        yield Complaint(f".body[{named[place][0]}].name", f"{named[place][2]} means {named[other][1].name}: {remedy}")
    yield from _without_address(config.body)


def _without_address(bodies: Iterable[BodyTable]) -> Iterator[Complaint]:
    for n, one in enumerate(bodies):
        if one.kind == "superior" and not one.address.strip():
            remedy = 'write address = "...", where reports to it go'
            yield Complaint(f".body[{n}].name", f"nothing can be reported to {one.name}: {remedy}")


def _groups(groups: Iterable[GroupTable]) -> Iterator[Complaint]:
    rows = list(groups)
    bound = [(n, (group.channel, group.conversation)) for n, group in enumerate(rows) if group.conversation]
    for place, other in _again(key for _, key in bound):
        first = rows[bound[other][0]].id
        sentence = f"the group {first} has the same conversation: a conversation is one group"
        yield Complaint(f".group[{bound[place][0]}].conversation", sentence)
    hooked = [(n, group.webhook) for n, group in enumerate(rows) if group.webhook]
    for place, other in _again(hook for _, hook in hooked):
        first = rows[hooked[other][0]].id
        sentence = f"the group {first} has the same webhook: make one in each group, in a variable of its own"
        yield Complaint(f".group[{hooked[place][0]}].webhook", sentence)


def _again(keys: Iterable[K]) -> Iterator[tuple[int, int]]:
    """Yield the place of each key that was there before, and the place where it was first."""
    seen: dict[K, int] = {}
    for place, key in enumerate(keys):
        if key in seen:
            yield place, seen[key]
        seen.setdefault(key, place)
