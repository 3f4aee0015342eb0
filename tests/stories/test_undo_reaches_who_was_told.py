"""An undo tells everybody whom the change had told, each in their group, and calls those who owe again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Request
from tests.support.units import Units, units


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await begun.opened()
        await begun.jump(timedelta(seconds=1))
        yield begun


@pytest.mark.parametrize("words", ["改派 1 第二小学", "交办 1 第二小学 3天 查清原因", "批办 1 第二小学 3天 请查明"])
async def test_the_old_department_owes_again_and_the_new_one_does_not(story: Units, words: str) -> None:
    await story.say("li", words)
    assert "现由第二小学办理，总务处不再经办" in story.heard("work")
    await story.say("li", "撤回")
    told = story.expect("又由总务处办理", pinged="wang")
    assert "@王强 又要办：签收（" in told.text
    [off] = [one for one in story.fresh if one.conversation == "s2"]
    assert off.say.mentions == ("l2",)
    assert "张平 不用再办" in off.text


async def test_a_unit_hears_that_the_registration_is_gone(story: Units) -> None:
    await story.say("zhou", "@回音 第二小学门口堵车 https://weibo.com/1/abe")
    assert "〔#2〕" in story.heard("s2")
    await story.say("zhou", "撤回")
    [told] = [one for one in story.fresh if one.conversation == "s2"]
    assert told.say.mentions == ("l2",)
    assert "撤回了刚才的“上报”" in told.text


async def test_so_does_a_helping_one_that_only_heard_the_news(story: Units) -> None:
    await story.say("sun", "牵头 1 总务处 协办 第三小学")
    await story.jump(timedelta(seconds=1))
    await story.say("li", "升级 1 重大 媒体来电")
    assert "升为重大" in story.heard("s3")
    await story.say("li", "撤回")
    assert "撤回了刚才的“升级" in story.heard("s3")
    assert not story.heard("s1") + story.heard("s2")


async def test_the_desk_has_to_assign_it_again(story: Units) -> None:
    await story.say("zhou", "@回音 网友反映一件小事 https://weibo.com/1/abe")
    await story.jump(timedelta(seconds=1))
    await story.say("sun", "改派 2 保卫处")
    await story.say("sun", "撤回")
    told = story.expect("又由值守台办理", pinged="li")
    assert "@李主任 又要办：当日回复（" in told.text
    assert "请分派：改派 2 部门" in told.text


async def test_who_was_told_nothing_is_told_nothing(story: Units) -> None:
    await story.say("li", "备注 1 家长来过电话")
    await story.say("li", "撤回")
    assert [one.say.mentions for one in story.fresh] == [()]


async def test_the_draft_goes_back_to_its_own_signer_and_to_no_other_group(story: Units) -> None:
    await story.say("wang", "签收 1")
    await story.say("wang", "拟复 1 已送检，11月26日前公布结果。")
    await story.jump(timedelta(minutes=2))
    await story.say("li", "改派 1 第三小学")
    await story.say("li", "撤回")
    assert story.expect("重新等待审批：\n第 1 稿").say.mentions == ("qian",)
    assert "已送检" not in story.heard("s3")
    await story.jump(timedelta(minutes=1))
    await story.at("s3", "h3", "同意 1")
    assert (await Request.get()).state == "pending"
    await story.say("qian", "同意 1")
    assert (await Request.get()).state == "approved"


async def test_a_unit_hears_that_it_has_its_matter_again_and_not_that_it_was_thought_to_be_about_it(
    story: Units,
) -> None:
    await story.at("s1", "l1", "@回音 上报 家长反映车棚漏雨，希望学校说明情况")
    await story.jump(timedelta(seconds=1))
    await story.say("li", "涉及 2 实验小学")
    assert "由办公室直接办理" in story.heard("s1")
    await story.say("li", "撤回")
    [told] = [one for one in story.fresh if one.conversation == "s1"]
    assert told.say.mentions == ("l1",)
    assert "又由实验小学办理。@吕芳 又要办：签收（" in told.text
    assert "涉及" not in told.text
