"""A patrol's finding opens an incident like a forwarded post, and meets the patrol's duty."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import audit
from storage.tables import Duty, Incident
from tests.stories.test_on_duty import TEAMS, WEB
from tests.support.papers import words
from tests.support.regime import local
from tests.support.story import Story, demonstration, new_story

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis, request: pytest.FixtureRequest) -> AsyncIterator[Story]:
    """Under "watch" Zhou, who is on duty on Monday, owes patrols at 10:00, 16:00 and 22:00."""
    changed = {WEB: TEAMS, 'regime = "standard"': 'regime = "watch"'}
    config = demonstration(tmp_path, getattr(request, "param", "zh"), **changed)
    async with new_story(tmp_path, redis, local("2026-11-23 09:00"), config=config) as started:
        await started.settle()
        yield started


async def patrols(story: Story) -> list[str]:
    return await Duty.filter(kind="check-in").order_by("due_at").limit(2).values_list("state", flat=True)  # type: ignore[return-value]


async def test_a_text_opens_a_matter_and_the_patrol_is_done(story: Story) -> None:
    sent = await story.say("zhou", "巡查 发现 食堂饭菜里有异物，家长在群里转发")
    opened = story.expect("承办 总务处", pinged="wang")
    assert opened.text.startswith("〔#1〕食堂饭菜里有异物")
    story.expect("周晓 的巡查已记录，按时（时限 11-23（周一）10:50），发现的情况见 #1")
    assert len(sent) == 2
    assert (await story.incident()).text == "食堂饭菜里有异物，家长在群里转发"
    assert await patrols(story) == ["met", "open"]
    assert not [one for one in await story.until(local("2026-11-23 11:00")) if "10:00" in one.text]


async def test_an_address_joins_the_matter_that_it_belongs_to(story: Story) -> None:
    await story.say("wang", f"@回音 上报 食堂饭菜有异物 {LINK}")
    await story.say("zhou", f"巡查 发现 {LINK}")
    story.expect("这条已登记，并入本件")
    story.expect("周晓 的巡查已记录，按时（时限 11-23（周一）10:50），发现的情况见 #1")
    assert await Incident.all().count() == 1
    assert await patrols(story) == ["met", "open"]


async def test_without_a_department_the_desk_is_asked(story: Story) -> None:
    await story.say("zhou", "巡查 发现 有人在网上问学校的事情，不知道归谁管")
    story.expect("请分派：改派 1 部门", pinged="zhou")


async def test_nothing_found_opens_nothing(story: Story) -> None:
    for text in ("巡查 无异常", "巡查 发现一切正常", "巡查 未发现异常"):
        await story.say("zhou", text)
        story.expect("的巡查已记录")
    assert await Incident.all().count() == 0


async def test_what_may_be_a_finding_is_recorded_and_asked_about(story: Story) -> None:
    await story.say("zhou", "巡查 校门口人多")
    story.expect("若发现了要办的情况，请回复：巡查 发现 内容或网址")
    await story.say("zhou", "巡查 发现")
    story.expect("发现了什么？")


async def test_the_report_and_the_digest_count_it(story: Story) -> None:
    await story.say("zhou", "巡查 发现 食堂饭菜里有异物，家长在群里转发")
    await story.say("li", "今日")
    story.expect("巡查发现 1 件")
    await story.until(local("2026-11-24 08:00"))
    said = await words(story.expect("交接班"))
    assert "2026年11月23日 09:00 周晓 发现 #1 食堂饭菜里有异物" in said


async def test_its_words_are_the_matters_alone(story: Story) -> None:
    """The files are attached to the incident, so that they are erased with it."""
    await story.say("zhou", "巡查 发现 食堂饭菜里有异物，家长在群里转发")
    (line,) = await audit.of_kind("given", local("2026-11-23 00:00"), local("2026-11-24 00:00"))
    assert (line["data"].get("text"), line["data"]["found"]) == (None, 1)


async def test_a_repeated_delivery_finds_it_once(story: Story) -> None:
    assert story.bot.local
    message = await story.bot.local.say("zhou", "@回音 巡查 发现 食堂饭菜里有异物，家长在群里转发")
    await story.settle()
    await story.deliver(message, message)
    assert await Incident.all().count() == 1
    assert len(await audit.of_kind("given", local("2026-11-23 00:00"), local("2026-11-24 00:00"))) == 1


@pytest.mark.parametrize("story", ["en"], indirect=True)
async def test_in_english(story: Story) -> None:
    await story.say("zhou", "@Huiyin patrol found a foreign object in the canteen food")
    story.expect("what was found is #1")
    await story.say("li", "today")
    story.expect("Found on patrols: 1")


async def test_a_step_due_when_the_day_begins_sounds_at_once(story: Story) -> None:
    """The last reminder before 10:50 is due at 09:50, when the bot starts on a Redis that it filled before."""
    story.clock.set(local("2026-11-23 23:59"))
    await story.settle()
    story.clock.set(local("2026-11-25 09:50"))
    sent = await story.settle()
    assert [one for one in sent if "还有 1小时 到期（11-25（周三）10:50）" in one.text]
