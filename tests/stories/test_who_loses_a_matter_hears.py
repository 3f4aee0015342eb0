"""Who had a matter hears in their own group who has it now, and what ends for them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.units import Units, units


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await begun.opened()
        yield begun


@pytest.mark.parametrize(
    ("words", "to"),
    [
        ("交办 1 第二小学 周三17点前 查清原因", "第二小学"),
        ("改派 1 保卫处", "保卫处"),
        ("批办 1 保卫处 请查明", "保卫处"),
    ],
)
async def test_a_department_is_called(story: Units, words: str, to: str) -> None:
    await story.say("wang", "签收 1")
    await story.say("wang", "拟复 1 已送检，11月26日前公布结果。")
    await story.say("sun", words)
    told = story.expect(f"现由{to}办理，总务处不再经办，", pinged="wang")
    assert "当日回复" in told.text.partition("不再经办")[2]
    assert "送审的答复作废" in told.text
    assert "不再经办" not in story.heard("s2")


async def test_a_unit_hears_in_its_group_and_still_owes_its_report(story: Units) -> None:
    await story.say("sun", "交办 1 第二小学 周三17点前 查清原因")
    await story.say("sun", "交办 1 第三小学 周四17点前 到现场整改")
    heard = story.heard("s2")
    assert "现由第三小学办理，第二小学不再经办，当日回复、办结、签收不用再做" in heard
    assert "交办报告仍请在 11-25（周三）17:00 前报" in heard
    assert "到现场整改" not in heard
    [told] = [one for one in story.fresh if one.conversation == "s2"]
    assert told.say.mentions == ("l2",)


async def test_who_found_it_hears_it_once_where_it_is_discussed(story: Units) -> None:
    await story.at("s1", "l1", "@回音 上报 家长反映车棚漏雨，希望学校说明情况")
    await story.at("s1", "l1", "上交 2 涉及几个学校")
    await story.say("li", "接办 2 总务处")
    assert story.heard("s1").count("实验小学不再经办") == 1


async def test_who_gives_it_away_is_told_nothing(story: Units) -> None:
    await story.say("feng", "改派 1 德育处")
    assert not [one for one in story.fresh if "不再经办" in one.text]


async def test_a_unit_hears_that_its_matter_is_merged_away(story: Units) -> None:
    await story.advance("1m")
    await story.say("zhou", "@回音 操场积水没人管 https://weibo.com/1/Zz9")
    await story.say("sun", "交办 2 第二小学 周四17点前 查清操场积水原因并整改")
    await story.say("li", "2 并入 1")
    assert "已并案办理；本单位不用再办" in story.heard("s2")
    assert "本单位不用再办" not in story.heard("work")


async def test_a_unit_hears_that_its_matter_was_a_mistake(story: Units) -> None:
    await story.say("sun", "牵头 1 总务处 协办 第二小学")
    await story.say("li", "误报 1 说的是另一所学校")
    await story.advance("1m")
    await story.say("qian", "同意撤件 1")
    assert "同意撤件" in story.heard("s2")


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("转办 1 市场监管局 归他们管", "现由市场监管局办理，第三小学不再协办"),
        ("牵头 1 总务处 协办 德育处", "现由总务处办理，第三小学不再协办"),
        ("牵头 1 保卫处 协办 德育处", "现由保卫处办理，第三小学不再协办"),
        ("改派 1 第二小学", "现由第二小学办理，第三小学仍协办"),
    ],
)
async def test_a_unit_hears_whom_it_helps_or_that_it_helps_no_more(story: Units, words: str, heard: str) -> None:
    await story.say("sun", "牵头 1 总务处 协办 第三小学")
    await story.say("sun", words)
    [told] = [one for one in story.fresh if one.conversation == "s3"]
    assert heard in told.text
    assert told.say.mentions == ("l3",)
    assert heard not in story.heard("s2")


async def test_who_led_and_helps_now_is_not_told_to_be_off(story: Units) -> None:
    await story.say("sun", "改派 1 第三小学")
    await story.say("sun", "牵头 1 总务处 协办 第三小学")
    assert "现由总务处办理，第三小学改为协办，当日回复、办结、签收不用再做" in story.heard("s3")
    assert "不再经办" not in story.heard("s3")


async def test_of_a_transfer_the_department_hears_once(story: Units) -> None:
    await story.say("sun", "转办 1 市场监管局 归他们管")
    told = story.expect("已转市场监管局办理", pinged="wang").text
    assert told.count("不再经") == 1
