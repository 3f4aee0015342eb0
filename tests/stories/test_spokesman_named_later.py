"""A spokesman who is named later answers what the press has asked already, by the time at which it was due."""

from storage import overruns
from storage.tables import Duty
from tests.support.story import Story


async def test_open_inquiries_go_over_with_their_due_times(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "媒体询问 1 晨报记者问检测结果何时公布")
    await story.advance("10m")
    await story.say("zhou", "媒体询问 1 日报记者问有没有学生腹泻")
    dues = [row.due_at for row in await Duty.filter(kind="inquiry").order_by("id")]
    await story.advance("10m")
    await story.say("zhao", "发言人 1 孙副校长")
    told = story.expect("已经来询、还没有答的 2 件由发言人来答，最早", pinged="sun")
    assert "答媒体 1 答复内容" in told.text
    rows = await Duty.filter(kind="inquiry", state="open").order_by("id")
    assert [(row.owner, row.due_at) for row in rows] == [("person:sun", due) for due in dues]
    sent = await story.until(dues[1])
    reminded = {id for one in sent if "媒体答复" in one.text for id in one.say.mentions}
    assert "sun" in reminded
    assert "li" not in reminded


async def test_each_is_answered_as_before(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "媒体询问 1 晨报记者问检测结果何时公布")
    await story.advance("10m")
    await story.say("zhou", "媒体询问 1 日报记者问有没有学生腹泻")
    await story.say("zhao", "发言人 1 孙副校长")
    await story.say("li", "答媒体 1 日报：没有学生就诊，样品已送检。")
    assert await Duty.filter(kind="inquiry", state="met").count() == 0
    await story.say("sun", "答媒体 1 日报：没有学生就诊，样品已送检。")
    [left] = await Duty.filter(kind="inquiry", state="open")
    [met] = await Duty.filter(kind="inquiry", state="met")
    assert left.started_at < met.started_at


async def test_who_is_named_again_has_them_already(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "发言人 1 孙副校长")
    await story.say("zhou", "媒体询问 1 晨报记者问检测结果何时公布")
    await story.say("zhao", "发言人 1 孙副校长")
    assert "由发言人来答" not in story.fresh[-1].text
    assert await Duty.filter(kind="inquiry").count() == 1


async def test_taken_back_the_desk_owes_them_again(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "媒体询问 1 晨报记者问检测结果何时公布")
    await story.say("zhao", "发言人 1 孙副校长")
    await story.say("zhao", "撤回 1")
    assert [row.owner for row in await Duty.filter(kind="inquiry", state="open")] == ["desk"]


async def run_over(story: Story) -> list[tuple[str, int]]:
    rows = await overruns.of_incident(1, story.clock.now())
    return [(row["owner"], row["duty"]) for row in rows if row["kind"] == "inquiry"]


async def test_what_ran_over_before_is_counted_once(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    await story.say("zhou", "媒体询问 1 晨报记者问检测结果何时公布")
    await story.answer()
    await story.say("wang", "办结 1 已更换筛网并公布检测结果")
    await story.advance("1d")
    before = await run_over(story)
    assert [owner for owner, _ in before] == ["desk"]
    await story.say("zhao", "发言人 1 孙副校长")
    await story.advance("10m")
    await story.say("zhao", "发言人 1 钱副校长")
    await story.advance("1m")
    assert await run_over(story) == before
    await story.say("li", "台账")
    assert "超时 1 项" in story.fresh[-1].text
    await story.say("zhao", "撤回 1")
    assert await run_over(story) == before
    [owed] = await Duty.filter(kind="inquiry", state="open")
    assert owed.owner == "person:sun"


async def test_who_has_it_when_it_is_due_is_late(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "媒体询问 1 晨报记者问检测结果何时公布")
    await story.say("zhao", "发言人 1 孙副校长")
    await story.advance("1d")
    await story.say("zhao", "发言人 1 钱副校长")
    await story.say("qian", "答媒体 1 没有学生就诊，样品已送检。")
    assert [owner for owner, _ in await run_over(story)] == ["person:sun"]
