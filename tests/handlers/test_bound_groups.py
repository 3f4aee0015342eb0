"""A bound group fills the same group of the configuration after a restart as in the process that bound it."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from handlers.common.bound_groups import filled_next, with_groups
from handlers.rules.people.institution import Group, Institution
from storage import groups
from storage.groups import GroupBinding
from storage.tables import BoundGroup, Event
from tests.support.story import demonstration

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def institution(tmp_path: Path) -> Institution:
    places = (("work", "wecom"), ("second", "wecom"), ("ding", "dingtalk"))
    empty = tuple(Group(id, id, channel, "") for id, channel in places)
    return replace(demonstration(tmp_path).institution, groups=empty)


async def asked(institution: Institution, conversation: str, *, by_office: bool = False) -> GroupBinding:
    new = GroupBinding(0, "wecom", conversation, conversation, conversation[-6:], "zhou", "li" if by_office else None)
    return await groups.ask(new, partial(filled_next, institution, "wecom", None), None, lambda _: (), NOW)


async def confirmed(institution: Institution, bound: GroupBinding, after: int = 0) -> bool:
    fills = partial(filled_next, institution, "wecom", None)
    return await groups.confirm(bound, "li", fills, None, lambda _: (), NOW + timedelta(seconds=after))


def filled(institution: Institution, bound: list[GroupBinding]) -> dict[str, str]:
    return {group.id: group.conversation for group in with_groups(institution, bound).groups}


async def test_who_was_confirmed_first_stays_first(tables: str, institution: Institution) -> None:
    first, second = await asked(institution, "wr-000001"), await asked(institution, "wr-000002")
    assert await confirmed(institution, second)
    running = with_groups(institution, await groups.confirmed())
    assert await confirmed(running, first, after=1)
    expected = {"work": "wr-000002", "second": "wr-000001", "ding": ""}
    assert filled(running, await groups.confirmed()) == expected
    assert filled(institution, await groups.confirmed()) == expected  # as after a restart


async def test_a_unit_and_the_office_fill_their_own(tables: str, institution: Institution) -> None:
    lake = replace(institution.groups[0], id="lake", unit="湖滨小学")
    place = replace(institution, groups=(lake, *institution.groups))
    assert filled_next(place, "wecom", None, []) == "work"
    assert filled_next(place, "wecom", "湖滨小学", []) == "lake"
    assert filled_next(place, "wecom", "山前小学", []) == ""
    new = GroupBinding(0, "wecom", "wr-000009", "群", "000009", "zhou", "li")
    await groups.ask(new, partial(filled_next, place, "wecom", "湖滨小学"), None, lambda _: (), NOW)
    assert filled(place, await groups.confirmed())["lake"] == "wr-000009"
    assert filled_next(with_groups(place, await groups.confirmed()), "wecom", "湖滨小学", []) == ""


async def test_the_same_after_the_configuration_names_one(tables: str, institution: Institution) -> None:
    first, second = await asked(institution, "wr-000001"), await asked(institution, "wr-000002")
    await confirmed(institution, first)
    await confirmed(institution, second, after=1)
    named = (replace(institution.groups[0], conversation="wr-000001"), *institution.groups[1:])
    found = filled(replace(institution, groups=named), await groups.confirmed())
    assert found == {"work": "wr-000001", "second": "wr-000002", "ding": ""}


async def test_a_group_that_is_gone_from_the_configuration_gives_its_place_to_nobody(
    tables: str, institution: Institution
) -> None:
    await confirmed(institution, await asked(institution, "wr-000001"))
    left = replace(institution, groups=institution.groups[1:])
    assert filled(left, await groups.confirmed()) == {"second": "", "ding": "", "bound-1": "wr-000001"}


async def test_one_more_than_there_are_places_is_a_group_of_its_own(tables: str, institution: Institution) -> None:
    for n in (1, 2, 3):
        await confirmed(institution, await asked(institution, f"wr-00000{n}"), after=n)
    found = filled(institution, await groups.confirmed())
    assert (found["work"], found["second"], found["bound-3"]) == ("wr-000001", "wr-000002", "wr-000003")


async def test_confirmed_twice_is_confirmed_once(tables: str, institution: Institution) -> None:
    bound = await asked(institution, "wr-000001")
    assert sorted(await asyncio.gather(*(confirmed(institution, bound, n) for n in range(3)))) == [False, False, True]
    assert await Event.filter(kind="group confirmed").count() == 1
    before = await BoundGroup.get(id=bound.id)
    await asked(institution, "wr-000001", by_office=True)
    after = await BoundGroup.get(id=bound.id)
    assert (after.confirmed_at, after.group_id) == (before.confirmed_at, "work")
    assert await Event.filter(kind="group confirmed").count() == 1


async def test_two_at_once_fill_two_groups(tables: str, institution: Institution) -> None:
    both = [await asked(institution, f"wr-00000{n}") for n in (1, 2)]
    await asyncio.gather(*(confirmed(institution, one) for one in both))
    assert {row.group_id for row in await BoundGroup.all()} == {"work", "second"}


async def test_what_an_earlier_version_confirmed_keeps_its_place(tables: str, institution: Institution) -> None:
    for n in (1, 2):
        await confirmed(institution, await asked(institution, f"wr-00000{n}"), after=2 - n)
    await BoundGroup.all().update(group_id=None)
    found = filled(institution, await groups.confirmed())
    assert (found["work"], found["second"]) == ("wr-000002", "wr-000001")  # in the order of the confirmations
