"""What a unit below the office may have and see, by the rules alone."""

import pytest
from msgspec.structs import replace

from handlers.rules.incident.units import sees
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Group, Institution, Person
from tests.support.cases import INSTITUTION, case

LAKE = Department("湖滨小学", unit=True)
PEOPLE = (Person("he", "何校长", ("head",), LAKE.name), Person("lv", "吕芳", ("liaison",), LAKE.name))


@pytest.fixture
def place() -> Institution:
    departments, people = (*INSTITUTION.departments, LAKE), (*INSTITUTION.people, *PEOPLE)
    groups = (*INSTITUTION.groups, Group("lake", "群", "wecom", "x", LAKE.name))
    return replace(INSTITUTION, departments=departments, people=people, groups=groups)


@pytest.mark.parametrize(
    ("about", "kept"),
    [
        ([], False),
        (["person:he"], True),
        (["maybe:he"], True),
        (["department:湖滨小学"], True),
        (["person:lv"], False),
        (["person:wang"], False),
    ],
)
def test_a_matter_about_its_head_is_kept_from_it(place: Institution, about: list[str], kept: bool) -> None:
    assert recusal.excluded(LAKE.name, about, place) == kept
    found = replace(case(unit=LAKE.name, about=about), institution=place)
    assert sees(found, LAKE.name) == (not kept)


@pytest.mark.parametrize(
    ("columns", "seen"),
    [
        ({}, False),
        ({"unit": LAKE.name}, True),
        ({"department": LAKE.name}, True),
        ({"helpers": [LAKE.name]}, True),
    ],
)
def test_it_sees_what_it_found_has_or_helps_with(place: Institution, columns: dict[str, object], seen: bool) -> None:
    assert sees(replace(case(**columns), institution=place), LAKE.name) == seen


def test_a_suspended_one_gets_nothing(place: Institution) -> None:
    closed = replace(LAKE, suspended=True)
    departments = tuple(closed if one is LAKE else one for one in place.departments)
    assert closed not in recusal.departments((), replace(place, departments=departments))
    assert LAKE in recusal.departments((), place)
