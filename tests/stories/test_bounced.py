"""A department may return a matter; the second time a leader says whose it is, and the first keeps it until then."""

from storage.tables import Holding
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
