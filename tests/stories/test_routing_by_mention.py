"""The person who is @-ed in a forwarding gets the incident; the text's keywords do not count."""

import pytest

from tests.support.story import Story

LINK = "https://weibo.com/1642634100/MzVRA2E8G"
MENTIONS = {
    "@德育处": ("德育处", "chen"),
    "@德育": ("德育处", "chen"),
    "@后勤": ("总务处", "wang"),
    "@陈老师": ("德育处", "chen"),
    "@郑处长": ("教务处", "wu"),
    "@褚队长": ("保卫处", "chu"),
    "@Security": ("保卫处", "chu"),
}


@pytest.mark.parametrize("mention", MENTIONS)
async def test_a_department_or_a_person_that_is_mentioned(story: Story, mention: str) -> None:
    department, liaison = MENTIONS[mention]
    opened = await story.opened(f"@回音 食堂饭菜有异物 {LINK} {mention}")
    assert f"承办 {department}" in opened.text
    assert "涉及" not in opened.text  # nothing was guessed, so no button to correct it
    assert opened.say.mentions == (liaison,)
    assert mention not in opened.text.splitlines()[0]


async def test_keywords_route_and_say_so(story: Story) -> None:
    opened = await story.opened(f"@回音 放学时校门口堵车 {LINK}")
    assert "承办 保卫处（涉及“校门、堵车”，不归本部门请回复：退单 1 理由）" in opened.text
    assert opened.say.mentions == ("chu",)


async def test_mentioning_a_leader_routes_nothing(story: Story) -> None:
    opened = await story.opened(f"@回音 请看一下 {LINK} @钱副校长")
    assert "尚未分派" in opened.text


async def test_a_text_after_report_is_routed_alike(story: Story) -> None:
    await story.say("wu", "@回音 上报 家长反映放学时人车混行 @保卫处")
    opened = story.expect("承办 保卫处", pinged="chu")
    assert "来源 文字" in opened.text
    assert "家长反映放学时人车混行" in opened.text
