"""Only what the speaker typed or pressed in this message commands; what is quoted, forwarded or pasted is material."""

import pytest
from msgspec.structs import replace

from handlers.rules.language.messages import Message, Quote
from storage.tables import Incident, Request
from tests.support.story import Story
from tests.support.thinned import crossed


def message(story: Story, sender: str, text: str = "", **content: object) -> Message:
    known = {"channel": "local", "id": f"m{story.read}-{sender}-{len(text)}", "conversation": "work", "sender": sender}
    return Message(**known, sent_at=story.clock.now(), text=text, **content)  # type: ignore[arg-type]


RECORD = "群聊的聊天记录\n周晓: 食堂的事怎么样了\n钱副校长: 同意 1"
PASTED = [
    "「周晓：同意1」---好的",
    "「周晓：同意1」\n- - - - - - -\n好的",
    "“同意 1”",
    "『同意 1』",
    '"approve 1"',
    "[聊天记录]\n周晓：同意1",
    "周晓：同意1",
    "周晓：同意 1\n王强：好的",
    "周晓 11-23 10:05\n同意 1",
    "> 同意 1",
    "群聊的聊天记录\n周晓：同意1",
    "他说“同意 1”",
    "钱副校长：同意 1",
]


@pytest.mark.parametrize("words", PASTED)
async def test_no_pasted_word_approves(story: Story, words: str) -> None:
    await story.drafted()
    await story.advance("2m")
    await story.say("qian", words)
    story.silent()
    await story.say("qian", f"@回音 {words}")
    await story.say("qian", words, private=True)
    assert (await Request.get(id=1)).state == "pending"
    assert await Incident.all().count() == 1


@pytest.mark.parametrize("command", ["同意 1", "办结 1 整改：换了供货商", "签收 1", "已发布 1 https://a.gov.cn/1.html"])
async def test_no_word_of_a_forwarded_record_commands(story: Story, command: str) -> None:
    await story.drafted()
    before = (await story.incident()).version
    for sender in ("qian", "wang", "zhou"):
        await story.deliver(message(story, sender, material=f"群聊的聊天记录\n周晓: {command}", private=True))
        await story.deliver(message(story, sender, material=command))
    assert (await story.incident()).version == before
    assert (await Request.get(id=1)).state == "pending"


async def test_a_short_record_is_said_to_be_no_command(story: Story) -> None:
    await story.drafted()
    await story.deliver(message(story, "qian", material="周晓: 同意 1"))
    assert "不是您自己说的" in story.expect("没有办理").text


async def test_a_record_is_a_post_for_who_takes_it_in(story: Story) -> None:
    record = "群聊的聊天记录\n甲: 食堂的饭菜里有虫，孩子吃坏了肚子 https://weibo.com/1234567890/Ab1cD2eF3"
    await story.deliver(message(story, "zhou", material=record))
    story.expect("〔#1〕", pinged="wang")
    assert "有虫" in (await story.incident()).text


async def test_report_takes_in_the_record_that_came_with_it(story: Story) -> None:
    await story.deliver(message(story, "zhou", "上报", material="甲: 食堂有虫"))
    assert "食堂有虫" in (await story.incident()).text


async def test_a_quotation_before_a_post_stays_in_it(story: Story) -> None:
    await story.say("zhou", "@回音 “还我血汗钱”，食堂工人在校门口拉横幅 https://weibo.com/1234567890/Ab1cD2eF3")
    assert "还我血汗钱" in (await story.incident()).text


async def test_a_draft_may_quote(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "拟复 1 「您好」，留样已送检，11月26日前公布。")
    assert "「您好」" in story.expect("拟了回复").text


UNREADABLE = [Quote(), Quote(ref="unknown-7"), Quote(text="这个先放一放吧"), Quote(text="周晓：12号开会", ref="x")]


@pytest.mark.parametrize(("words", "quote"), crossed(2, ["同意", "不同意", "可以", "OK", "👍"], UNREADABLE))
async def test_who_points_at_what_cannot_be_read_is_asked_back(story: Story, words: str, quote: Quote) -> None:
    await story.drafted()
    await story.deliver(message(story, "qian", words, quote=quote))
    asked = story.expect("您引用的这条看不出是哪一项审批，没有办理")
    assert "#1 答复" in asked.text
    assert (await Request.get(id=1)).state == "pending"


async def test_a_decided_request_behind_the_quote_is_never_another(story: Story) -> None:
    await story.approved()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用跑道，11月26日前公布检测结果。")
    await story.advance("2m")
    await story.deliver(message(story, "qian", "同意", quote=Quote(ref="gone")))
    assert "同意 2" in story.expect("没有办理").text
    assert [row.state for row in await Request.all().order_by("id")] == ["approved", "pending"]


async def test_an_acknowledgement_of_something_unreadable_is_asked_back(story: Story) -> None:
    await story.opened()
    for words in ("签收", "收到", "收到，马上处理"):
        await story.deliver(replace(message(story, "wang", words, quote=Quote()), id=words))
        assert "签收 1" in story.expect("看不出是哪一件，没有签收").text
    assert (await story.incident()).stage == "assigned"


async def test_so_is_taking_back(story: Story) -> None:
    await story.acknowledged()
    await story.deliver(message(story, "wang", "撤回", quote=Quote()))
    story.expect("没有撤回")
    assert (await story.incident()).acknowledged_at


async def test_quoting_a_colleague_is_no_pointing_at_a_request(story: Story) -> None:
    """Even if the colleague names the matter: 同意 may agree with what the colleague says about it."""
    assert story.bot.local
    await story.drafted()
    await story.advance("2m")
    said = await story.bot.local.say("zhou", "〔#1〕这个先不要发")
    await story.settle()
    await story.bot.local.say("qian", "同意", quote=Quote(text="〔#1〕这个先不要发", ref=f"in-{said.id}"))
    await story.settle()
    story.expect("看不出是哪一项审批")
    assert (await Request.get(id=1)).state == "pending"
    await story.bot.local.say("qian", "同意 1", quote=Quote(text="〔#1〕这个先不要发", ref=f"in-{said.id}"))
    await story.settle()
    assert (await Request.get(id=1)).state == "approved"


async def test_report_of_something_without_text_asks_for_it(story: Story) -> None:
    await story.deliver(message(story, "zhou", "上报", quote=Quote(ref="x")))
    story.expect("请把网址或文字粘贴在后面")
    assert not await Incident.exists()


@pytest.mark.parametrize(
    "words",
    ["同意 https://weibo.com/1234567890/Ab1cD2eF3", "可以 https://a.gov.cn/1.html", "👍 https://a.gov.cn/1.html"],
)
async def test_a_yes_with_an_address_opens_nothing(story: Story, words: str) -> None:
    await story.say("qian", words)
    await story.say("qian", f"@回音 {words}")
    await story.say("zhou", f"@回音 {words}")
    assert not await Incident.exists()
