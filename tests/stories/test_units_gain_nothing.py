"""Ways in which a unit would look better than it is, or reach what is not its own: none of them works."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Delegation, Duty, Incident
from tests.support.story import monday
from tests.support.units import FIRST, SECOND, Units, units

POST = "@回音 上报 家长反映校门口早晚高峰拥堵，希望学校说明情况"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        yield begun


async def found(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.at("s1", "l1", "签收 1")


@pytest.mark.parametrize("words", ["撤回", "撤回 1"])
async def test_taking_back_after_an_objection_leaves_what_was_said_before_it(story: Units, words: str) -> None:
    await story.at("s1", "l1", POST)
    await story.say("qian", "漏报 实验小学 1 电话里早已说过")
    await found(story)
    await story.at("s1", "l1", "异议 1 当时已口头报告")
    await story.at("s1", "l1", words)
    assert "“对漏报的异议”，这一步不能撤回" in story.heard("s1")
    assert (await story.incident()).acknowledged_at is not None


async def test_another_matter_is_taken_back_by_its_number(story: Units) -> None:
    await story.say("qian", "漏报 实验小学 电话里早已说过")
    await found(story)
    await story.at("s1", "l1", "异议 1 当时已口头报告")
    await story.at("s1", "l1", "撤回")
    assert "请写明编号：撤回 1" in story.heard("s1")
    await story.at("s1", "l1", "撤回 1")
    assert (await story.incident()).acknowledged_at is None


@pytest.mark.parametrize("who", ["l1", "h1"])
async def test_it_neither_raises_its_matter_nor_records_what_a_superior_wants(story: Units, who: str) -> None:
    await found(story)
    before = (await story.incident()).version
    await story.at("s1", who, "升级 1 重大 媒体已来电")
    assert "上交 1 理由" in story.heard("s1")
    await story.at("s1", who, "上级批示 1 区教育局要求今日答复")
    assert "由办公室或领导来记" in story.heard("s1")
    row = await story.incident()
    assert (row.tier, row.version) == ("general", before)
    await story.say("li", "升级 1 重大 媒体已来电")
    assert (await story.incident()).tier == "major"


async def test_what_it_counts_is_recorded_and_the_desk_looks(tmp_path: Path, redis: Redis) -> None:
    async with units(tmp_path, redis, replaced={'regime = "standard"': 'regime = "company"'}) as story:
        await found(story)
        await story.at("s1", "l1", "热度 1 阅读999999")
        assert (await story.incident()).tier == "general"
        assert "级别没有变" in story.heard("s1")
        asked = story.expect("请核对，属实请回复：热度 1 阅读 999999", pinged="li")
        assert asked.conversation == "work"
        await story.say("li", "热度 1 阅读 999999")
        assert (await story.incident()).tier == "critical"


async def test_neither_does_the_kind_that_it_sets_raise(tmp_path: Path, redis: Redis) -> None:
    async with units(tmp_path, redis, replaced={'regime = "standard"': 'regime = "tiered"'}) as story:
        await found(story)
        await story.at("s1", "l1", "类别 1 投诉举报")
        row = await story.incident()
        assert (row.kind, row.tier) == ("complaint", "general")
        asked = story.expect("级别没有变", pinged="li")
        assert asked.conversation == "work"
        await story.say("li", "类别 1 投诉举报")
        assert (await story.incident()).tier == "major"


async def test_a_suspended_one_gets_no_action_and_no_case(tmp_path: Path, redis: Redis) -> None:
    async with units(tmp_path, redis, suspended={"s2": True}) as story:
        await story.closed()
        for whom in (SECOND, "张平"):
            await story.say("li", f"整改 1 {whom} 周五前 更换冷链车")
            story.expect("它的事现在由办公室（李主任）管")
        await story.say("li", "印发 1 请对照自查")
        story.expect("已停用的第二小学不发，它的事由办公室（李主任）管")
        assert not story.heard("s2")
        owners = {row.owner for row in await Duty.filter(kind__in=("action", "read"))}
        assert f"department:{FIRST}" in owners
        assert not owners & {f"department:{SECOND}", "person:l2"}


@pytest.mark.parametrize("words", ["接办 1", "接办 1 第二小学", "改派 1 第二小学"])
async def test_nobody_of_another_unit_takes_a_matter_over(story: Units, words: str) -> None:
    await found(story)
    await story.say("li", "牵头 1 实验小学 协办 第二小学")
    await story.at("s1", "l1", "上交 1 涉及交警，请局里牵头")
    for given in ("授权 施校长 到周五", "请假 至 周五 由 施校长 代"):  # nobody of a unit acts for the office
        await story.say("li", given)
        story.expect("不能代办，没有变动")
    assert not await Delegation.exists()
    for who in ("l2", "h2"):
        await story.at("s2", who, words)
    row = await story.incident()
    assert (row.unit, row.department) == (FIRST, FIRST)
    assert (await story.duty("handed up")).state == "open"


async def test_what_its_people_forward_in_another_units_group_is_not_registered_there(story: Units) -> None:
    for words in (POST, "@回音 正面 家长感谢学校延长图书馆开放时间 https://weibo.com/1234567890/Ab1cD2eF3"):
        sent = await story.at("s2", "l1", words)
        assert [one.conversation for one in sent] == ["s2"]
        assert "请到实验小学的群里转" in story.heard("s2")
    assert not await Incident.all().exists()
    await story.at("s2", "l2", POST)
    await story.at("s2", "l1", POST)
    assert "没有登记" in story.heard("s2")
    assert (await story.incident()).unit == SECOND


async def test_what_was_given_back_goes_up_again_for_a_new_reason_alone(story: Units) -> None:
    await found(story)
    await story.at("s1", "l1", "上交 1 涉及交警，请局里牵头")
    await story.say("li", "发回 1 属于学校日常管理，请自行答复")
    for words in ("涉及交警，请局里牵头", "涉及交警请局里牵头！！", "请局里牵头", "涉及交警，请局里牵头啊"):
        await story.at("s1", "h1", f"上交 1 {words}")
        assert "和以前的一样" in story.heard("s1")
    await story.at("s1", "h1", "上交 1 交警部门今天来函要求区里统一答复")
    assert "第 2 次，前 1 次已发回" in story.heard("work")
    assert (await story.incident()).holder == f"department:{FIRST}"
    assert await Duty.filter(kind="handed up").count() == 2


async def test_its_time_runs_while_the_office_has_not_answered(story: Units) -> None:
    await found(story)
    await story.at("s1", "l1", "上交 1 涉及交警，请局里牵头")
    assert "用时仍记它的" in story.heard("work")
    await story.until(monday("12:05"))
    await story.say("li", "时间线 1")
    story.expect("实验小学 2小时")
