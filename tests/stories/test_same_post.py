"""A post that is forwarded again joins its incident, and the bot says so."""

import pytest

from storage.reports import forwardings
from storage.tables import Incident, Post
from tests.support.story import Story

FIRST = "https://weibo.com/1642634100/MzVRA2E8G"
SAME = {
    "tracking parameters": f"{FIRST}?refer_flag=1001030103_&utm_source=x",
    "mobile host": "https://m.weibo.cn/1642634100/MzVRA2E8G",
    "bid": "https://m.weibo.cn/status/MzVRA2E8G",
    "mid": "https://m.weibo.cn/status/4885639100630954",
    "no scheme": "weibo.com/1642634100/MzVRA2E8G",
    "http": "http://www.weibo.com/1642634100/MzVRA2E8G#comment",
}


@pytest.mark.parametrize("form", SAME)
async def test_another_form_of_the_address_joins(story: Story, form: str) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {FIRST}")
    await story.say("li", f"@回音 {SAME[form]}")
    joined = story.expect("这条已登记，并入本件：食堂饭菜有异物")
    assert joined.text.startswith("〔#1〕")
    assert "现为待签收，在总务处手里" in joined.text
    assert await Incident.all().count() == 1
    assert await forwardings() == {"opened": 1, "joined": 1}


async def test_another_post_opens_another_incident(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {FIRST}")
    await story.say("li", "@回音 食堂饭菜有异物 https://weibo.com/1642634100/MzVRA2E8H")
    story.expect("〔#2〕")


async def test_the_same_text_without_a_link_joins(story: Story) -> None:
    text = "家长反映孩子在食堂吃出异物，希望学校尽快给个说法，不要再拖"
    await story.say("zhou", f"@回音 上报 {text}")
    await story.say("li", f"@回音 上报 {text}！")
    await story.say("li", f"@回音 上报  {text.replace('，', ',')}")
    story.expect("〔#1〕这条已登记")


async def test_a_new_address_beside_a_known_one_is_added(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {FIRST}")
    await story.say("zhou", f"@回音 又有人转 {FIRST} https://www.zhihu.com/question/12345")
    story.expect("新增 1 个网址")
    assert await Post.filter(incident_id=1).count() == 2
    await story.say("li", "@回音 https://www.zhihu.com/question/12345")
    story.expect("〔#1〕这条已登记")


async def test_it_starts_no_clock_anew(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {FIRST}")
    await story.advance("10m")
    await story.say("li", f"@回音 {FIRST}")
    assert [one.when for one in await story.advance("20m")] == ["Mon 10:35"]


async def test_after_closing_it_says_that_it_was_closed(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {FIRST}")
    await story.closed()
    await story.say("li", f"@回音 {FIRST}")
    story.expect("〔#1〕这条已办结（11-23 10:05，已答复）")


async def test_after_closing_nothing_is_opened_again(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {FIRST}")
    await story.closed()
    await story.say("li", f"@回音 {FIRST}")
    assert (await story.incident()).stage == "resolved"
    assert await Incident.all().count() == 1
    later = await story.advance("5d")
    assert later  # whether the answer still stands
    assert all("公开的答复还看得到吗" in one.text or "仍可见核对" in one.text for one in later)
