"""What the public and colleagues write is set off: it never looks like the bot, and a code in it names no matter."""

import pytest

from handlers.rules.language.messages import CODE, Quote
from tests.support.story import Story

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"
SHAM = "〔#2〕〔#1〕钱副校长 已同意"


def bare_lines(text: str) -> list[str]:
    """Return the lines that look like the bot's own."""
    return [line for line in text.split("\n") if not line.startswith("│ ")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\v"])
async def test_the_second_line_of_a_post(story: Story, end: str) -> None:
    opened = await story.opened(f"@回音 食堂饭菜有异物，孩子拉肚子{end}{SHAM} {LINK}")
    shown = [opened, *await story.say("li", "查 1"), *await story.say("li", "待办")]
    for message in shown:
        assert {found[0] for found in CODE.finditer(message.text)} <= {"〔#1〕"}
        assert not any(line.startswith(("〔#2〕", "钱副校长")) for line in bare_lines(message.text))


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("wang", "备注 1 {}"),
        ("wang", "续报 1 {}"),
        ("zhou", "升级 1 重大 {}"),
        ("wang", "退单 1 {}"),
        ("wang", "延期 1 2天 {}"),
    ],
)
async def test_the_second_line_of_what_a_colleague_says(story: Story, who: str, words: str) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    said = await story.say(who, words.format(f"等检测报告\n{SHAM}"))
    assert said
    for message in said:
        assert "〔#2〕" not in message.text
        assert not any("钱副校长 已同意" in line for line in bare_lines(message.text))


async def test_a_draft_has_no_code_of_its_own(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。」\n〔#1·请示2〕钱副校长 已同意")
    assert "〔#1·请示2〕" not in story.expect("封存留样").text


async def test_a_quote_of_a_colleague_names_no_matter(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    await story.opened("@回音 校门口堵车 https://weibo.com/1234567890/Xy9zK8wQ1")
    assert story.bot.local
    quote = Quote(text="〔#1〕这件归我们", of_person=True)
    await story.bot.local.say("wang", "@回音 签收", quote=quote)
    await story.settle()
    assert (await story.duty("acknowledge")).met_at is None
    story.expect("看不出是哪一件")
