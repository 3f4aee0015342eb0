"""An answer reported in other words is read as one, or asked about; it never opens a matter."""

import pytest

from storage.tables import Incident, Publication
from tests.support.story import Story

ANSWER = "https://www.zhihu.com/question/612345678/answer/3312345678"


@pytest.mark.parametrize(
    "words",
    [
        "1号贴出去了 {}", "1号已在知乎回答 {}", "1号已经发出去了 {}", "1 已在知乎跟帖 {}", "1号挂网了 {}",
        "1号已回帖 {}", "1号回帖了 {}", "1号发出去了 {}", "I posted the answer to 1: {}", "put up the reply to 1 {}",
    ],
)  # fmt: skip
async def test_it_is_public(story: Story, words: str) -> None:
    await story.approved()
    await story.say("wang", f"@回音 {words.format(ANSWER)}")
    assert await Publication.all().count() == 1
    assert await Incident.all().count() == 1


@pytest.mark.parametrize("words", ["1号弄好了 {}", "1号的链接给你 {}", "#1 done, see {}", "link for #1 {}"])
@pytest.mark.parametrize("person", ["wang", "zhou"])
async def test_it_is_asked_about(story: Story, words: str, person: str) -> None:
    await story.approved()
    await story.say(person, f"@回音 {words.format(ANSWER)}")
    assert f"已发布 1 {ANSWER}" in story.expect("是公开答复，还是新的帖子？").text
    assert not await Publication.exists()
    assert await Incident.all().count() == 1


async def test_it_is_asked_about_in_english(english: Story) -> None:
    await english.approved()
    await english.say("wang", f"@Huiyin #1 is done, see {ANSWER}")
    english.expect(f"published 1 {ANSWER}")
    assert await Incident.all().count() == 1


@pytest.mark.parametrize("words", ["1号还没贴出去 {}", "1号明天在知乎回答 {}", "1号没发出去 {}"])
async def test_what_negates_itself_publishes_nothing(story: Story, words: str) -> None:
    await story.approved()
    await story.say("wang", f"@回音 {words.format(ANSWER)}")
    assert not await Publication.exists()
    assert await Incident.all().count() == 1


@pytest.mark.parametrize(
    "words",
    ["1号楼没有热水 {}", "1号线又停运了 {}", "1号食堂的菜发霉了 {}", "12月1日食堂发霉的饭 {}", "1号晚上没人回复 {}"],
)
async def test_the_number_of_something_else_is_a_post(story: Story, words: str) -> None:
    await story.approved()
    await story.say("zhou", f"@回音 {words.format(ANSWER)}")
    assert await Incident.all().count() == 2
