"""Somebody of a unit binds a group: it is the unit's, and without a place for it none of the office's."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from handlers.rules.people.institution import Group
from storage.tables import BoundGroup, Incident
from tests.stories.test_binding_a_group import NEW, POST, there, to
from tests.support.platform_dingtalk import DingTalkStreamed
from tests.support.platforms import School, platform_school

UNIT = "总务处"


@pytest.fixture
async def school(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[School]:
    """A school in which one department is a unit below the office."""
    async with platform_school(DingTalkStreamed(), tmp_path, redis, monkeypatch.setenv) as started:
        started.platform.fake.groups.add(NEW)
        office = started.bot.office
        departments = tuple(replace(one, unit=one.name == UNIT) for one in office.institution.departments)
        office.institution = replace(office.institution, departments=departments)
        yield started


def with_place(school: School) -> None:
    office = school.bot.office
    waiting = Group("unit", "总务群", "dingtalk", "", UNIT)
    office.institution = replace(office.institution, groups=(waiting, *office.institution.groups))


@pytest.mark.demand("E")
async def test_it_becomes_the_units_once_the_office_confirms(school: School) -> None:
    with_place(school)
    await there(school, "wang", "绑定")
    code = (await BoundGroup.get(conversation=NEW)).code
    await school.says("li", f"确认绑定 {code}", private=True)
    assert school.bot.office.institution.unit_at("dingtalk", NEW) == UNIT
    await there(school, "wang", f"上报 {POST}")
    assert (await Incident.get(number=1)).unit == UNIT


async def test_without_a_place_for_it_nothing_is_bound(school: School) -> None:
    asked = await there(school, "wang", "绑定")
    assert f'unit = "{UNIT}"' in to(asked, NEW)[0]
    assert not await BoundGroup.all().exists()


async def test_the_office_never_takes_a_units_place(school: School) -> None:
    with_place(school)
    await there(school, "li", "绑定")
    assert school.bot.office.institution.unit_at("dingtalk", NEW) is None
