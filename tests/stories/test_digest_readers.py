"""The numbered digest goes to the group and to each leader; the group is told who cannot be reached one-to-one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from tests.stories.test_digests import at, sending
from tests.support.platform_dingtalk import DingTalkCalledBack
from tests.support.platforms import School, account, platform_school
from tests.support.story import Story, new_story

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"


async def test_it_goes_to_the_leaders_with_its_files(story: Story) -> None:
    await story.opened()
    sent = await story.say("li", "摘报")
    assert sorted(one.conversation for one in sent) == ["@qian", "@sun", "@zhao", "work"]
    assert {one.text for one in sent} == {sent[0].text}
    assert all([file.kind for file in one.say.attachments] == ["picture", "file"] for one in sent)


async def test_so_does_one_that_time_brings(story: Story) -> None:
    process = sending(story, numbered="17:30", daily="17:30")
    await process.drain()
    await story.opened()
    sent = await at(story, process, "17:30")
    assert sorted(one.conversation for one in sent if one.text.startswith("摘报")) == [
        "@qian",
        "@sun",
        "@zhao",
        "work",
    ]
    assert [one.conversation for one in sent if one.text.startswith("日报")] == ["work"]


async def test_asked_for_in_private_it_goes_to_the_group_all_the_same(story: Story) -> None:
    await story.opened()
    sent = await story.say("qian", "摘报", private=True)
    assert sorted(one.conversation for one in sent) == ["@qian", "@sun", "@zhao", "work"]


async def test_the_regime_says_to_whom(tmp_path: Path, redis: Redis) -> None:
    changed = {"[digest]": '[override]\ndigest_to = ["chief"]\n\n[digest]'}
    async with new_story(tmp_path, redis, **changed) as story:
        await story.opened()
        assert sorted(one.conversation for one in await story.say("li", "摘报")) == ["@zhao", "work"]


@pytest.fixture
async def school(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[School]:
    async with platform_school(DingTalkCalledBack(), tmp_path, redis, monkeypatch.setenv) as started:
        await started.says("zhou", f"食堂饭菜有异物 {LINK}")
        yield started


async def test_whom_the_platform_does_not_know_is_named_in_the_group(school: School) -> None:
    assert isinstance(school.platform, DingTalkCalledBack)
    school.platform.fake.members.discard(account("zhao"))
    sent = await school.says("li", "摘报")
    assert {one.to for one in sent if one.text.startswith("摘报 2026 年")} == {None, "qian", "sun"}
    said = [one.text for one in sent if "没有单独送到" in one.text]
    assert len(said) == 1
    assert said[0].startswith("摘报第 1 期没有单独送到赵校长（钉钉）")


async def test_who_has_no_account_is_named_with_it(school: School) -> None:
    office = school.bot.office
    people = tuple(replace(one, accounts={}) if one.id == "sun" else one for one in office.institution.people)
    office.institution = replace(office.institution, people=people)
    sent = await school.says("li", "摘报")
    (group,) = [one for one in sent if one.to is None and one.text.startswith("摘报 2026 年")]
    assert "没有单独送给孙副校长：没有登记能单独送达的账号" in group.text
    assert {one.to for one in sent if one.text.startswith("摘报 2026 年")} == {None, "qian", "zhao"}
