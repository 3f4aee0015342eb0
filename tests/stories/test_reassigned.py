"""A reassigned incident has to be acknowledged by the new department; the public due times stay."""

import pytest

from storage.tables import Duty, Request
from tests.support.story import Story, monday, pings


async def test_the_acknowledgement_starts_over(story: Story) -> None:
    await story.acknowledged()
    await story.until(monday("11:00"))
    await story.say("li", "改派 1 保卫处")
    passed = story.expect("李主任 已交保卫处办理", pinged="chu")
    assert "签收时限 11-23（周一）11:30" in passed.text
    assert "当日回复 11-23（周一）24:00" in passed.text
    assert pings(await story.until(monday("11:45"))) == [("Mon 11:30", "chu")]
    await story.say("chu", "签收 1")
    story.expect("褚队长 已签收")
    states = await Duty.filter(kind="acknowledge").order_by("id").values_list("state", flat=True)
    assert states == ["met", "met"]


async def test_the_former_department_is_left_in_peace(story: Story) -> None:
    await story.opened()
    await story.say("feng", "改派 1 德育处")
    sent = await story.advance("2d")
    assert sent
    assert not [one for one in sent if {"wang", "feng"} & set(one.say.mentions)]
    states = await Duty.filter(kind="acknowledge").order_by("id").values_list("state", flat=True)
    assert states == ["waived", "open"]


async def test_a_draft_of_the_former_department_is_overtaken(story: Story) -> None:
    asked = await story.drafted()
    await story.say("li", "改派 1 德育处")
    await story.say("qian", "同意", quote=asked)
    story.expect("已作废")
    assert (await Request.get(id=1)).state == "superseded"


async def test_to_the_same_department_changes_nothing(story: Story) -> None:
    await story.acknowledged()
    await story.say("li", "改派 1 后勤")
    story.expect("本来就由总务处承办，没有变动")
    assert (await story.incident()).stage == "acknowledged"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("改派 1", "请写明部门，例如：改派 12 教务处"),
        ("改派 1 外联部", "没有“外联部”这个部门或人员。现有部门：教务处、德育处"),
        ("改派 教务处", "请写明编号"),
    ],
)
async def test_what_is_missing_is_asked_for(story: Story, words: str, answer: str) -> None:
    await story.opened()
    await story.say("li", words)
    story.expect(answer)


async def test_an_answered_matter_stays_answered(story: Story) -> None:
    await story.published()
    await story.say("li", "改派 1 德育处")
    await story.say("chen", "签收 1")
    assert (await story.incident()).stage == "replied"


async def test_an_extension_that_waits_stays_in_the_leaders_hands(story: Story) -> None:
    await story.published()
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.say("li", "改派 1 德育处")
    pending = await Request.filter(state="pending").count()
    holder = (await story.incident()).holder
    assert (pending, holder) in [(0, "department:德育处"), (1, "approver:qian"), (1, "approver:sun")]
