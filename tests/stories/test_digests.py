"""Scheduled digests are issued exactly once; on request, people get the same figures with a picture and a file."""

from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.digest_loop import DigestLoop
from handlers.documents.digest.rendering import png
from handlers.rules.time.schedule import parse
from handlers.timed import scheduled_digests
from storage import counters, digests, files
from storage.tables import Digest, File, Outbox
from tests.support.story import BotMessage, Story, monday, new_story

DAILY = {"daily": parse("17:30")}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def sending(story: Story, **times: str) -> DigestLoop:
    """Return the digest loop of a process with this schedule."""
    schedules = {kind: parse(text) for kind, text in times.items()}
    return DigestLoop(story.bot.office, schedules, story.clock, lambda: None)


async def at(story: Story, process: DigestLoop, clock: str, days: int = 0) -> list[BotMessage]:
    """Set the clock; return the digests that are sent then."""
    story.clock.set(monday(clock, days))
    await process.drain()
    return [one for one in await story.settle() if one.say.attachments]


async def kept(sent: BotMessage) -> list[tuple[str, bytes]]:
    found = [await files.read(one.id or 0) for one in sent.say.attachments]
    return [(file[0].type, file[1]) for file in found if file]


async def test_a_daily_digest_goes_out_at_its_time(story: Story) -> None:
    process = sending(story, daily="17:30")
    await process.drain()
    await story.opened()
    assert not await at(story, process, "17:29")
    (sent,) = await at(story, process, "17:30")
    assert sent.text.startswith("日报 2026 年第 1 期（11-22 17:30 至 11-23 17:30")
    assert "收件 1" in sent.text
    assert "〔#1〕" in sent.text  # not acknowledged in time: overdue, with its holder
    assert "在总务处手里" in sent.text
    (picture, document) = await kept(sent)
    assert (picture[0], document[0]) == ("image/png", WORD)
    assert picture[1].startswith(b"\x89PNG")
    assert document[1].startswith(b"PK")
    assert not await at(story, process, "17:31")


async def test_a_zero_report_is_given_when_nothing_was_found(story: Story) -> None:
    process = sending(story, daily="17:30")
    await process.drain()
    (sent,) = await at(story, process, "17:30")
    assert "零报告：本期没有发现新的事件。" in sent.text
    assert "没有超时事项" in sent.text


async def test_a_zero_report_of_the_officers_is_shown_as_given(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, **{'regime = "standard"': 'regime = "watch"'}) as story:
        process = sending(story, daily="17:30")
        await process.drain()
        await story.settle()
        await story.say("zhou", "零报告")
        (sent,) = await at(story, process, "17:30")
        assert "日报：应交 1，已交 1" in sent.text
        assert "巡查：应交 3，已交 0，缺 3" in sent.text


async def test_after_an_outage_only_the_latest_is_made_up_for(story: Story) -> None:
    process = sending(story, daily="17:30", weekly="fri 16:00")
    await process.drain()
    sent = await at(story, process, "09:00", days=13)
    assert sorted(one.text[:2] for one in sent) == ["周报", "日报"]
    rows = await Digest.all().order_by("kind").values_list("kind", "period", "number")
    assert rows == [("daily", "2026-12-05", 1), ("weekly", "2026-W49", 1)]


async def test_a_kind_that_is_switched_on_later_or_again_has_its_own_period(story: Story) -> None:
    await sending(story, daily="17:30").drain()
    for on, due, period in ((8, 11, "11-27 16:00 至 12-04 16:00"), (35, 39, "2026-12-25 16:00 至 01-01 16:00")):
        story.clock.set(monday("09:00", on))
        process = sending(story, weekly="fri 16:00")
        assert await process.drain() == 0  # the Friday before is none of its days
        (sent,) = await at(story, process, "16:00", days=due)
        assert period in sent.text
        assert "共 7 天" in sent.text
        story.clock.set(monday("09:00", due + 1))
        await sending(story, daily="17:30").drain()


async def test_an_installation_goes_on_from_its_last_digest(story: Story) -> None:
    await at(story, process := sending(story, weekly="fri 16:00"), "09:00")
    await at(story, process, "16:00", days=4)
    await counters.forget(scheduled_digests.KINDS)
    (sent,) = await at(story, sending(story, weekly="fri 16:00"), "16:00", days=18)
    assert "11-27 16:00 至 12-11 16:00，共 14 天" in sent.text


async def test_of_several_processes_one_sends(story: Story) -> None:
    first, second = sending(story, daily="17:30"), sending(story, daily="17:30")
    await first.drain()
    story.clock.set(monday("17:30"))
    assert sorted([await first.drain(), await second.drain()]) == [0, 1]
    assert len(await story.settle()) == 1


async def test_the_row_decides_even_for_two_at_the_same_moment(story: Story) -> None:
    await scheduled_digests.kept_since(story.clock.now())
    story.clock.set(monday("17:30"))
    office, now = story.bot.office, story.clock.now()
    (issue,) = await scheduled_digests.due_now(office, DAILY, now - timedelta(days=1), now)
    assert [await scheduled_digests.issue(office, issue, now) for _ in range(2)] == [True, False]
    assert await Digest.all().count() == 1
    assert await File.all().count() == 2  # nothing is left of the second attempt
    assert await Outbox.all().count() == 1
    assert await digests.next_number("daily", 2026) == 2


async def test_what_was_due_before_the_first_start_is_not_owed(story: Story) -> None:
    process = sending(story, daily="10:00", monthly="20 10:00")
    assert await process.drain() == 0
    assert await sending(story, daily="10:00").drain() == 0


async def test_a_failure_is_tried_again(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    process = sending(story, daily="17:30")
    await process.drain()

    def broken(_svg: str) -> bytes:
        raise ValueError("no picture")

    monkeypatch.setattr("handlers.common.digest_content.png", broken)
    assert not await at(story, process, "17:30")
    monkeypatch.setattr("handlers.common.digest_content.png", png)
    assert not await at(story, process, "17:30")  # it pauses for a minute
    assert len(await at(story, process, "17:32")) == 1


@pytest.mark.parametrize("words", ["今日", "日报", "本周", "周报", "月报", "周报 上周", "月报 2026-10"])
async def test_who_asks_gets_the_figures(story: Story, words: str) -> None:
    await story.opened()
    (sent,) = await story.say("li", words)
    report = words[:2] in ("日报", "周报", "月报")
    assert [one.kind for one in sent.say.attachments] == (["picture", "file"] if report else ["picture"])
    earlier = "上周" in words or "10" in words
    assert ("零报告" in sent.text) == earlier
    assert ("收件 1" in sent.text) != earlier


async def test_a_report_in_words_is_still_a_report(story: Story) -> None:
    await story.say("zhou", "日报 今日两件")
    story.expect("周晓 的日报已记录")


async def test_numbered_digests_follow_each_other(story: Story) -> None:
    await story.opened()
    first, *_ = await story.say("li", "摘报")
    assert first.text.startswith("摘报 2026 年第 1 期")
    await story.say("li", "摘报")
    story.expect("上一期摘报（第 1 期）之后没有新的事件")
    await story.advance("1h")
    await story.say("zhou", "@回音 校门口拥堵 https://weibo.com/1234567890/Bb1cD2eF3")
    second, *_ = await story.say("li", "摘报")
    assert second.text.startswith("摘报 2026 年第 2 期（11-23 10:05 至 11-23 11:05")
    assert "收件 1" in second.text
    (again,) = await story.say("zhou", "摘报 1")
    assert (again.text, again.say.attachments) == (first.text, first.say.attachments)
    await story.say("li", "摘报 7")
    story.expect("没有第 7 期摘报，最近一期是第 2 期")


async def test_a_department_does_not_issue_digests(story: Story) -> None:
    await story.say("wang", "摘报")
    story.expect("由办公室、信息员或领导编发")


async def test_in_english(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, language="en") as story:
        await story.opened()
        process = sending(story, daily="17:30")
        await process.drain()
        (sent,) = await story.say("li", "weekly")
        assert sent.text.startswith("Weekly bulletin (this week so far) (11-23 00:00 to 11-23 10:05)")
        assert [one.name for one in sent.say.attachments] == [
            "Weekly bulletin 2026-11-23.png", "Weekly bulletin 2026-11-23.docx",
        ]  # fmt: skip
        (daily,) = await at(story, process, "17:30")
        assert daily.text.startswith("Daily digest 2026/1 (")
        assert "Received 1" in daily.text


async def test_the_ledger_comes_as_a_workbook(story: Story) -> None:
    await story.opened()
    (sent,) = await story.say("li", "台账 本月", private=True)
    assert sent.conversation == "@li"
    (attached,) = sent.say.attachments
    assert (attached.kind, attached.name) == ("file", "台账 本月（截至 2026-11-23）.xlsx")
    ((type, body),) = await kept(sent)
    assert type.endswith("spreadsheetml.sheet")
    assert body.startswith(b"PK")
    (sent,) = await story.say("li", "台账 上月")
    assert not sent.say.attachments
