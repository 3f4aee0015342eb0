"""Publications are written with their decision, found by their address, and taken back with it."""

from datetime import timedelta

from storage import files, publications
from tests.support.shown import picture, show
from tests.support.story import Story

PAGE = "https://weibo.com/1234567890/Xy9zK8wQ1"


async def test_a_row_says_what_where_when_and_by_whom(story: Story) -> None:
    await story.published()
    (row,) = await publications.of_incident(1)
    assert (row["edition"], row["url"], row["cycle"], row["by"], row["at"]) == (1, PAGE, 1, "zhou", story.clock.now())
    assert (row["file"], row["digest"]) == (None, None)
    assert await publications.answered_at([row["fingerprint"], "web:nowhere"]) == {row["fingerprint"]: 1}
    assert await publications.answered_at([]) == {}


async def test_a_picture_is_found_by_its_bytes(story: Story) -> None:
    await story.approved()
    shown = await picture(b"answer")
    assert shown.id
    digest = (await files.facts([shown.id]))[0].digest
    assert await files.sent_before([digest]) == {}
    await show(story, "zhou", "已发布 1", shown)
    (row,) = await publications.of_incident(1)
    assert (row["url"], row["file"], row["digest"]) == (None, shown.id, digest)
    assert await files.sent_before([digest]) == {digest: 1}
    assert await files.sent_before([]) == {}


async def test_what_waits_is_known_by_department(story: Story) -> None:
    await story.drafted()
    assert await publications.unpublished(None) == []
    await story.say("qian", "同意")
    assert await publications.unpublished(None) == [1]
    assert await publications.unpublished("总务处") == [1]
    assert await publications.unpublished("教务处") == []
    await story.advance("1m")
    await story.say("zhou", f"已发布 1 {PAGE}")
    assert await publications.unpublished(None) == []


async def test_the_page_to_see_is_the_newest_and_only_before_it_is_asked(story: Story) -> None:
    await story.published()
    await story.advance("1m")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ2")
    soon = story.clock.now() + timedelta(days=1)
    assert [page.url[-1] for page in await publications.pages_to_see(soon)] == ["2"]
    assert await publications.pages_to_see(soon - timedelta(hours=2)) == []
    await story.until(soon)
    assert await publications.pages_to_see(soon) == []
