"""Contradictions among units below the office, their people and their groups.

Who is of a unit sees that unit alone, so nobody of one may stand where the office's matters arrive.
"""

from collections.abc import Iterator

from bot.config.tables import Config, UnitTable
from handlers.rules.language.folding import normalize
from handlers.rules.toml_errors import Complaint

IN_A_UNIT = {"liaison", "head"}
"""The roles that people of a unit may have; the others see the matters of every unit."""


def unit_complaints(config: Config) -> Iterator[Complaint]:
    """Yield units without a head or a group, names that are taken, and people or groups that would tell on a unit."""
    if not config.unit:
        yield from _groups(config, {})
        return
    units = {unit.name: unit for unit in config.unit}
    yield from _names(config)
    yield from _groups(config, units)
    for n, unit in enumerate(config.unit):
        yield from _unit(f".unit[{n}]", unit, config)
    yield from _people(config, units)
    yield from _roster(config, units)


def _names(config: Config) -> Iterator[Complaint]:
    departments = [(one.name, one.aliases) for one in config.department]
    others = [*departments, *((one.name, one.aliases) for one in config.body)]
    taken = {normalize(name).casefold(): owner for owner, aliases in others for name in (owner, *aliases)}
    for n, unit in enumerate(config.unit):
        for name in dict.fromkeys((unit.name, *unit.aliases)):
            key = normalize(name).casefold()
            if not name.strip():
                yield Complaint(f".unit[{n}].name", "this name is empty: write one, or take the line out")
            elif key in taken:
                yield Complaint(f".unit[{n}].name", f"{name} already means {taken[key]}: name the unit in full")
            taken[key] = unit.name


def _unit(where: str, unit: UnitTable, config: Config) -> Iterator[Complaint]:
    if not any(one.department == unit.name and "head" in one.roles for one in config.person):
        remedy = f'give a [[person]] department = "{unit.name}" and roles = ["head"]'
        yield Complaint(f"{where}.name", f"nobody heads {unit.name}: {remedy}")
    if not any(one.unit == unit.name for one in config.group):
        remedy = f'give its [[group]] unit = "{unit.name}"'
        yield Complaint(f"{where}.name", f"{unit.name} has no group: {remedy}")
    if unit.leader is None:
        return
    leader = next((one for one in config.person if one.id == unit.leader), None)
    if leader is None:
        yield Complaint(f"{where}.leader", f'there is no person "{unit.leader}": name the id of a [[person]]')
    elif leader.department in {one.name for one in config.unit}:
        yield Complaint(f"{where}.leader", f"{leader.name} works in a unit: name a leader of the office")


def _people(config: Config, units: dict[str, UnitTable]) -> Iterator[Complaint]:
    at = {one.id: one.department if one.department in units else None for one in config.person}
    for n, person in enumerate(config.person):
        if person.department not in units:
            continue
        if others := {*person.roles} - IN_A_UNIT:
            remedy = f"{', '.join(sorted(others))} would see every unit; give liaison or head"
            yield Complaint(f".person[{n}].roles", f"{person.name} works in {person.department}: {remedy}")
        if person.deputy is not None and at.get(person.deputy) not in (None, person.department):
            remedy = "name somebody of the same unit, or of the office"
            yield Complaint(f".person[{n}].deputy", f"{person.deputy} works in another unit: {remedy}")
    for n, person in enumerate(config.person):
        if person.department not in units and person.deputy is not None and at.get(person.deputy) is not None:
            sentence = f"{person.deputy} works in a unit and sees nothing of the office: name somebody of the office"
            yield Complaint(f".person[{n}].deputy", sentence)


def _groups(config: Config, units: dict[str, UnitTable]) -> Iterator[Complaint]:
    for n, group in enumerate(config.group):
        if group.unit is not None and group.unit not in units:
            yield Complaint(f".group[{n}].unit", f'there is no unit "{group.unit}": add it as [[unit]]')
    if units and all(group.unit for group in config.group):
        yield Complaint(".group[0].unit", "the office has no group of its own: add a [[group]] without unit")
    own = {group.id for group in config.group if group.unit}
    for n, id in enumerate(config.digest.groups):
        if id in own:
            remedy = "take it out, it gets the digest of its own unit by itself"
            yield Complaint(f".digest.groups[{n}]", f"{id} is the group of a unit, and this is of every unit: {remedy}")


def _roster(config: Config, units: dict[str, UnitTable]) -> Iterator[Complaint]:
    below = {one.id: one.name for one in config.person if one.department in units}
    for n, roster in enumerate(config.roster):
        for id in (id for team in roster.teams for id in team if id in below):
            sentence = f"{below[id]} works in a unit and is not on duty at the office's desk: take them out"
            yield Complaint(f".roster[{n}].people", sentence)
