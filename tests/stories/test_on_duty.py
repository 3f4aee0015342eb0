"""The people on duty are pinged; a shift ends with a report; swaps count; an empty shift is announced a day before."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app import build
from bot.config import install
from storage.tables import Duty
from storage.timers.timers import Timers
from tests.support.papers import words
from tests.support.regime import local
from tests.support.story import Story, demonstration, new_story

pytestmark = pytest.mark.demand("watch.shifts")

WEB = '[web]\nhost = "127.0.0.1"'
TEAMS = '[[roster]]\npeople = ["zhou", "li", "chen"]\nsince = "2026-11-23"\nholidays = 2\n\n' + WEB


@pytest.fixture
async def story(tmp_path: Path, redis: Redis, request: pytest.FixtureRequest) -> AsyncIterator[Story]:
    """On duty from 08:00: Zhou on Monday, Li on Tuesday, Chen on Wednesday; two of them on days of rest."""
    at, regime = getattr(request, "param", ("2026-11-23 10:05", "standard"))
    changed = {WEB: TEAMS, 'regime = "standard"': f'regime = "{regime}"'}
    async with new_story(tmp_path, redis, local(at), config=demonstration(tmp_path, **changed)) as started:
        await started.settle()
        yield started


async def test_the_roster_is_shown(story: Story) -> None:
    await story.say("wang", "值班")
    lines = story.fresh[-1].text.splitlines()
    assert lines[:3] == [
        "现在值班：周晓（到 11-24（周二）08:00）",
        "11-24（周二）08:00 李主任",
        "11-25（周三）08:00 陈老师",
    ]
    assert "11-28（周六）08:00 陈老师、周晓" in lines  # a day of rest


async def test_a_change_of_shifts_is_nobodys_to_do(story: Story) -> None:
    await story.say("li", "待办")
    assert story.fresh[-1].text == "全部事项都已办结。"
    await story.opened()
    await story.say("li", "待办")
    assert "在办 1 件，按到期先后：\n#1 食堂饭菜有异物" in story.fresh[-1].text


async def test_the_desk_is_whoever_is_on_duty(story: Story) -> None:
    await story.say("wang", "@回音 上报 有人在网上问学校的事情，不知道归谁管，请看一下")
    assert story.fresh[-1].say.mentions == ("zhou",)
    await story.jump(local("2026-11-25 09:00") - story.now)
    await story.say("wang", "@回音 上报 又有人在网上问学校别的事情，不知道归谁管")
    assert story.fresh[-1].say.mentions == ("chen",)


async def test_the_change_brings_a_report(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    sent = await story.until(local("2026-11-24 08:00"))
    report = story.expect("周晓 交 @李主任 接", pinged="li")
    assert f"{report.when}" == "Tue 08:00"
    assert "在办 1 件，下一班到期与已超时 1 项" in report.text
    said = await words(report)
    assert "班次 | 2026年11月23日 08:00至2026年11月24日 08:00" in said
    assert "值班人 | 周晓 | 接班人 | 李主任" in said
    assert "本班登记 | 1 | 本班办结 | 0" in said
    assert "#1 | 食堂饭菜有异物 | 总务处 | 办理中 | 总务处" in said
    assert "#1 | 食堂饭菜有异物 | 当日回复 | 11月23日 24:00，已超时" in said
    assert sum("交接班" in one.text for one in sent) == 1
    again = await story.until(local("2026-11-25 08:00"))
    assert sum("交接班" in one.text for one in again) == 1


async def test_a_report_may_be_asked_for(story: Story) -> None:
    assert "值〔2026〕1 号" in await words((await story.say("li", "值班报告"))[-1])


async def test_only_ones_own_shift_unless_the_office_does_it(story: Story) -> None:
    await story.say("chen", "换班 11-24 周晓")
    story.expect("这是 李主任 的班")
    await story.say("li", "换班 11-25 陈老师 周晓")
    story.expect("11-25（周三）08:00 的班由 周晓 替 陈老师")
    await story.say("chen", "换班 11-28 周晓")
    story.expect("周晓 这一班本来就值班")
    await story.say("chen", "换班 11-28 天文台")
    story.expect("没有“天文台”这个人")
    await story.say("wang", "换班 周晓")
    story.expect("近两个月没有您的班")


async def test_an_empty_slot_is_noticed_the_day_before_and_climbs(story: Story) -> None:
    await story.say("chen", "请假 至 周五 由 周晓 代")
    sent = await story.until(local("2026-11-25 08:00"))
    reminders = [(one.when, one.say.mentions) for one in sent if "值班缺人" in one.text]
    assert reminders[0] == ("Tue 08:00", ("li",))
    assert ("Tue 20:00", ("li", "qian", "sun")) in reminders
    assert reminders[-1] == ("Wed 08:00", ("li", "qian", "sun", "zhao"))


async def test_the_alarm_stops_when_somebody_is_back(story: Story) -> None:
    await story.say("chen", "请假 至 周五 由 周晓 代")
    assert [one for one in await story.until(local("2026-11-24 08:30")) if "值班缺人" in one.text]
    await story.say("chen", "销假")
    sent = await story.until(local("2026-11-25 09:00"))
    assert not [one for one in sent if "值班缺人" in one.text]
    assert (await Duty.get(kind="shift")).state == "met"


async def test_it_goes_on_if_they_leave_again(story: Story) -> None:
    await story.say("chen", "请假 至 周五 由 周晓 代")
    await story.until(local("2026-11-24 08:30"))
    await story.say("chen", "销假")
    await story.until(local("2026-11-24 21:00"))
    await story.say("chen", "请假 至 周五 由 周晓 代")
    sent = await story.until(local("2026-11-25 08:00"))
    assert [one.when for one in sent if "值班缺人" in one.text] == ["Wed 04:00", "Wed 07:00", "Wed 08:00"]


async def test_somebody_who_steps_in_ends_it(story: Story) -> None:
    await story.say("chen", "请假 至 周五 由 周晓 代")
    await story.until(local("2026-11-24 08:30"))
    await story.say("li", "换班 11-25 周晓")
    story.expect("由 周晓 替 陈老师")
    sent = await story.until(local("2026-11-25 09:00"))
    assert not [one for one in sent if "值班缺人" in one.text]
    await story.say("wang", "值班")
    assert story.fresh[-1].text.startswith("现在值班：周晓")


async def test_a_slot_that_falls_empty_at_short_notice_is_told_at_once(story: Story) -> None:
    await story.until(local("2026-11-24 22:00"))
    await story.say("chen", "请假 至 周五 由 周晓 代")
    sent = await story.advance("1m")
    assert [one.say.mentions for one in sent if "值班缺人" in one.text] == [("li", "qian", "sun")]


@pytest.mark.parametrize("story", [("2026-11-25 06:00", "watch")], indirect=True)
async def test_patrols_are_whoever_is_on_dutys(story: Story) -> None:
    sent = await story.until(local("2026-11-25 09:50"))
    asked = [one.say.mentions for one in sent if "【巡查】" in one.text]
    assert asked == [("chen",)]
    await story.say("chen", "巡查 无异常")
    story.expect("按时")
    assert not [one for one in await story.until(local("2026-11-25 11:00")) if "10:50" in one.text]


@pytest.mark.parametrize("story", [("2026-11-23 09:00", "watch")], indirect=True)
async def test_a_restart_a_day_later_still_tells_the_chief(story: Story, redis: Redis) -> None:
    """A patrol of Monday 10:50 was not made: on Tuesday at 10:50 the chief is told."""
    await story.until(local("2026-11-24 10:49"))
    story.clock.set(local("2026-11-24 10:51"))
    timers = Timers(redis)
    await build(install(story.bot.config), story.clock, timers).drain()
    await timers.aclose()
    await story.settle()
    assert "1天" in story.expect("巡查", pinged="zhao").text
    await story.until(local("2026-11-25 00:01"))
    assert (await Duty.filter(kind="check-in").order_by("due_at").first().values("state")) == {"state": "missed"}


async def test_without_a_roster_nothing_changes(tmp_path: Path, redis: Redis) -> None:
    (tmp_path / "other").mkdir()
    async with new_story(tmp_path / "other", redis, config=demonstration(tmp_path / "other")) as other:
        await other.say("wang", "值班")
        other.expect("没有设值班表")


async def test_what_the_roster_asks_is_no_matter(story: Story) -> None:
    await story.say("li", "待办")
    story.expect("全部事项都已办结")
    await story.until(local("2026-11-24 09:00"))
    await story.say("li", "日报")
    assert "handover" not in story.fresh[-1].text
