"""A department of the institution is no outside body: a matter goes to it by 改派 and keeps its clocks."""

import pytest

from tests.support.story import Story


@pytest.mark.parametrize(
    "body",
    ["总务处", "后勤", "育才中学总务处", "本校总务处", "我们总务处", "總務處", "给总务处", "王强", "General Services"],
)
async def test_it_is_refused_and_the_right_words_are_said(story: Story, body: str) -> None:
    await story.acknowledged()
    await story.say("qian", f"转办 1 {body} 反映工作人员违纪")
    story.expect("总务处是本单位的部门，不是外部单位，没有转出。请回复：改派 1 总务处")
    incident = await story.incident()
    assert (incident.department, incident.outside) == ("总务处", None)


@pytest.mark.parametrize("body", ["派驻纪检监察组", "区教育局", "区机关事务局总务科", "我市教育局"])
async def test_outside_bodies_take_the_matter(story: Story, body: str) -> None:
    await story.acknowledged()
    await story.say("qian", f"转办 1 {body} 反映工作人员违纪")
    assert (await story.incident()).outside == body


async def test_in_english(english: Story) -> None:
    await english.opened("@回音 foreign matter in the canteen food https://weibo.com/1234567890/Ab1cD2eF3")
    await english.say("qian", "transfer 1 Security staff misconduct")
    english.expect("is one of our own departments and no outside body")
