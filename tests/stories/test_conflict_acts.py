"""Who is accused, and their department, do nothing in a matter but talk, whatever they type or press."""

import pytest

from storage.tables import Incident, Request
from tests.support.story import Story

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"
ACTS = (
    "签收 1", "退单 1 不归我们管", "拟复 1 已自查，没有问题。", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1",
    "办结 1 整改：已自查整改到位", "延期 1 1天 等检测报告", "改派 1 教务处", "牵头 1 教务处 协办 德育处",
    "协办 1 总务处", "批办 1 教务处 2天 请查明", "核实 1 不属实 没有的事", "转办 1 区教育局 请处理", "误报 1 不是本校",
    "升级 1 重大 媒体来电", "平息 1", "已报 1 已向领导报告", "总结 1 起因经过", "热度 1 阅读 3500", "涉及 1 无",
    "涉及 1 钱副校长", "不涉及 1", "并入 1 2", "同意 1", "不同意 1 不好", "类别 1 意见建议", "上级批示 1 请妥善处理",
)  # fmt: skip
ACCUSED = {
    "a liaison": ("总务处王强老师收钱办事", ("wang", "feng")),
    "a head": ("举报冯处长在食堂吃回扣", ("feng", "wang")),
    "a head by office": ("总务处负责人在食堂拿回扣", ("feng", "wang")),
    "a leader": ("举报钱校长收食堂红包", ("qian",)),
    "a leader by office": ("分管后勤的副校长收食堂红包", ("qian",)),
    "the chief": ("赵校长收食堂红包", ("zhao",)),
    "the desk": ("办公室李主任收红包删帖", ("li",)),
    "who forwards": ("信息员周晓瞒报食堂异物", ("zhou",)),
    "a department": ("总务处推诿扯皮", ("wang", "feng")),
}


@pytest.mark.parametrize("accused", ACCUSED)
async def test_they_do_nothing_in_it(story: Story, accused: str) -> None:
    text, people = ACCUSED[accused]
    await story.opened(f"@回音 {text} {LINK}")
    await story.say("zhou", "@回音 教室空调坏了，请尽快修理 https://weibo.com/1234567890/Ab1cD2eF9")
    before = await Incident.get(number=1).values()
    for person in people:
        for words in ACTS:
            await story.say(person, words)
            assert await Incident.get(number=1).values() == before, (person, words)
            assert not await Request.filter(incident_id=1).exists(), (person, words)
        for words in ("备注 1 我来说明情况", "续报 1 当天我不在学校"):
            await story.say(person, words)
        assert (await story.incident()).version == before["version"] + 2
        before = await Incident.get(number=1).values()


@pytest.mark.parametrize("accused", ACCUSED)
async def test_nobody_of_them_is_pinged_or_has_it(story: Story, accused: str) -> None:
    text, people = ACCUSED[accused]
    opened = await story.opened(f"@回音 {text} {LINK}")
    assert opened.say.mentions
    assert not {*people} & {*opened.say.mentions}
    assert "按回避规定" in opened.text
    accused_department = {"wang", "feng"} & {*people}
    assert not accused_department or (await story.incident()).department != "总务处"
    for sent in await story.advance("48h"):
        assert not {*people} & {*sent.say.mentions}, sent.text


async def test_their_news_is_recorded_and_meets_nothing(story: Story) -> None:
    await story.published()
    await story.say("li", "涉及 1 总务处")
    await story.say("wang", "续报 1 检测已合格")
    story.expect("检测已合格")
    assert (await story.duty("promise")).state == "open"


async def test_their_pressed_buttons_count_as_little(story: Story) -> None:
    opened = await story.opened()
    asked = (await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。"))[-1]
    await story.say("zhou", "涉及 1 总务处")
    await story.press("wang", opened, "签收")
    assert (await story.incident()).acknowledged_at is None
    await story.press("qian", asked, "同意")
    assert (await Request.get(id=1)).state == "superseded"


async def test_what_they_wrote_or_signed_before_is_not_published(story: Story) -> None:
    await story.approved()
    await story.say("li", "涉及 1 钱副校长")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    assert (await story.incident()).answer is None
    await story.say("zhou", "拟复 1 已封存留样送检，11月26日前公布结果。")
    story.expect("审批", pinged="sun")
    await story.advance("2m")
    await story.say("sun", "同意 1")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    assert (await story.incident()).answer


async def test_an_officer_does_not_strike_by_undoing_what_is_about_them(story: Story) -> None:
    await story.opened(f"@回音 信息员周晓瞒报食堂异物 {LINK}")
    await story.say("zhou", "撤回")
    story.expect("反映的事情与您有关")
    assert (await story.incident()).stage != "withdrawn"


@pytest.mark.parametrize("words", ["办结 1 整改：已更换", "核实 1 不属实 没有的事", "改派 1 教务处", "误报 1 不是本校"])
async def test_who_answers_to_an_accused_leader_does_not_decide(story: Story, words: str) -> None:
    """The department of which the leader is in charge may answer, but neither close, judge nor move it."""
    await story.opened(f"@回音 食堂承包是钱副校长的亲戚 {LINK}")
    await story.say("wang", "签收 1")
    for person in ("wang", "feng"):
        await story.say(person, words)
        assert (await story.incident()).stage == "acknowledged", person
        assert (await story.incident()).verdict is None
        assert not await Request.all().exists()


async def test_a_subordinate_is_told_who_may(story: Story) -> None:
    await story.opened(f"@回音 食堂承包是钱副校长的亲戚 {LINK}")
    await story.say("wang", "核实 1 不属实 没有的事")
    story.expect("按回避规定，这一步不由您来办，没有办理。由李主任来办")
    await story.say("li", "核实 1 属实")
    assert (await story.incident()).verdict == "true"


async def test_a_matter_about_the_chief_is_decided_at_the_desk(story: Story) -> None:
    await story.opened(f"@回音 赵校长收食堂红包 {LINK}")
    for person in ("qian", "sun"):
        await story.say(person, "核实 1 不属实 没有的事")
        assert (await story.incident()).verdict is None
    await story.say("zhou", "拟复 1 已请上级调查，11月26日前公布。")
    story.expect("审批", pinged="li")
    await story.say("qian", "同意 1")
    assert (await Request.get(id=1)).state == "pending"
    await story.say("li", "同意 1")
    assert (await Request.get(id=1)).state == "approved"


async def test_what_is_about_the_whole_desk_the_leaders_do(story: Story) -> None:
    await story.opened(f"@回音 办公室李主任和信息员周晓一起瞒报 {LINK}")
    story.expect("按回避规定", pinged="qian")
    await story.say("qian", "改派 1 教务处")
    story.expect("教务处", pinged="wu")
    await story.say("sun", "拟复 1 已调查，11月26日前公布。")
    story.expect("审批", pinged="qian")


async def test_if_it_is_about_everybody_it_can_only_go_to_a_superior(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    everybody = "赵校长 钱副校长 孙副校长 周晓 吴敏 郑处长 王强 冯处长 陈老师 褚队长 卫会计 蒋老师 李主任"
    await story.say("li", f"涉及 1 {everybody}")
    await story.say("li", "办结 1 整改：已更换")
    story.expect("反映的事情与您有关")
    await story.say("zhao", "转办 1 区教育局 反映学校全体")
    assert (await story.incident()).outside == "区教育局"


async def test_a_department_whose_only_people_are_named_does_not_keep_it(story: Story) -> None:
    await story.opened(f"@回音 感谢蒋老师帮我们解决了转学报名 {LINK}")
    assert (await story.incident()).department is None
    story.expect("按回避规定", pinged="li")


@pytest.mark.parametrize(
    "words", ["改派 1 总务处", "牵头 1 总务处", "牵头 1 教务处 协办 总务处", "批办 1 总务处 2天 请查明"]
)
async def test_nobody_gives_it_to_the_department_concerned(story: Story, words: str) -> None:
    await story.opened(f"@回音 举报冯处长在食堂吃回扣 {LINK}")
    for person in ("li", "zhou", "qian"):
        await story.say(person, words)
        assert (await story.incident()).department is None
        assert (await story.incident()).helpers == []
    assert "不能交给总务处" in story.fresh[-1].text
    await story.say("li", "改派 1 教务处")
    assert (await story.incident()).department == "教务处"


async def test_a_matter_that_turns_out_to_be_about_its_department_goes_to_the_desk(story: Story) -> None:
    await story.acknowledged()
    await story.say("zhou", "涉及 1 冯处长")
    handed = story.expect("按回避规定，改由 @李主任 办理，请分派：改派 1 部门", pinged="li")
    assert "总务处" not in handed.labels
    assert "冯" not in handed.text
    incident = await story.incident()
    assert (incident.department, incident.stage, incident.holder) == (None, "unassigned", "desk")
