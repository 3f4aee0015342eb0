"""One text with two or three links is one incident with several posts."""

from storage.tables import Incident, Post
from tests.support.story import Story

WEIBO = "https://weibo.com/1642634100/MzVRA2E8G"
ZHIHU = "https://www.zhihu.com/question/12345"


async def test_one_incident_with_all_its_posts(story: Story) -> None:
    opened = await story.opened(f"@回音 食堂饭菜有异物\n{WEIBO}\n{ZHIHU} 也有人问")
    assert "来源 微博等 2 处" in opened.text
    assert "食堂饭菜有异物" in opened.text
    posts = await Post.all().order_by("id").values_list("incident_id", "platform")
    assert posts == [(1, "weibo"), (1, "zhihu")]


async def test_the_same_post_twice_in_one_text_is_one_post(story: Story) -> None:
    opened = await story.opened(f"@回音 食堂饭菜有异物 {WEIBO} {WEIBO}?refer_flag=1001")
    assert "来源 微博，" in opened.text
    assert await Post.all().count() == 1


async def test_either_of_them_forwarded_again_joins(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {WEIBO} {ZHIHU}")
    for address in (ZHIHU, WEIBO):
        await story.say("li", f"@回音 {address}")
        story.expect("〔#1〕这条已登记")
    assert await Incident.all().count() == 1


async def test_links_of_two_incidents_join_the_first_and_name_the_other(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {WEIBO}")
    await story.opened(f"@回音 食堂涨价 {ZHIHU}")
    await story.say("li", f"@回音 同一件事 {ZHIHU} {WEIBO}")
    joined = story.expect("〔#1〕这条已登记")
    assert "另有网址属于 #2" in joined.text
