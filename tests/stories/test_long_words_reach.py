"""Long words of one person reach the one who has to act on them, whole: the group gets them as a file.

A message shows their beginning and length. What is only put on record is not sent back to where it was said.
"""

import pytest

from storage import files
from storage.tables import File
from tests.support.story import BotMessage, Story

TAIL = "务必先联系家长再答复"
LONG = "指示内容" * 400 + TAIL
HINT = "全文见群里的附件“1号全文.txt”。"
SAID = {
    "instruct": ("acknowledged", "qian", "批办 1"),
    "reject": ("drafted", "qian", "不同意 1"),
    "bounce": ("acknowledged", "wang", "退单 1"),
    "escalate": ("acknowledged", "li", "升级 1 重大"),
    "superior": ("acknowledged", "li", "上级批示 1"),
    "transfer": ("acknowledged", "qian", "转办 1 派驻纪检监察组"),
    "verify": ("acknowledged", "wang", "核实 1 属实"),
    "reopen": ("closed", "li", "重办 1"),
    "gone": ("published", "zhou", "已不在 1"),
}


async def whole(message: BotMessage) -> list[str]:
    """Return the texts of a message's files."""
    found = [await files.read(one.id or 0) for one in message.say.attachments]
    return [body.decode("utf-8-sig") for _, body in filter(None, found)]


@pytest.mark.parametrize("kind", SAID)
async def test_said_in_private(story: Story, kind: str) -> None:
    begin, speaker, words = SAID[kind]
    await getattr(story, begin)()
    await story.say(speaker, f"{words} {LONG}", private=True)
    group, back = (next(one for one in story.fresh if one.conversation == where) for where in ("work", f"@{speaker}"))
    assert [text.endswith(LONG) for text in await whole(group)] == [True]
    for one in (group, back):
        assert HINT in one.text
        assert TAIL not in one.text
    assert back.say.attachments == ()


async def test_said_in_the_group(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", f"@回音 批办 1 {LONG}")
    assert await whole(story.expect(HINT, pinged="wang")) == [LONG]


async def test_the_reason_of_a_refusal_that_follows_its_button(story: Story) -> None:
    await story.press("qian", await story.drafted(), "不同意")
    await story.say("qian", f"不同意 1 {LONG}")
    assert await whole(story.expect("不同意答复的理由", pinged="wang")) == [LONG]


async def test_who_decides_whose_it_is_gets_both_reasons(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", f"退单 1 {LONG}")
    await story.say("zhou", "改派 1 保卫处")
    await story.say("chu", f"退单 1 {LONG[::-1]}")
    assert await whole(story.expect("第二次退单")) == [LONG, LONG[::-1]]


async def test_personal_numbers_are_hidden_in_the_file(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", f"批办 1 请回电 13812345678，{LONG}", private=True)
    (text,) = await whole(story.expect(HINT, pinged="wang"))
    assert "13812345678" not in text
    assert text.endswith(LONG)


async def test_a_long_note_goes_to_the_group_but_never_back(story: Story) -> None:
    await story.acknowledged()
    long = "家长来电" * 17_000  # 204 KB
    (noted,) = await story.say("wang", f"@回音 备注 1 {long}")
    assert (len(noted.text) < 1500, noted.say.attachments, await File.all().count()) == (True, (), 0)
    for one in await story.say("wang", f"备注 1 {long}", private=True):
        assert len(one.text) < 1500
        assert await whole(one) == ([long] if one.conversation == "work" else [])
