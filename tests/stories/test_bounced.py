"""A department may return an incident; the second time a leader decides, and the first one keeps it until then."""

from pathlib import Path

from redis.asyncio import Redis

from storage.tables import Duty, Holding
from tests.support.regime import MONDAY_MORNING, under
from tests.support.story import Story


async def test_it_goes_back_to_the_desk_with_the_reason(story: Story) -> None:
    opened = await story.opened()
    await story.say("wang", "退单 1 是教务处的事")
    back = story.expect("〔#1〕总务处退单（王强）：是教务处的事", pinged="li")
    assert "教务处" in back.labels
    assert "总务处" not in back.labels
    incident = await story.incident()
    assert (incident.department, incident.stage, incident.holder) == (None, "unassigned", "desk")
    await story.press("wang", opened, "签收")
    story.expect("还没有分派给部门")


async def test_the_publics_clock_runs_on(story: Story) -> None:
    await story.opened()
    due = (await story.duty("reply")).due_at
    await story.say("wang", "退单 1 不归我们")
    assert (await story.duty("reply")).due_at == due
    await story.advance("11h")
    assert [holding.holder for holding in await Holding.all().order_by("id")] == ["department:总务处", "desk"]


async def test_the_second_time_a_leader_decides_and_the_first_keeps_it(story: Story) -> None:
    await story.opened()
    await story.say("wang", "退单 1 是教务处的事")
    await story.say("li", "改派 1 教务处")
    await story.say("wu", "退单 1 是总务处的事")
    asked = story.expect("第二次退单，请领导裁定归谁办", pinged="qian")
    assert "1. 总务处（王强）：是教务处的事" in asked.text
    assert "2. 教务处（吴敏）：是总务处的事" in asked.text
    assert asked.labels[:2] == ["教务处", "总务处"]
    assert (await story.incident()).holder == "department:总务处"
    await story.say("wang", "退单 1 真不是我们的")
    story.expect("已退过两次，不能再退")
    await story.press("qian", asked, "教务处")
    story.expect("钱副校长 已交教务处办理", pinged="wu")


async def test_a_reason_is_needed_and_only_the_department_returns(story: Story) -> None:
    await story.opened()
    await story.say("wang", "退单 1")
    story.expect("请写明为什么不归本部门：退单 1 理由")
    await story.say("chen", "退单 1 不是我们的")
    story.expect("由总务处承办，只有该部门的人能退单")
    assert (await story.incident()).version == 1


async def test_heads_do_not_pass_it_back_and_forth(story: Story) -> None:
    await story.opened()
    await story.say("feng", "改派 1 教务处")
    story.expect("冯处长 已交教务处办理", pinged="wu")
    for words in ("改派 1 总务处", "牵头 1 保卫处"):
        await story.say("zheng", words)
        story.expect("已经换过一次部门，不能再直接转给别的部门。不归本部门请回复：退单 1 理由")
    await story.say("wu", "退单 1 是总务处的事")
    story.expect("第二次退单，请领导裁定归谁办", pinged="qian")
    await story.say("feng", "改派 1 教务处")
    story.expect("已退过两次，不能再退")
    assert (await story.incident()).department == "总务处"


async def test_a_leader_whom_it_is_about_is_not_asked(story: Story) -> None:
    await story.opened("@回音 食堂承包是钱副校长的亲戚 https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("wang", "退单 1 是教务处的事")
    await story.say("li", "改派 1 教务处")
    await story.say("wu", "退单 1 是总务处的事")
    asked = story.expect("第二次退单", pinged="sun")
    assert "qian" not in asked.say.mentions


async def test_what_ran_from_the_assignment_runs_on_at_the_desk(tmp_path: Path, redis: Redis) -> None:
    async with under("liaison-form", tmp_path, redis, MONDAY_MORNING) as story:
        await story.opened()
        due = (await story.duty("verify")).due_at
        await story.say("wang", "退单 1 是教务处的事")
        assert await Duty.filter(state="open").values_list("kind", "due_at") == [("verify", due)]
        await story.advance("6h")
        story.expect("请分派：改派 1 部门", pinged="li")
