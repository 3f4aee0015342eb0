"""Phone, identity and bank-card numbers are hidden in every text that a group sees."""

from io import BytesIO
from zipfile import ZipFile

from storage import files
from storage.tables import Outbox
from tests.support.story import Story

MOBILE, IDENTITY, CARD = "13812345678", "110101199003071234", "6222021234567890123"
PERSONAL = f"家长电话{MOBILE}，身份证{IDENTITY}，卡号{CARD}"


async def everything_said() -> str:
    return "\n".join(await Outbox.all().values_list("body", flat=True))


def hidden(text: str) -> bool:
    return not any(number in text for number in (MOBILE, IDENTITY, CARD))


async def test_in_the_announcement_the_search_and_the_reminders(story: Story) -> None:
    opened = await story.opened(f"@回音 食堂 {PERSONAL} https://weibo.com/1642634100/MzVRA2E8G")
    assert "138****5678" in opened.text
    await story.say("li", "查 1")
    await story.say("li", "查 家长")
    await story.say("li", "待办")
    await story.say("li", "@回音 https://weibo.com/1642634100/MzVRA2E8G")
    await story.advance("2d")
    assert hidden(await everything_said())


async def test_in_a_draft_and_a_result(story: Story) -> None:
    await story.opened(f"@回音 食堂 {PERSONAL} https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("wang", f"拟复 1 经核实，餐费多收，请联系{PERSONAL}")
    await story.say("qian", "同意")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.say("wang", f"办结 1 餐费已退还，{PERSONAL}")
    story.expect("138****5678")
    assert hidden(await everything_said())


async def test_the_reply_itself_is_kept_as_it_was_approved(story: Story) -> None:
    await story.drafted("咨询电话 010-62345678。")
    await story.say("qian", "同意")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    assert (await story.incident()).answer == "咨询电话 010-62345678。"


async def test_in_the_reason_of_a_rejection(story: Story) -> None:
    await story.drafted()
    await story.say("qian", f"不同意 1 先给家长打电话{MOBILE}")
    assert hidden(await everything_said())


async def test_in_the_reason_of_an_extension(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", f"延期 1 2天 家长{MOBILE}周四才回来")
    assert hidden(await everything_said())


async def test_in_the_name_of_an_outside_body_and_in_what_is_said_back(story: Story) -> None:
    await story.opened()
    for words in (f"转办 1 张三{MOBILE} 情况复杂", "查 1", "待办", f"改派 1 {MOBILE}", f"查 {MOBILE}"):
        await story.say("li", words)
    await story.say("qian", f"授权 {MOBILE} 至 周五")
    assert hidden(await everything_said())


async def test_a_sentence_is_no_outside_body(story: Story) -> None:
    await story.opened()
    await story.say("li", "转办 1 " + "请派驻纪检监察组的同志们看一看这件事情到底应该怎么办才好" * 3)
    story.expect("请写明转给谁")


async def test_the_names_of_files(story: Story) -> None:
    await story.opened()
    await files.keep(b"x", f"家长{MOBILE}.png", "image/png", "zhou", story.clock.now(), 1)
    archive = (await story.say("li", "归档 1"))[-1].say.attachments[0]
    found = await files.read(archive.id or 0)
    assert found
    with ZipFile(BytesIO(found[1])) as opened:
        assert "files/01-家长138****5678.png" in opened.namelist()
        assert not any(MOBILE.encode() in opened.read(name) for name in opened.namelist())
