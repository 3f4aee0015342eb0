"""Several rosters: each has its own shifts, reports and swaps."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.config import ConfigError, parse_installation
from storage.tables import Form
from tests.stories.test_on_duty import WEB
from tests.support.papers import words
from tests.support.regime import local
from tests.support.story import DEMONSTRATION, Story, demonstration, new_story

GENERAL = '[[roster]]\nname = "总值班"\npeople = ["qian", "sun"]\nsince = "2026-11-23"\n\n'
NETWORK = '[[roster]]\nname = "网信值班"\npeople = ["zhou", "li"]\nsince = "2026-11-23"\nshifts = ["{shifts}"]\n\n'
SAME, OTHER = "08:00-08:00", "09:00-09:00"


def rosters(shifts: str) -> dict[str, str]:
    return {WEB: GENERAL + NETWORK.format(shifts=shifts) + WEB}


@pytest.fixture
async def story(tmp_path: Path, redis: Redis, request: pytest.FixtureRequest) -> AsyncIterator[Story]:
    """Qian and Sun take turns in the general roster, Zhou and Li in the network's; Qian and Zhou begin on Monday."""
    config = demonstration(tmp_path, **rosters(getattr(request, "param", SAME)))
    async with new_story(tmp_path, redis, local("2026-11-23 10:05"), config=config) as started:
        await started.settle()
        yield started


async def test_both_are_shown_and_called(story: Story) -> None:
    await story.say("wang", "值班")
    first, second = story.fresh[-1].text.split("\n\n")
    assert first.startswith("【总值班】现在值班：钱副校长")
    assert second.startswith("【网信值班】现在值班：周晓")
    await story.say("wang", "@回音 上报 有人在网上问学校的事情，不知道归谁管，请看一下")
    assert story.fresh[-1].say.mentions == ("qian", "zhou")


async def test_each_change_brings_its_own_report(story: Story) -> None:
    sent = await story.until(local("2026-11-24 08:00"))
    announcements = [one for one in sent if "交接班" in one.text]
    assert [(one.text.split("：")[0], one.say.mentions) for one in announcements] == [
        ("总值班交接班", ("sun",)),
        ("网信值班交接班", ("li",)),
    ]
    said = [await words(one) for one in announcements]
    assert "班次 | 总值班 2026年11月23日 08:00至2026年11月24日 08:00" in said[0]
    assert "值班人 | 钱副校长 | 接班人 | 孙副校长" in said[0]
    assert "值班人 | 周晓 | 接班人 | 李主任" in said[1]
    assert await Form.filter(kind="duty").order_by("serial").values_list("serial", flat=True) == [1, 2]
    again = await story.until(local("2026-11-25 07:59"))
    assert not [one for one in again if "交接班" in one.text]


@pytest.mark.parametrize("story", [OTHER], indirect=True)
async def test_each_changes_at_its_own_time(story: Story) -> None:
    sent = await story.until(local("2026-11-24 10:00"))
    assert [(one.when, one.text[:3]) for one in sent if "交接班" in one.text] == [
        ("Tue 08:00", "总值班"),
        ("Tue 09:00", "网信值"),
    ]


async def test_a_report_is_asked_for_by_the_rosters_name(story: Story) -> None:
    await story.say("li", "值班报告")
    story.expect("请写明是哪个值班表：值班报告 总值班，或：值班报告 网信值班")
    assert "值班人 | 周晓" in await words((await story.say("li", "值班报告 网信值班"))[-1])
    assert "值班人 | 钱副校长" in await words((await story.say("li", "值班报告 总值班"))[-1])
    await story.say("li", "@回音 值班报告 天文台")
    story.expect("没有“天文台”这个值班表")
    await story.say("li", "值班报告 写好了放桌上")
    story.silent()


async def test_a_swap_is_of_one_roster(story: Story) -> None:
    await story.say("li", "换班 11-24 周晓")
    await story.say("zhou", "同意")
    story.expect("网信值班 11-24（周二）08:00 的班由 周晓 替 李主任")
    await story.until(local("2026-11-24 09:00"))
    await story.say("wang", "值班")
    first, second = story.fresh[-1].text.split("\n\n")
    assert first.startswith("【总值班】现在值班：孙副校长")
    assert second.startswith("【网信值班】现在值班：周晓")


async def test_an_offer_names_the_roster(story: Story) -> None:
    await story.say("wang", "换班 11-24 我")
    story.expect("这一天有几个人或几个班")
    await story.say("wang", "换班 总值班 11-24 我")
    story.expect("【总值班】11-24（周二）08:00 的班由 王强 替 孙副校长", pinged="sun")


async def test_an_empty_place_is_named_with_its_roster(story: Story) -> None:
    await story.say("li", "请假 至 周五 由 周晓 代")
    await story.say("sun", "请假 至 周五 由 钱副校长 代")
    sent = await story.until(local("2026-11-24 08:00"))
    announcements = {one.text.split()[0] for one in sent if "值班缺人" in one.text}
    assert announcements == {"【值班缺人】总值班", "【值班缺人】网信值班"}


async def test_filling_one_leaves_the_other_empty(story: Story) -> None:
    await story.say("li", "请假 至 周五 由 周晓 代")
    await story.say("sun", "请假 至 周五 由 钱副校长 代")
    await story.say("zhou", "换班 网信值班 11-24 我")
    sent = await story.until(local("2026-11-24 08:00"))
    assert {one.text.split()[0] for one in sent if "值班缺人" in one.text} == {"【值班缺人】总值班"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "网信值班"\n', "", "give each a name"),
        ("网信值班", "总值班", "another roster's name"),
        ("网信值班", "李主任", "somebody's name"),
        ("网信值班", "网信 值班", "without blanks"),
        ("网信值班", "代班室", "without blanks and 换由替代"),
    ],
)
def test_names_that_cannot_be_told_apart_are_refused(old: str, new: str, complaint: str) -> None:
    text = DEMONSTRATION.read_text(encoding="utf-8").replace(WEB, rosters(SAME)[WEB].replace(old, new))
    with pytest.raises(ConfigError, match=complaint):
        parse_installation(text, DEMONSTRATION)
