"""A title says what a matter is about: of a bare address or file that is asked, while the clock runs."""

import pytest

from handlers.rules.language.messages import Attachment, Message, Quote
from storage import audit, files, text_verification
from storage.tables import Incident
from tests.support.story import Story

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"


async def test_a_bare_address_asks_what_it_says(story: Story) -> None:
    opened = await story.opened(f"@回音 {LINK}")
    assert "微博的帖子（内容待补）" in opened.text
    assert "备注 1 内容" in opened.text
    duty = await story.duty("reply")
    await story.say("li", "备注 1 家长反映食堂饭菜里有虫子，电话 13812345678")
    told = story.expect("已补全：家长反映食堂饭菜里有虫子")
    assert "改派 1 总务处" in told.text
    assert "13812345678" not in told.text
    assert (await story.incident()).title.startswith("家长反映食堂饭菜里有虫子")
    assert (await story.duty("reply")).due_at == duty.due_at
    assert await text_verification.verify() is None
    assert await audit.verify() is None


@pytest.mark.parametrize(
    "text",
    [
        "https：//weibo.com/1234567890/Ab1cD2eF3",
        f"微博 {LINK}",
        f"转发 看看这个 {LINK}",
        f"上报 {LINK}",
        f"【链接】{LINK}",
        f"{LINK}\n来源：微博",
        f"上级交办 {LINK}",
    ],
)
async def test_labels_are_no_title(story: Story, text: str) -> None:
    await story.opened(f"@回音 {text}")
    assert (await story.incident()).title == "微博的帖子（内容待补）"


async def test_words_that_quote_the_announcement_complete_it(story: Story) -> None:
    opened = await story.opened(f"@回音 {LINK}")
    for words in ("我看看", "好的，谢谢周老师", "谁去办一下", "这个归谁", "已转给总务处", "食堂的事吗？"):
        await story.say("wang", words, quote=opened)
        assert (await story.incident()).title == "微博的帖子（内容待补）", words
    await story.say("zhou", "食堂饭菜有异物", quote=opened)
    assert (await story.incident()).title == "食堂饭菜有异物"
    await story.say("zhou", "操场跑道气味很大", quote=opened)
    story.expect("没有改动")
    assert (await story.incident()).title == "食堂饭菜有异物"


@pytest.mark.parametrize("who", ["wang", "feng", "wu", "chen"])
async def test_a_colleague_names_nothing_first(story: Story, who: str) -> None:
    """The post may be about them: their note is only a note, and the desk's words are read for whom it is about."""
    opened = await story.opened(f"@回音 {LINK}")
    await story.say(who, "备注 1 食堂好人好事，值得表扬")
    await story.say(who, "食堂好人好事，值得表扬", quote=opened)
    assert (await story.incident()).title == "微博的帖子（内容待补）"
    await story.say("zhou", "备注 1 举报冯处长在食堂吃回扣")
    assert (await story.incident()).title == "举报冯处长在食堂吃回扣"
    assert "person:feng" in (await story.incident()).about


async def test_a_command_that_quotes_it_is_a_command(story: Story) -> None:
    opened = await story.opened(f"@回音 {LINK}")
    await story.say("li", "改派 总务处", quote=opened)
    assert (await story.incident()).title == "微博的帖子（内容待补）"
    assert (await story.incident()).department == "总务处"


async def test_the_same_address_with_words_completes_it(story: Story) -> None:
    await story.opened(f"@回音 {LINK}")
    await story.say("li", f"@回音 食堂饭菜有异物 {LINK}")
    assert (await story.incident()).title == "食堂饭菜有异物"


async def test_words_about_somebody_take_it_from_them(story: Story) -> None:
    await story.opened(f"@回音 {LINK}")
    await story.say("li", "改派 1 总务处")
    await story.say("zhou", "备注 1 举报冯处长在食堂吃回扣")
    incident = await story.incident()
    assert (incident.about, incident.department) == (["person:feng", "department:总务处"], None)


async def test_a_note_on_a_known_matter_is_a_note(story: Story) -> None:
    await story.opened()
    await story.say("li", "备注 1 已与家长电话沟通")
    assert (await story.incident()).title == "食堂饭菜有异物"
    story.expect("已备注")


async def test_labels_complete_nothing(story: Story) -> None:
    await story.opened(f"@回音 {LINK}")
    await story.say("li", "备注 1 微博的帖子")
    assert (await story.incident()).title == "微博的帖子（内容待补）"
    story.expect("已备注")


async def test_taken_back_it_is_asked_again(story: Story) -> None:
    await story.opened(f"@回音 {LINK}")
    await story.say("li", "备注 1 食堂饭菜有异物")
    await story.say("li", "撤回")
    assert (await story.incident()).title == "微博的帖子（内容待补）"
    assert await text_verification.verify() is None


@pytest.mark.parametrize(
    ("type", "title"), [("image/png", "截图（内容待补）"), ("application/pdf", "文件（内容待补）")]
)
async def test_a_file_alone_asks_what_it_says(story: Story, type: str, title: str) -> None:
    file = await files.keep(b"x", "a", type, "zhou", story.now)
    message = Message(
        channel="local",
        id="m1",
        conversation="work",
        sender="zhou",
        sent_at=story.now,
        attachments=(Attachment(kind="file", id=file),),
    )
    await story.deliver(message)
    assert "备注 1 内容" in story.expect(title).text
    assert await Incident.all().count() == 1


async def test_a_quote_without_text_is_asked_for(story: Story) -> None:
    message = Message(
        channel="local", id="m1", conversation="work", sender="zhou", sent_at=story.now, text="上报", quote=Quote()
    )
    await story.deliver(message)
    story.expect("请把网址或文字粘贴在后面")
    assert not await Incident.exists()
