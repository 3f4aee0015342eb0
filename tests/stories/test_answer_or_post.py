"""The institution's own answer opens no matter, even before it is reported; a post of the public always does."""

import pytest

from storage.tables import Incident, Publication
from tests.support.story import Story

ANSWER = "https://weibo.com/1234567890/Xy9zK8wQ1"


@pytest.mark.parametrize(
    "words", [f"{ANSWER} 已发布", f"已回复 1 {ANSWER}", f"回复链接 {ANSWER}", f"已经发了 {ANSWER}", f"1 {ANSWER}"]
)
async def test_words_of_publication_publish(story: Story, words: str) -> None:
    await story.approved()
    await story.say("wang", f"@回音 {words}")
    assert await Publication.all().count() == 1
    assert await Incident.all().count() == 1


async def test_a_quote_of_the_approval_with_the_address_alone_publishes(story: Story) -> None:
    await story.drafted()
    approval = (await story.say("qian", "同意"))[-1]
    await story.say("wang", ANSWER, quote=approval)
    assert await Publication.all().count() == 1
    assert await Incident.all().count() == 1


async def test_a_bare_address_of_a_department_that_is_to_publish_is_asked_back(story: Story) -> None:
    await story.approved()
    await story.say("wang", f"@回音 {ANSWER}")
    asked = story.expect("是公开答复，还是新的帖子？")
    assert f"已发布 1 {ANSWER}" in asked.text
    assert f"上报 {ANSWER}" in asked.text
    assert not await Publication.exists()
    await story.say("wang", f"已发布 1 {ANSWER}")
    assert await Publication.all().count() == 1
    assert await Incident.all().count() == 1


@pytest.mark.parametrize("words", ["周晓说已发布 1 {}", "明天已发布 1 {}", "他们回复了1 {}", "someone posted #1 {}"])
@pytest.mark.parametrize("addressed", ["", "@回音 "])
async def test_what_others_are_said_to_have_published_is_asked_about(story: Story, addressed: str, words: str) -> None:
    await story.approved()
    for who in ("zhou", "wang"):
        await story.say(who, addressed + words.format(ANSWER))
        assert f"已发布 1 {ANSWER}" in story.expect("是公开答复，还是新的帖子？").text
    assert not await Publication.exists()
    assert await Incident.all().count() == 1


@pytest.mark.parametrize(
    "words", ["学校公开 5 个岗位 {}", "网友回复 3 楼说食堂贵 {}", "posted 1 day ago {}", "公布 1号楼停水 {}"]
)
async def test_a_count_names_no_matter(story: Story, words: str) -> None:
    await story.approved()
    await story.say("zhou", f"@回音 {words.format(ANSWER)}")
    assert await Incident.all().count() == 2


async def test_behind_report_it_is_a_post(story: Story) -> None:
    await story.approved()
    await story.say("wang", f"@回音 上报 {ANSWER}")
    assert await Incident.all().count() == 2


async def test_a_post_with_words_is_one(story: Story) -> None:
    await story.approved()
    await story.say("wang", f"@回音 食堂又没有热水 {ANSWER}")
    assert await Incident.all().count() == 2


async def test_the_desk_forwards_bare_addresses_at_any_time(story: Story) -> None:
    await story.approved()
    await story.say("zhou", f"@回音 {ANSWER}")
    assert await Incident.all().count() == 2


async def test_with_nothing_to_publish_it_is_a_post(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", f"@回音 {ANSWER}")
    assert await Incident.all().count() == 2


async def test_once_reported_it_is_the_answer(story: Story) -> None:
    await story.published()
    await story.say("zhou", f"@回音 {ANSWER}")
    story.expect("这是本件公开答复的网址")
    assert await Incident.all().count() == 1
