"""An overrun stays on record with who owed and held it then, whatever is done to the matter afterwards."""

import pytest

from handlers.rules.figures.booking import booked_to
from storage import overruns
from storage.tables import Duty, Overrun
from tests.support.story import Story, monday

PROOF = "https://weibo.com/1234567890/Xy9zK8wQ1"
OTHER = "@回音 食堂饭菜又有异物 https://weibo.com/1234567890/Ab1cD2eF9"
MIDNIGHT = monday("00:00", days=1)
OURS, LEADER = "department:总务处", "role:leader"


async def on_record(story: Story, number: int = 1) -> dict[str, str]:
    """Return the party of each kind of overrun of a matter."""
    rows = await overruns.of_incident(number, story.clock.now())
    return {row["kind"]: booked_to(row, story.bot.office.institution) for row in rows}


async def acknowledged(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")


async def run_over(story: Story) -> None:
    """Let the reply of the first matter run over in its department's hands."""
    await acknowledged(story)
    await story.until(monday("00:01", days=1))
    assert await on_record(story) == {"reply": OURS}


async def test_it_is_on_record_at_the_first_moment_after_the_due_time(story: Story) -> None:
    await acknowledged(story)
    await story.until(MIDNIGHT)
    assert await Overrun.all().count() == 0
    await story.advance("1m")
    row = await Overrun.get()
    assert (row.kind, row.owner, row.holder, row.due_at) == ("reply", OURS, OURS, MIDNIGHT)


async def test_an_answer_one_minute_late_is_an_overrun_too(story: Story) -> None:
    await acknowledged(story)
    await story.say("wang", "拟复 1 已封存留样送检，11月27日前公布结果。")
    await story.say("qian", "同意 1")
    story.clock.set(monday("00:01", days=1))  # the machine was off
    await story.say("zhou", f"已发布 1 {PROOF}")
    assert await on_record(story) == {"reply": OURS}


async def test_a_leader_who_lets_a_draft_lie_past_midnight_is_the_one_who_was_late(story: Story) -> None:
    await acknowledged(story)
    await story.say("wang", "拟复 1 已封存留样送检，11月27日前公布结果。")
    story.clock.set(monday("00:01", days=1))
    await story.say("qian", "不同意 1 语气生硬")
    assert await on_record(story) == {"reply": LEADER}
    await story.say("wang", "拟复 1 抱歉，已封存留样送检，11月27日前公布结果。")
    assert await on_record(story) == {"reply": LEADER}


async def test_a_draft_handed_in_at_the_last_minute_does_not_make_the_leader_late(story: Story) -> None:
    await acknowledged(story)
    story.clock.set(monday("23:58"))
    await story.say("wang", "拟复 1 已封存留样送检，11月27日前公布结果。")
    await story.until(monday("00:01", days=1))
    assert await on_record(story) == {"reply": OURS}


@pytest.mark.parametrize("clock", ["23:45", "23:57", "23:59"])
async def test_passing_it_on_before_midnight_does_not_pass_on_the_overrun(story: Story, clock: str) -> None:
    await acknowledged(story)
    story.clock.set(monday(clock))
    await story.say("li", "改派 1 教务处")
    await story.until(monday("00:01", days=1))
    assert (await on_record(story))["reply"] == OURS


@pytest.mark.parametrize(
    "act",
    [
        [("li", "改派 1 教务处")],
        [("li", "改派 1 教务处"), ("li", "改派 1 总务处"), ("li", "改派 1 教务处")],
        [("wang", "退单 1 不归我们管"), ("li", "改派 1 教务处")],
        [("li", "牵头 1 教务处 协办 总务处")],
        [("li", "转办 1 区教育局 请处理")],
        [("li", "升级 1 重大 媒体来电")],
        [("qian", "批办 1 教务处 3天 请查明")],
        [("qian", "批办 1 3天 请查明")],
        [("li", "误报 1 不是本校"), ("qian", "同意 1")],
        [("li", "涉及 1 冯处长")],
        [("zhou", "备注 1 已联系"), ("wang", "续报 1 有进展")],
    ],
    ids=lambda act: act[0][1],
)
async def test_no_later_act_takes_it_off(story: Story, act: list[tuple[str, str]]) -> None:
    await run_over(story)
    for who, words in act:
        await story.say(who, words)
    assert (await on_record(story))["reply"] == OURS
    await story.until(monday("12:00", days=9))
    assert (await on_record(story))["reply"] == OURS


async def test_an_act_is_too_late_even_where_nobody_counted_before_it(story: Story) -> None:
    await acknowledged(story)
    story.clock.set(monday("00:01", days=1))
    await story.say("li", "改派 1 教务处")
    assert await on_record(story) == {"reply": OURS}


async def test_merging_it_away_does_not_help(story: Story) -> None:
    await story.opened()
    await story.opened(OTHER)
    await story.say("wang", "签收 1 2")
    story.clock.set(monday("00:01", days=1))
    await story.say("li", "2 并入 1")
    assert await on_record(story, 2) == await on_record(story) == {"reply": OURS}


async def test_taking_back_what_recorded_it_does_not_take_it_back(story: Story) -> None:
    await acknowledged(story)
    story.clock.set(monday("00:01", days=1))
    await story.say("li", "改派 1 教务处")
    await story.say("li", "撤回")
    assert (await story.incident()).department == "总务处"
    assert await on_record(story) == {"reply": OURS}


async def test_an_extension_granted_after_the_due_time_leaves_it(story: Story) -> None:
    await acknowledged(story)
    due = (await story.duty("resolve")).due_at
    await story.until(due - (monday("12:00") - monday("06:00")))
    await story.say("wang", "延期 1 1天 等检测报告")
    story.clock.set(due + (monday("00:01") - monday("00:00")))
    await story.say("qian", "同意 1")
    assert (await story.duty("resolve")).due_at > due
    assert (await on_record(story))["resolve"] == LEADER
    again = (await story.duty("resolve")).due_at
    await story.until(again + (monday("00:01") - monday("00:00")))
    assert await Overrun.filter(kind="resolve").order_by("id").values_list("due_at", flat=True) == [due, again]


async def test_opening_it_again_leaves_it_and_counts_anew(story: Story) -> None:
    await run_over(story)
    await story.say("li", "误报 1 不是本校")
    await story.say("qian", "同意 1")
    await story.say("li", "重办 1 是本校的")
    assert await on_record(story) == {"reply": OURS}
    await story.until(monday("00:01", days=2))
    assert await Overrun.filter(kind="reply").order_by("id").values_list("cycle", flat=True) == [1, 2]


async def test_the_desk_is_late_with_what_it_has_not_assigned(story: Story) -> None:
    await story.say("zhou", "@回音 有个情况 https://weibo.com/1234567890/Ab1cD2eF8")
    story.clock.set(monday("23:58"))
    await story.say("li", "改派 1 教务处")
    await story.until(monday("00:01", days=1))
    assert (await on_record(story))["reply"] == "desk"


async def test_an_outside_body_is_late_with_what_it_held(story: Story) -> None:
    await acknowledged(story)
    await story.say("li", "转办 1 区教育局 请处理")
    await story.until(monday("00:01", days=1))
    assert (await on_record(story))["reply"] == "outside:区教育局"


async def test_an_acknowledgement_that_the_next_department_owes_is_its_own(story: Story) -> None:
    await story.opened()
    await story.until(monday("10:36"))
    await story.say("li", "改派 1 教务处")
    await story.until(monday("11:07"))
    found = await Overrun.filter(kind="acknowledge").order_by("id").values_list("owner", flat=True)
    assert found == [OURS, "department:教务处"]


async def test_every_duty_that_is_late_has_a_row(story: Story) -> None:
    await story.opened()
    await story.until(monday("12:00", days=9))
    late = await Duty.filter(state="open", due_at__lt=story.clock.now()).values_list("id", flat=True)
    assert len(late) == 3
    assert sorted(await Overrun.all().values_list("duty", flat=True)) == sorted(late)


async def test_whoever_asks_is_told(story: Story) -> None:
    await run_over(story)
    await story.say("li", "改派 1 教务处")
    await story.advance("2h")
    said = (await story.say("li", "查 1"))[-1].text
    assert "超时在案：当日回复（11-23（周一）24:00 到期）记总务处" in said
    assert "现在在教务处手里（接手 2小时）" in said
    assert "当日回复（11-23（周一）24:00 到期）记总务处" in (await story.say("li", "为何 1"))[-1].text
    assert "超时 1 项，按到期时在谁手里：总务处 1" in (await story.say("li", "台账"))[-1].text
