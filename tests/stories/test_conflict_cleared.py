"""A name is put on a matter at once; it comes off only if a second person agrees, and the chief hears."""

import pytest

from storage.tables import Request
from tests.support.story import Story

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"


@pytest.mark.parametrize("words", ["涉及 1 无", "不涉及 1", "不涉及 1 王强", "涉及 1 不是王强", "clear 1 王强"])
async def test_one_person_takes_no_name_off(story: Story, words: str) -> None:
    await story.opened(f"@回音 总务处王强老师收钱办事 {LINK}")
    asked = (await story.say("zhou", words))[-1]
    assert {"qian", "zhao"} <= {*asked.say.mentions}
    assert asked.labels == ["同意", "不同意"]
    assert (await story.incident()).about == ["person:wang", "department:总务处"]
    await story.say("zhou", "同意 1")
    assert (await story.incident()).about == ["person:wang", "department:总务处"]
    await story.press("qian", asked, "同意")
    story.expect("同意更正", pinged="zhao")
    assert (await story.incident()).about == []
    await story.say("li", "改派 1 总务处")
    await story.say("wang", "签收 1")
    assert (await story.incident()).stage == "acknowledged"


async def test_the_accused_leader_neither_asks_nor_signs(story: Story) -> None:
    await story.opened(f"@回音 食堂承包是钱副校长的亲戚 {LINK}")
    await story.say("qian", "涉及 1 无")
    story.expect("反映的事情与您有关")
    asked = (await story.say("li", "涉及 1 无"))[-1]
    assert "qian" not in asked.say.mentions
    await story.press("qian", asked, "同意")
    assert (await story.incident()).about == ["person:qian"]
    await story.say("sun", "不同意 1 要先查清")
    story.expect("仍按原来的回避办理", pinged="li")
    assert (await story.incident()).about == ["person:qian"]


async def test_what_is_about_the_chief_the_desk_clears_together(story: Story) -> None:
    await story.opened(f"@回音 赵校长收食堂红包 {LINK}")
    asked = (await story.say("zhou", "不涉及 1 赵校长"))[-1]
    assert asked.say.mentions == ("li",)
    await story.say("qian", "同意 1")
    assert (await Request.get(id=1)).state == "pending"
    await story.say("li", "同意 1")
    assert (await story.incident()).about == []


async def test_only_the_names_that_were_asked_about_come_off(story: Story) -> None:
    await story.opened(f"@回音 孙副校长和总务处王强一起收食堂红包 {LINK}")
    await story.say("zhou", "不涉及 1 王强")
    await story.say("qian", "同意更正 1")
    assert (await story.incident()).about == ["person:sun"]


async def test_a_second_request_waits_for_the_first(story: Story) -> None:
    await story.opened(f"@回音 总务处王强老师收钱办事 {LINK}")
    await story.say("zhou", "不涉及 1 王强")
    await story.say("li", "涉及 1 无")
    story.expect("已在等审批")
    await story.say("li", "不涉及 1 陈老师")
    story.expect("没有记过涉及这些人或部门")


async def test_adding_works_at_once_and_takes_nobody_off(story: Story) -> None:
    await story.opened(f"@回音 总务处王强老师收钱办事 {LINK}")
    await story.say("li", "涉及 1 钱副校长")
    story.expect("记下：反映的是王强、总务处、钱副校长")
    assert (await story.incident()).about == ["person:wang", "department:总务处", "person:qian"]


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("涉及 1 冯处长", ["person:feng", "department:总务处"]),
        ("说的是 1 分管后勤的副校长", ["person:qian"]),
        ("涉及 1 一把手", ["person:zhao"]),
        ("回避 1 教务处", ["department:教务处"]),
        ("concerns 1 Security", ["department:保卫处"]),
    ],
)
async def test_how_somebody_is_named(story: Story, words: str, about: list[str]) -> None:
    await story.opened()
    await story.say("zhou", words)
    assert (await story.incident()).about == about


async def test_an_office_that_several_may_hold_is_asked_back(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "涉及 1 二把手")
    story.expect("“二把手”可能是钱副校长、孙副校长，没有记。请写姓名：涉及 1 钱副校长")
    await story.say("zhou", "涉及 1 隔壁老张")
    story.expect("请写明反映的是哪位同事或哪个部门")


async def test_a_name_put_on_by_mistake_goes_with_the_undo_of_who_put_it(story: Story) -> None:
    await story.acknowledged()
    await story.say("zhou", "涉及 1 冯处长")
    await story.say("zhou", "撤回")
    incident = await story.incident()
    assert (incident.about, incident.department, incident.stage) == ([], "总务处", "acknowledged")


async def test_the_desk_says_who_is_meant_and_the_others_are_free(story: Story) -> None:
    opened = await story.opened(f"@回音 二把手的小舅子承包食堂 {LINK}")
    assert "看不出“二把手”是谁，@李主任 请写明：涉及 1 姓名" in opened.text
    await story.say("zhou", "拟复 1 正在核查，11月26日前公布。")
    story.expect("审批", pinged="zhao")
    for leader in ("qian", "sun"):
        await story.say(leader, "同意 1")
        assert (await Request.get(id=1)).state == "pending"
    await story.say("li", "涉及 1 孙副校长")
    assert (await story.incident()).about == ["person:sun"]
    await story.say("qian", "同意 1")
    assert (await Request.get(id=1)).state == "approved"


async def test_a_teacher_of_whom_there_may_be_several_is_asked_about(story: Story) -> None:
    opened = await story.opened(f"@回音 李老师打学生 {LINK}")
    assert "看不出“李老师”是谁" in opened.text
    assert opened.say.mentions == ("qian", "sun")  # 李主任 runs the desk and may be meant
    await story.say("li", "办结 1 整改：已批评")
    story.expect("反映的事情与您有关")
    await story.say("zhou", "涉及 1 无")
    await story.say("qian", "同意 1")
    assert (await story.incident()).about == []
