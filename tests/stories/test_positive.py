"""A positive item goes to the leaders and the counts and owes nothing; nobody sheds a complaint by it."""

import pytest

from storage.tables import Duty, Incident
from tests.support.regime import owed
from tests.support.story import Story

PRAISE = "@回音 上报 家长感谢食堂师傅，每天的饭菜都热乎 @总务处"


async def stage(number: int = 1) -> str:
    return (await Incident.get(number=number)).stage


@pytest.mark.demand("C7")
async def test_the_desk_says_so_and_nothing_is_owed(story: Story) -> None:
    await story.opened(PRAISE)
    await story.say("wang", "正面 1 都是夸我们的")
    story.expect("由值守台（办公室、信息员）或领导认定，没有办理")
    await story.say("li", "正面 1")
    story.expect("请写明理由，没有改动")
    await story.say("li", "正面 1 家长感谢食堂师傅")
    told = story.expect("李主任 定为正面信息")
    assert told.say.mentions == ("qian", "zhao")
    assert (await owed(story), await stage()) == ({}, "positive")
    assert await story.advance("72h") == []


@pytest.mark.demand("C7")
async def test_it_is_listed_counted_and_named_with_who_said_so(story: Story) -> None:
    await story.opened(PRAISE)
    await story.say("li", "正面 1 家长感谢食堂师傅")
    await story.say("li", "今日")
    story.expect("正面 1 件：#1 家长感谢食堂师傅")
    story.expect("李主任 定为正面 1")
    assert not [one for one in story.fresh if "收件 1" in one.text]


async def test_it_is_opened_so(story: Story) -> None:
    await story.say("zhou", "@回音 正面 家长在微博感谢食堂师傅 https://weibo.com/1/Aa1")
    told = story.expect("正面信息，周晓 登记")
    assert set(told.say.mentions) == {"qian", "zhao"}
    assert await stage() == "positive"
    assert not await Duty.filter(incident_id=1).exists()
    await story.say("zhou", "@回音 正面 再看 https://weibo.com/1/Aa1")
    story.expect("这条已登记，没有另立")
    await story.say("wang", "@回音 正面 家长感谢我们总务处的师傅")
    story.expect("由值守台（办公室、信息员）或领导认定")


async def test_a_complaint_needs_a_leaders_word(story: Story) -> None:
    await story.opened()  # 食堂饭菜有异物
    due = await owed(story)
    await story.say("li", "正面 1 网友都在夸")
    story.expect("请领导说：正面 1 理由")
    assert (await owed(story), await stage()) == (due, "assigned")
    await story.say("zhou", "@回音 正面 食堂饭菜有异物，服务倒是很好")
    story.expect("里面有投诉、反映的话，或涉及本单位的人，没有登记")
    await story.say("qian", "正面 1 看过原帖，是夸处理得快")
    assert await stage() == "positive"


async def test_whom_it_is_about_cannot_shed_it(story: Story) -> None:
    await story.opened("@回音 上报 举报钱副校长收礼，家长们都知道 https://weibo.com/1/Bb2")
    for person in ("qian", "li"):
        await story.say(person, "正面 1 是误会，其实在夸")
        assert await stage() == "unassigned"


async def test_it_runs_again_when_it_is_reopened_or_undone(story: Story) -> None:
    await story.opened(PRAISE)
    due = await owed(story)
    await story.say("li", "正面 1 家长感谢食堂师傅")
    await story.say("li", "撤回")
    assert (await owed(story), await stage()) == (due, "assigned")
    await story.say("li", "正面 1 家长感谢食堂师傅")
    await story.say("qian", "重办 1 后面还有问题要答")
    row = await story.incident()
    assert (row.stage, row.kind, row.cycle) == ("assigned", "request", 2)
    assert "reply" in await owed(story)


async def test_what_is_answered_or_handed_down_is_none(story: Story) -> None:
    await story.opened(PRAISE)
    await story.say("li", "交办 1 教育局 教办函〔2026〕31号 11-30前")
    await story.say("qian", "正面 1 家长感谢食堂师傅")
    story.expect("区教育局还等着反馈，不能定为正面")
    await story.say("wang", "签收 1")
    await story.answer()
    await story.say("qian", "正面 1 家长感谢食堂师傅")
    story.expect("已公开答复，不能再定为正面")
