"""A key period: reminders at night, more on duty, more patrols; announced, on record, over by itself."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app import build
from handlers.rules.refusal import Refusal
from handlers.rules.regime.key_periods import check
from handlers.rules.time.day_spans import DaySpan
from handlers.timed import key_period_turn
from storage import duties, key_periods
from storage.key_periods import Deed
from storage.tables import Duty, Event
from tests.support.regime import dated_pings, local, owed, stamp, under
from tests.support.story import Story, demonstration, monday, new_story

pytestmark = pytest.mark.demand("B7")

SET = "重点时段 11-24 至 11-26 校庆"
ROSTER = """[[roster]]
name = "值班"
people = ["zhou", "li", "wu"]
shifts = ["08:00-08:00"]
since = "2026-11-23"

[web]
"""


async def test_reminders_wait_for_no_morning_while_it_is_on(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    said = (await story.say("li", SET))[-1]
    assert "重点时段 1：11-24（周二）00:00 至 11-26（周四）24:00，校庆（李主任 设定）" in said.text
    assert "催办不分昼夜；每班 2 组人" in said.text
    assert set(said.say.mentions) == {"qian", "sun", "zhao"}
    sent = await story.until(monday("08:00", 1))
    # The reply is due on Monday at 24:00; the period begins then.
    assert dated_pings(sent, "【当日回复】") == [
        ("Mon 11-23 20:00", "wang"),
        ("Mon 11-23 22:00", "wang"),  # -1h is at 23:00, before the period
        ("Tue 11-24 00:00", "wang", "feng"),
        ("Tue 11-24 04:00", "wang", "qian"),
    ]
    assert dated_pings(sent, "重点时段 1 开始") == [("Tue 11-24 00:00", "li", "qian", "sun", "zhao")]
    ended = await story.until(monday("08:00", 4))
    assert [stamp(one.at) for one in ended if "重点时段 1 结束" in one.text] == ["Fri 11-27 00:00"]
    await story.say("li", "重点时段")
    story.expect("现在没有重点时段")


async def test_after_it_the_night_is_quiet_again(story: Story) -> None:
    await story.say("li", "重点时段 11-23 18:00 至 11-23 24:00 校庆")
    await story.opened()
    await story.say("wang", "签收 1")
    assert dated_pings(await story.until(monday("08:00", 1)), "【当日回复】") == [
        ("Mon 11-23 20:00", "wang"),
        ("Mon 11-23 23:00", "wang"),  # -1h, in the period
        ("Tue 11-24 07:00", "wang", "feng", "qian"),  # 0 and +4h, after it
    ]


async def test_ended_early_what_waited_for_the_night_waits_for_the_morning(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    await story.say("li", SET)
    await story.until(monday("21:00"))
    await story.say("li", "取消重点时段 1")
    story.expect("请写明取消哪一个和理由")
    await story.say("li", "取消重点时段 1 校庆改期")
    story.expect("重点时段 1（校庆）由 李主任 取消：校庆改期", pinged="zhao")
    sent = await story.until(monday("08:00", 1))
    assert dated_pings(sent, "【当日回复】")[-1] == ("Tue 11-24 07:00", "wang", "feng", "qian")
    assert not [one for one in sent if "重点时段" in one.text]
    await story.say("qian", "取消重点时段 1 又改了")
    story.expect("重点时段 1 已于")


async def test_cancelled_before_it_begins_it_stands_no_more(story: Story) -> None:
    await story.say("li", SET)
    await story.say("li", "取消重点时段 1 校庆改期")
    await story.say("zhao", "重点时段")
    story.expect("现在没有重点时段")
    await story.say("zhao", "取消重点时段 1 再取消一次")
    story.expect("重点时段 1 已于 11-23")
    await story.say("zhao", "重点时段 11-24 至 11-26 校庆")
    story.expect("重点时段 2：11-24（周二）00:00")


async def test_set_in_the_night_it_wakes_what_slept(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    await story.until(monday("01:00", 1))
    sent = await story.say("qian", "重点时段 今天 至 明天 突发舆情")
    # What was due at midnight waited for 07:00, and sounds at once.
    assert dated_pings(sent, "【当日回复】") == [("Tue 11-24 01:00", "wang", "feng")]
    assert dated_pings(await story.until(monday("05:00", 1)), "【当日回复】") == [("Tue 11-24 04:00", "wang", "qian")]


@pytest.mark.parametrize(
    ("person", "words", "answer"),
    [
        ("wang", SET, "重点时段由办公室、分管领导、主要领导设定和取消，没有办理"),
        ("zhou", SET, "重点时段由办公室"),
        ("wang", "取消重点时段 1 不需要", "重点时段由办公室"),
        ("li", "重点时段 11-20 至 11-25 校庆", "11-20（周五）00:00 已经过去"),
        ("li", "重点时段 11-26 至 11-24 校庆", "止在起之前"),
        ("li", "重点时段 11-24 至 12-31 校庆", "一次最长 31 天"),
        ("li", "重点时段 11-24 至 11-26", "请写明理由"),
        ("li", "重点时段 2月30日 至 3月1日 校庆", "没看懂起止日期"),
        ("li", "重点时段 下个月 校庆", "没看懂起止日期"),
        ("li", "取消重点时段 7 不需要", "没有重点时段 7"),
    ],
)
async def test_what_can_be_none_is_refused(story: Story, person: str, words: str, answer: str) -> None:
    await story.say(person, words)
    story.expect(answer)
    assert await Duty.filter(kind="key period").count() == 0


async def test_two_do_not_overlap(story: Story) -> None:
    await story.say("li", SET)
    await story.say("zhao", "重点时段 11-26 至 11-28 运动会")
    story.expect("与重点时段 1（11-24（周二）00:00 至 11-26（周四）24:00，校庆）重叠")
    await story.say("zhao", "重点时段 11-27 至 11-28 运动会")
    story.expect("重点时段 2：11-27（周五）00:00 至 11-28（周六）24:00")
    await story.say("wang", "重点时段")
    assert "重点时段 1：" in story.fresh[-1].text
    assert "重点时段 2：" in story.fresh[-1].text


async def test_beyond_the_year(story: Story) -> None:
    await story.say("li", "重点时段 12-20 至 01-05 岁末")
    story.expect("重点时段 1：12-20（周日）00:00 至 2027-01-05（周二）24:00，岁末")


async def test_it_is_on_record(story: Story) -> None:
    await story.say("li", SET)
    await story.say("zhao", "取消重点时段 1 校庆改期")
    kinds = await Event.filter(kind__startswith="key period").order_by("id").values_list("kind", "actor")
    assert [tuple(one) for one in kinds] == [("key period", "li"), ("key period ended", "zhao")]


async def test_it_survives_a_restart_and_counts_for_older_policies(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    await story.say("li", SET)
    story.bot = build(demonstration(Path("nowhere")), story.clock, story.bot.timers)
    sent = await story.until(monday("01:00", 1))
    assert ("Tue 11-24 00:00", "wang", "feng") in dated_pings(sent, "【当日回复】")
    assert len([one for one in sent if "重点时段 1 开始" in one.text]) == 1


async def test_two_processes_announce_it_once(story: Story) -> None:
    await story.say("li", SET)
    turn = await Duty.filter(kind="key period").order_by("due_at").first()
    assert turn
    now = turn.due_at + timedelta(seconds=1)
    rows = [row for row in await duties.due([turn.id], now) if row.id == turn.id]
    await asyncio.gather(*(key_period_turn.on_due(story.bot.office, rows[0], now) for _ in range(3)))
    story.clock.set(now)
    await story.settle()
    assert len([one for one in story.fresh if "重点时段 1 开始" in one.text]) == 1


async def test_the_clock_set_back_announces_it_no_second_time(story: Story) -> None:
    await story.say("li", SET)
    await story.until(monday("00:30", 1))
    story.clock.set(monday("12:00"))
    await story.settle()
    assert not [one for one in await story.until(monday("00:40", 1)) if "重点时段 1 开始" in one.text]


async def test_after_an_outage_over_its_beginning_and_end_only_the_end_is_told(story: Story) -> None:
    await story.say("li", SET)
    sent = await story.jump(timedelta(days=10))
    assert [one.text[:10] for one in sent if "重点时段" in one.text] == ["重点时段 1 结束："]


async def test_the_roster_is_doubled(tmp_path: Path, redis: Redis) -> None:
    config = demonstration(tmp_path, **{"[web]\n": ROSTER})
    async with new_story(tmp_path, redis, config=config) as story:
        await story.say("li", "重点时段 11-24 至 11-24 校庆")
        await story.say("li", "值班")
        # zhou on Monday, li on Tuesday with wu, wu on Wednesday alone.
        lines = [line for line in story.fresh[-1].text.splitlines() if "现在" not in line]
        assert "李主任" in lines[0]
        assert "吴敏" in lines[0]
        assert "李主任" not in lines[1]


async def test_more_patrols_are_owed_in_it_and_no_more_once_it_is_ended(tmp_path: Path, redis: Redis) -> None:
    async with under("township", tmp_path, redis, "2026-11-23 10:05") as story:
        await story.settle()
        before = await owed(story, None)
        await story.say("li", "重点时段 今天 至 11-24 暴雨")
        story.expect("另加巡查 00:30、12:00")
        during = [row.due_at for row in await Duty.filter(incident_id=None, kind="check-in", state="open")]
        for at in ("2026-11-23 12:00", "2026-11-24 00:30", "2026-11-24 12:00"):
            assert local(at) in during
        await story.say("li", "取消重点时段 1 雨停了")
        assert (await owed(story, None))["check-in"] == before["check-in"]


async def test_two_at_once_cannot_both_stand(story: Story) -> None:
    now = story.clock.now()
    rule = story.bot.office.regime.key_period

    async def begin(by: str) -> bool:
        span = DaySpan(now + timedelta(days=1), now + timedelta(days=3), "校庆")
        deed = Deed(by, None, now)
        try:
            await key_periods.begin(
                span.since, span.until, span.rest, lambda rows: check(rule, span, rows, now), lambda _: (), deed
            )
        except Refusal:
            return False
        return True

    done = await asyncio.gather(*(begin(by) for by in ("li", "qian", "zhao")))
    assert sorted(done) == [False, False, True]
    assert [one.id for one in await key_periods.every()] == [1]


async def test_nobody_wakes_for_a_duty_that_something_else_has_moved(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    duty = await story.duty("reply")
    await Duty.filter(id=duty.id).update(next_at=monday("13:00"))  # as other words about the matter do
    await story.say("li", SET)
    assert (await story.duty("reply")).next_at == monday("13:00")
