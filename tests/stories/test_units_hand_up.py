"""A unit hands a matter up: the office owes an answer, and until then the unit has it; its figures keep it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Duty, Incident
from tests.support.story import monday
from tests.support.units import FIRST, Units, units

POST = "@回音 上报 家长反映实验小学校门口早晚高峰拥堵，希望学校说明情况"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await begun.at("s1", "l1", POST)
        await begun.at("s1", "l1", "签收 1")
        yield begun


async def up(story: Units) -> None:
    await story.at("s1", "l1", "上交 1 涉及交警，请局里牵头")


@pytest.mark.demand("E")
async def test_the_office_owes_an_answer_by_a_limit_and_the_unit_keeps_it(story: Units) -> None:
    await up(story)
    assert "上交办公室" in story.heard("work")
    story.expect("涉及交警", pinged="li")
    duty = await story.duty("handed up")
    assert (duty.owner, duty.due_at.astimezone(story.now.tzinfo)) == ("desk", monday("16:05"))
    assert (await story.incident()).department == FIRST
    await story.until(monday("16:20"))
    assert "接办 1" in story.heard("work")


async def test_why_explains_the_limit(story: Units) -> None:
    await up(story)
    await story.say("li", "为何 1")
    story.expect("上交答复")


async def test_taken_over_it_is_the_offices_and_counts_for_the_unit(story: Units) -> None:
    await up(story)
    await story.say("li", "接办 1 保卫处")
    assert "仍计入实验小学" in story.heard("s1")
    row = await story.incident()
    assert (row.unit, row.department) == (FIRST, "保卫处")
    assert (await story.duty("handed up")).state == "met"
    await story.at("s1", "l1", "查 1")
    assert "保卫处" in story.heard("s1")
    await story.say("li", "待办")
    story.expect("保卫处（实验小学发现）")
    await story.say("li", "查 1")
    story.expect("实验小学发现")
    await story.at("s1", "l1", "今日")
    assert "收件 1" in story.heard("s1")


async def test_taken_over_without_a_department_the_desk_assigns_it(story: Units) -> None:
    await up(story)
    await story.say("li", "接办 1")
    row = await story.incident()
    assert (row.unit, row.department, row.stage) == (FIRST, None, "unassigned")


async def test_given_back_it_stays_with_its_times(story: Units) -> None:
    before = (await story.duty("resolve")).due_at
    await up(story)
    await story.say("li", "发回 1 属于学校日常管理，请自行答复")
    assert "仍由实验小学办" in story.heard("s1")
    assert (await story.duty("resolve")).due_at == before
    assert (await story.duty("handed up")).state == "met"


@pytest.mark.parametrize("words", ["发回 1", "上交 1 再说一遍"])
async def test_it_is_neither_given_back_without_a_reason_nor_handed_up_twice(story: Units, words: str) -> None:
    await up(story)
    await story.at(*("work", "li") if words.startswith("发回") else ("s1", "h1"), words)
    assert (await story.duty("handed up")).state == "open"
    assert "理由" in story.heard("work") or "不用再交" in story.heard("s1")


async def test_a_unit_neither_takes_over_nor_returns_what_it_found(story: Units) -> None:
    for words in ("退单 1 不归我们", "改派 1 第二小学", "牵头 1 第二小学"):
        await story.at("s1", "h1", words)
        assert "上交 1" in story.heard("s1")
    await up(story)
    await story.at("s1", "h1", "接办 1")
    assert "由办公室或领导决定" in story.heard("s1")
    assert (await story.incident()).department == FIRST


async def test_to_report_a_matter_is_not_to_hand_it_up(story: Units) -> None:
    await story.at("s1", "l1", "上报 1 涉及交警，请局里牵头")
    assert "上交 1 理由" in story.heard("s1")
    assert not await Duty.filter(kind="handed up").exists()


async def test_where_a_report_is_owed_it_is_that_report(tmp_path: Path, redis: Redis) -> None:
    async with units(tmp_path, redis, replaced={'regime = "standard"': 'regime = "bureau"'}) as story:
        await story.at("s1", "l1", "@回音 上报 家长反映放学时校门口堵车，希望学校说明情况")
        await story.at("s1", "l1", "签收 1")
        await story.at("s1", "l1", "@回音 上报 1 台空调坏了，家长要求学校维修")
        assert await Incident.filter(number=2).exists()
        assert (await story.duty("report")).state == "open"
        await story.at("s1", "l1", "上报 1 已电话报告值班领导")
        assert "吕芳 已上报：已电话报告值班领导" in story.heard("s1")
        assert "要请办公室接办，请另说：上交 1 理由" in story.heard("s1")
        assert (await story.duty("report")).state == "met"
        assert not await Duty.filter(kind="handed up").exists()


async def test_the_help_shows_each_its_own_words(story: Units) -> None:
    await story.at("s1", "l1", "@回音 帮助 全部")
    assert "上交 12" in story.heard("s1")
    assert "接办 12" not in story.heard("s1")
    await story.say("li", "帮助 全部")
    assert "接办 12" in story.heard("work")


async def test_a_long_reason_is_whole_in_a_file_for_the_office(story: Units) -> None:
    await story.at("s1", "l1", f"上交 1 {'涉及多个部门，' * 400}")
    [told] = [one for one in story.fresh if one.conversation == "work"]
    assert "……（共" in told.text
    assert told.say.attachments
    await story.say("li", f"发回 1 {'请学校自行答复，' * 10}")
    assert "请学校自行答复，" * 10 in story.heard("s1")


async def test_nobody_answers_for_days_and_nothing_is_lost(story: Units) -> None:
    await up(story)
    await story.jump(timedelta(days=3))
    assert (await story.duty("handed up")).state == "open"
    assert (await story.incident()).department == FIRST


async def test_what_the_office_found_is_not_said_to_count_for_the_unit(story: Units) -> None:
    await story.say("zhou", "@回音 实验小学门口路灯坏了 https://weibo.com/1/abc")
    await story.at("s1", "l1", "上交 2 路灯归城管")
    await story.say("li", "接办 2 总务处")
    assert "代表办公室接办" in story.heard("work")
    assert "仍计入" not in story.heard("work") + story.heard("s1")


async def test_another_order_or_thanks_are_no_new_reason(story: Units) -> None:
    await story.at("s1", "l1", "@回音 上报 家长反映校门口早晚高峰拥堵，希望学校说明情况")
    await story.at("s1", "l1", "上交 1 涉及交警，请局里牵头")
    await story.say("li", "发回 1 属于学校日常管理，请自行答复")
    for words in ("请局里牵头，涉及交警", "涉及交警，请局里牵头，谢谢领导"):
        await story.at("s1", "l1", f"上交 1 {words}")
        assert "没有上交" in story.heard("s1")
    await story.at("s1", "l1", "上交 1 涉及交警，交警大队要求由局里发函")
    assert "第 2 次" in story.heard("work")
