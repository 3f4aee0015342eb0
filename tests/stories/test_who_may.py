"""Each command is permitted to certain roles; other people are told who may use it."""

import pytest

from storage.tables import Request
from tests.support.story import Story


async def test_only_a_leader_approves(story: Story) -> None:
    asked = await story.drafted()
    for person in ("zhou", "li", "wang", "feng", "chen", "wei"):
        await story.say(person, "同意 1")
        await story.press(person, asked, "同意")
        assert (await Request.get(id=1)).state == "pending", person


@pytest.mark.parametrize("person", ["qian", "sun", "zhao"])
async def test_any_leader_and_the_chief_may(story: Story, person: str) -> None:
    await story.drafted()
    await story.say(person, "同意 1")
    assert (await Request.get(id=1)).decided_by == person


async def test_who_may_not_is_told_who_may(story: Story) -> None:
    await story.drafted()
    await story.say("feng", "同意 1")
    story.expect("您没有审批权限，没有办理。可以审批的是：钱副校长、孙副校长、赵校长")


async def test_only_the_department_acknowledges(story: Story) -> None:
    await story.opened()
    for person in ("zhou", "li", "qian", "chen", "zheng"):
        await story.say(person, "签收 1")
        story.expect("由总务处承办，须由该部门的人签收")
    assert (await story.incident()).stage == "assigned"


@pytest.mark.parametrize("person", ["wang", "feng"])
async def test_its_liaison_and_its_head_do(story: Story, person: str) -> None:
    await story.opened()
    await story.say(person, "签收 1")
    assert (await story.incident()).stage == "acknowledged"


async def test_another_department_may_do_nothing_with_it(story: Story) -> None:
    await story.approved()
    before = (await story.incident()).version
    for words in ("拟复 1 好的", "已发布 1 https://a.cn/1", "办结 1 整改：换了", "延期 1 2天 等报告"):
        await story.say("chen", words)
        story.expect("〔#1〕由总务处承办")
    assert (await story.incident()).version == before


async def test_who_may_not_pass_it_on(story: Story) -> None:
    await story.opened()
    for person in ("wang", "chen", "zheng"):
        await story.say(person, "改派 1 财务处")
        story.expect("只有值守台（办公室、信息员）、领导或承办部门负责人能改派")
    assert (await story.incident()).department == "总务处"


@pytest.mark.parametrize("person", ["zhou", "li", "qian", "zhao", "feng"])
async def test_who_may_pass_it_on(story: Story, person: str) -> None:
    await story.opened()
    await story.say(person, "改派 1 财务处")
    story.expect("已交财务处办理", pinged="wei")
