"""An answer still stands a day and a week later: its publisher confirms that, and one that is gone is owed again."""

import pytest

from storage import incidents
from storage.tables import Duty, Event
from tests.support.shown import LOST, picture, show
from tests.support.story import BotMessage, Story, monday, pings


async def checks(story: Story) -> list[str]:
    return [duty.state for duty in await Duty.filter(kind="stand").order_by("due_at")]


async def asked(story: Story) -> BotMessage:
    """Publish an answer on Monday at 10:05 and return the request of Tuesday."""
    await story.published()
    await story.until(monday("10:05", 1))
    return story.expect("公开的答复还看得到吗？", pinged="zhou")


async def test_the_publisher_is_asked_after_a_day_and_after_a_week(story: Story) -> None:
    request = await asked(story)
    assert "请打开看看：https://weibo.com/1234567890/Xy9zK8wQ1" in request.text
    assert "11-24（周二）24:00 前" in request.text
    assert request.labels == ["仍在", "不在了"]
    await story.press("zhou", request, "仍在")
    story.expect("周晓 核对：公开的答复仍在")
    assert await checks(story) == ["met", "open"]
    sent = await story.until(monday("10:05", 7))
    assert [one for one in sent if "仍" in one.text] == [story.expect("公开的答复还看得到吗？", pinged="zhou")]
    await story.say("zhou", "仍在 1")
    assert await checks(story) == ["met", "met"]


@pytest.mark.parametrize("words", ["仍在 1", "还在 1", "still 1", "1 仍可见", "1 still there"])
async def test_a_word_confirms(story: Story, words: str) -> None:
    await asked(story)
    await story.say("zhou", words)
    assert await checks(story) == ["met", "open"]


async def two_asked(story: Story) -> None:
    """Publish two answers on Monday, and ask their publisher about both on Tuesday."""
    await story.answered()
    await story.say("zhou", "@回音 操场积水没有清理 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.answered(2)
    await story.until(monday("12:00", 1))


@pytest.mark.parametrize(
    "words", ["都还在", "都仍在", "全部还在", "都还看得到", "all still there", "they are all still public"]
)
async def test_one_word_confirms_all_that_wait_for_the_speaker(story: Story, words: str) -> None:
    await two_asked(story)
    await story.say("wang", f"@回音 {words}")
    story.expect("现在没有等您核对的答复")
    await story.say("zhou", f"@回音 {words}")
    assert "〔#1〕周晓 核对" in story.expect("〔#2〕周晓 核对：公开的答复仍在").text
    assert await checks(story) == ["met", "met", "open", "open"]
    await story.say("zhou", f"@回音 {words}")
    story.expect("现在没有等您核对的答复")


async def test_overheard_it_is_talk(story: Story) -> None:
    await two_asked(story)
    await story.say("zhou", "都还在")
    story.silent()
    assert await checks(story) == ["open"] * 4


async def test_one_picture_shows_not_all(story: Story) -> None:
    await two_asked(story)
    await show(story, "zhou", "@回音 都还在", await picture(b"tuesday"))
    assert await checks(story) == ["open"] * 4


async def test_so_does_a_new_picture_that_quotes_the_request(story: Story) -> None:
    request = await asked(story)
    await show(story, "zhou", "", LOST, quote=request)
    assert await checks(story) == ["open", "open"]
    await show(story, "zhou", "", await picture(b"tuesday"), quote=request)
    story.expect("公开的答复仍在")
    assert await checks(story) == ["met", "open"]


async def test_an_old_picture_does_not(story: Story) -> None:
    await story.approved()
    await show(story, "zhou", "已发布 1", await picture(b"monday"))
    await story.until(monday("10:05", 1))
    await show(story, "zhou", "仍在 1", await picture(b"monday"))
    story.expect("以前发过")
    assert await checks(story) == ["open", "open"]


async def test_before_its_day_it_is_too_early(story: Story) -> None:
    await story.published()
    await story.say("zhou", "仍在 1")
    story.expect("现在还早")
    assert await checks(story) == ["open", "open"]


async def test_another_department_confirms_nothing(story: Story) -> None:
    await asked(story)
    await story.say("wu", "仍在 1")
    assert await checks(story) == ["open", "open"]


async def test_without_an_answer_it_is_late_as_any_duty(story: Story) -> None:
    await story.closed()
    sent = [one for one in await story.until(monday("07:01", 3)) if "仍可见核对" in one.text]
    assert pings(sent)[0] == ("Wed 07:00", "zhou", "feng", "qian")  # 0 and +4h, together in the morning
    assert ("Thu 07:00", "zhou", "zhao") in pings(sent)
    assert "请看答复是否还在，再回复：仍在 1（或：已不在 1）" in sent[0].text
    assert "列入通报" in sent[-1].text


async def test_a_closed_matter_owes_it_still_and_lists_it(story: Story) -> None:
    await story.closed()
    assert (await story.incident()).stage == "resolved"
    await story.say("li", "待办")
    story.expect("全部事项都已办结")
    await story.until(monday("10:05", 1))
    await story.say("li", "待办")
    story.expect("仍可见核对 11-24（周二）24:00")
    await story.say("li", "查 1")
    story.expect("仍可见核对 11-24（周二）24:00 还有")
    await story.say("zhou", "仍在 1")
    assert await checks(story) == ["met", "open"]


async def test_gone_from_a_closed_matter_reopens_it_and_the_leader_hears(story: Story) -> None:
    await story.closed()
    await story.until(monday("10:05", 1))
    request = story.expect("公开的答复还看得到吗？")
    await story.press("zhou", request, "不在了")
    told = story.expect("公开的答复已看不到", pinged="qian")
    assert told.say.mentions == ("wang", "qian")
    assert "本件重新办理" in told.text
    incident = await story.incident()
    assert (incident.stage, incident.cycle, incident.replied_at) == ("assigned", 2, None)
    assert await checks(story) == ["met", "waived"]
    assert (await story.duty("reply")).state == "open"


@pytest.mark.parametrize("words", ["已不在 1", "gone 1", "1 被删了", "看不到了 1 网站撤下了"])
async def test_gone_from_an_open_one_the_answer_is_owed_again(story: Story, words: str) -> None:
    await asked(story)
    first = await story.duty("reply")
    await story.say("wang", words)
    story.expect("要重新公开答复：当日回复 11-24（周二）24:00", pinged="qian")
    again = await story.duty("reply")
    assert (first.state, again.state, again.id > first.id) == ("met", "open", True)
    incident = await story.incident()
    assert (incident.stage, incident.replied_at, incident.cycle) == ("acknowledged", None, 1)
    await story.say("wang", "办结 1 已答复")
    assert (await story.incident()).stage != "resolved"
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ2")
    assert (await story.incident()).replied_at is not None
    assert await Event.filter(kind="gone").count() == 1
    await story.advance("1m")
    await story.say("li", "今日")
    story.expect("公开的答复后来看不到的 1 件")


async def test_what_is_not_public_is_not_gone(story: Story) -> None:
    await story.approved()
    await story.say("zhou", "已不在 1")
    story.expect("现在没有公开的答复")


async def test_a_newer_publication_begins_the_checks_again(story: Story) -> None:
    await story.published()
    await story.say("wang", "拟复 1 检测合格，供货商已更换。")
    await story.say("qian", "同意 1")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ2")
    assert await checks(story) == ["waived", "open", "waived", "open"]


async def test_the_desk_is_asked_for_somebody_who_left(story: Story) -> None:
    await story.published()
    await Duty.filter(kind="stand").update(owner="person:nobody")
    await story.until(monday("10:05", 1))
    assert story.expect("公开的答复还看得到吗？").say.mentions == ("li",)


async def test_merged_the_other_matter_owes_the_check(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 食堂又有异物 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已更换供货商。")
    await story.say("qian", "同意 2")
    await story.say("zhou", "已发布 2 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.say("li", "并案 2 1")
    record = await incidents.load(1)
    assert record
    kept = [(duty.kind, duty.owner) for duty in record.duties if duty.kind == "stand"]
    assert kept == [("stand", "person:zhou")] * 2
