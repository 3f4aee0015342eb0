"""Several departments: the first one leads the incident and is responsible, the others help."""

from tests.support.story import Story


async def test_the_first_that_is_called_leads(story: Story) -> None:
    await story.say("zhou", "@回音 宿舍食堂都有异味 @总务处 @德育处 https://weibo.com/1234567890/Ab1cD2eF3")
    opened = story.expect("承办 总务处，协办 德育处", pinged="wang")
    assert set(opened.say.mentions) == {"wang", "chen"}
    incident = await story.incident()
    assert (incident.department, incident.helpers) == ("总务处", ["德育处"])


async def test_helpers_tell_news_and_the_lead_answers(story: Story) -> None:
    await story.opened()
    await story.say("li", "协办 1 德育处、保卫处")
    story.expect("总务处牵头，德育处、保卫处协办", pinged="chu")
    await story.say("chen", "续报 1 已找住宿生了解情况")
    story.expect("续报（陈老师）：已找住宿生了解情况")
    await story.say("chen", "拟复 1 您好，11月26日前公布。")
    story.expect("由总务处承办")
    await story.say("wei", "续报 1 我也来说")
    story.expect("由总务处承办")


async def test_another_lead_acknowledges_anew(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", "牵头 1 教务处 协办 总务处")
    story.expect("教务处牵头，总务处协办", pinged="wu")
    incident = await story.incident()
    assert (incident.department, incident.helpers, incident.stage) == ("教务处", ["总务处"], "assigned")
    assert (await story.duty("acknowledge")).state == "open"


async def test_naming_nobody_is_asked_back(story: Story) -> None:
    await story.opened()
    await story.say("li", "协办 1 气象站")
    story.expect("没有“气象站”这个部门或人员")
    await story.say("li", "牵头 1 总务处")
    story.expect("请写明牵头和协办部门")
