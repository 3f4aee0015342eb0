"""`绑定` in a new group: the bot works there once the office has confirmed it, and not before."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from storage.tables import BoundGroup, Event, Incident
from tests.support.platform_dingtalk import DingTalkStreamed
from tests.support.platforms import School, SeenMessage, account, platform_school

NEW = "cidNew=="
POST = "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3"


@pytest.fixture
async def school(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[School]:
    async with platform_school(DingTalkStreamed(), tmp_path, redis, monkeypatch.setenv) as started:
        started.platform.fake.groups.add(NEW)
        yield started


async def there(school: School, person: str, words: str) -> list[SeenMessage]:
    """Let somebody speak in the new group."""
    return await school._while_draining(school.platform.fake.streams(account(person), words, conversation=NEW))


def to(sent: list[SeenMessage], where: str) -> list[str]:
    return [one.text for one in sent if one.mark.to == where]


async def test_a_strange_group_is_told_how_to_be_registered_and_nothing_else(school: School) -> None:
    sent = await there(school, "zhou", POST)
    assert to(sent, NEW) == ["这个群还没有登记，我不在这里办事。请在群里说：@回音 绑定"]
    assert await Incident.all().count() == 0


async def test_asked_confirmed_and_then_it_works(school: School) -> None:
    asked = await there(school, "zhou", "绑定")
    assert "李主任" in to(asked, NEW)[0]
    [private] = to(asked, account("li"))
    code = (await BoundGroup.get(conversation=NEW)).code
    assert f"确认绑定 {code}" in private
    assert "新群（钉钉：家校 工作群）" in private
    assert code not in to(asked, NEW)[0]
    confirmed = await school.says("li", f"确认绑定 {code}", private=True)
    assert "本群已登记，由李主任确认" in to(confirmed, NEW)[0]
    opened = await there(school, "zhou", POST)
    assert "〔#1〕食堂饭菜有异物" in to(opened, NEW)[0]
    assert await Event.filter(kind__startswith="group").count() == 2


async def test_only_the_office_confirms(school: School) -> None:
    await there(school, "zhou", "绑定")
    code = (await BoundGroup.get(conversation=NEW)).code
    [answer] = await school.says("wang", f"确认绑定 {code}", private=True)
    assert "由办公室确认" in answer.text
    assert (await BoundGroup.get(conversation=NEW)).confirmed_at is None


async def test_the_office_itself_needs_nobody_else(school: School) -> None:
    bound = await there(school, "li", "绑定")
    assert "本群已登记" in to(bound, NEW)[0]


async def test_a_wrong_code_is_no_groups(school: School) -> None:
    [answer] = await school.says("li", "确认绑定 000000", private=True)
    assert "没有等待确认的群" in answer.text


async def test_what_was_bound_outlives_a_restart_and_reaches_other_processes(school: School) -> None:
    await there(school, "li", "绑定")
    office = school.bot.office
    known = tuple(group for group in office.institution.groups if group.conversation != NEW)
    office.institution = replace(office.institution, groups=known)
    opened = await there(school, "zhou", POST)
    assert "〔#1〕" in to(opened, NEW)[0]


async def test_a_registered_group_says_so(school: School) -> None:
    [answer] = await school.says("zhou", "绑定")
    assert answer.text == "本群已经登记过了，可以直接使用。"
