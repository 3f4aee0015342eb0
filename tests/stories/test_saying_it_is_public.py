"""How people say that an answer is public, and that it is not yet; neither opens a matter."""

import pytest

from storage.tables import Incident, Publication
from tests.support.story import Story
from tests.support.thinned import crossed

ANSWER = "https://weibo.com/1234567890/Xy9zK8wQ1"


SAID = [
    "已回复 1 {}", "{} 已发布", "回复链接 {}", "1 已经发出去了 {}", "published {}", "已答复1 {}", "{} 1 已发布",
    "回复 1 {}", "我们已经公开回复了 {}", "答复网址：{}", "1号的回复已公开 {}", "replied 1 {}", "the reply is live {}",
    "1 {}", "已在原帖下回复 1 {}",
]  # fmt: skip


@pytest.mark.parametrize(("person", "words"), crossed(2, ["zhou", "wang"], SAID))
async def test_natural_words_publish(story: Story, person: str, words: str) -> None:
    await story.approved()
    await story.say(person, words.format(ANSWER))
    assert (await story.duty("reply")).state == "met"
    assert await Incident.all().count() == 1


async def test_a_quote_of_the_request_with_the_link_alone_publishes(story: Story) -> None:
    await story.drafted()
    approval = (await story.say("qian", "同意"))[-1]
    await story.say("wang", ANSWER, quote=approval)
    assert (await story.duty("reply")).state == "met"
    assert (await Publication.get()).by == "wang"


@pytest.mark.parametrize(
    "words",
    [
        "已发布 1 {} 还没审核通过", "已发布 1 {} 尚未显示", "已发布 1 {} 待审核", "明天发 1 {}", "准备发布 1 {}",
        "发布失败 1 {}",
        "已发布 1 {} 被退回", "1 not live yet {}", "published 1 {} pending review", "1 will be published {}",
        "已发布 1 {}？",
        "1 发布了吗 {}", "{} 还没审核通过", "已回复 1 {} 明天才能看到", "已提交 1 {} 待管理员审核",
        "已发布 {} 还没审核通过",
    ],
)  # fmt: skip
async def test_not_yet_is_not_published(story: Story, words: str) -> None:
    await story.approved()
    await story.say("zhou", words.format(ANSWER))
    story.expect("听起来还没有公开")
    story.expect("已发布 1 网址")
    assert (await story.duty("reply")).state == "open"
    assert await Incident.all().count() == 1


async def test_several_are_asked_which(story: Story) -> None:
    await story.approved()
    await story.say("zhou", "@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用。")
    await story.say("qian", "同意 2")
    await story.say("zhou", f"{ANSWER} 已发布")
    story.expect("等公开的回复有 2 件：#1 食堂饭菜有异物、#2 操场跑道有气味。请写明是哪一件：已发布 1 网址")
    assert not await Publication.exists()
    await story.say("zhou", f"2 已发布 {ANSWER}")
    assert (await Publication.get()).incident_id == 2  # type: ignore[attr-defined]


async def test_without_anything_to_publish_it_asks_which_and_opens_nothing(story: Story) -> None:
    await story.opened()
    for words in ("{} 已发布", "回复链接 {}", "已回复 {}"):
        await story.say("zhou", words.format(ANSWER))
        story.expect("请写明编号")
    assert await Incident.all().count() == 1


@pytest.mark.parametrize(
    "words",
    [
        "{}",
        "食堂又有异物 {}",
        "家长说学校还没回复 {}",
        "帖子被删了 {}",
        "尚未公开账目 {}",
        "链接：{}",
        "学校不回复家长 {}",
    ],
)
async def test_a_forwarded_post_stays_one(story: Story, words: str) -> None:
    await story.approved()
    await story.say("zhou", words.format(ANSWER))
    assert await Incident.all().count() == 2
    assert not await Publication.exists()


async def test_who_has_nothing_to_publish_forwards_even_a_short_deferral(story: Story) -> None:
    await story.say("zhou", f"还没公布 {ANSWER}")
    assert await Incident.all().count() == 1
