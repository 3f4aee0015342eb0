"""What was put to approval by an earlier version is signed to its end as it was asked for."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from redis.asyncio import Redis

from storage.tables import Policy, Request
from tests.support.chains import latest
from tests.support.regime import MONDAY_MORNING, under
from tests.support.story import Story

DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


async def as_before(approval: list[list[str]], **row: Any) -> None:
    """Make the policy and the request what an earlier version wrote: no new keys, and no chain."""
    policy = await Policy.all().order_by("-id").first()
    assert policy
    body = json.decode(policy.body)
    for key in ("plan", "office"):
        del body[key]
    body["approval"] = [{"by": by} for by in approval]
    await Policy.filter(id=policy.id).update(body=json.encode(body).decode())
    request = await latest()
    values = {"subject": {"edition": request.subject["edition"]}, **row}
    await Request.filter(id=request.id).update(**values)


@pytest.fixture
async def school(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with under("school", tmp_path, redis, MONDAY_MORNING) as started:
        await started.opened()
        await started.say("wang", DRAFT)
        yield started


async def test_one_leader_is_enough_where_one_was_asked_for(school: Story) -> None:
    await as_before([["leader", "chief"]])
    await school.say("qian", "同意")
    assert (await latest()).state == "approved"
    await school.publish()
    assert (await school.incident()).replied_at


async def test_the_second_step_follows_the_first(tmp_path: Path, redis: Redis) -> None:
    async with under("hospital", tmp_path, redis, MONDAY_MORNING) as story:
        await story.opened()
        await story.say("wang", DRAFT)
        await story.say("feng", "同意")
        await as_before([["head"], ["office"]], subject={"edition": 1, "signed": ["feng"]})
        await story.say("wang", "查 1")
        story.expect("待审批：答复")
        await story.say("li", "同意")
        assert (await latest()).state == "approved"


async def test_a_late_promise_still_needs_the_chief(school: Story) -> None:
    await as_before([["leader"]], subject={"edition": 1, "chief": True})
    await school.say("qian", "同意")
    school.expect("请继续审批", pinged="zhao")
    await school.say("zhao", "同意")
    assert (await latest()).state == "approved"


async def test_it_can_be_cosigned(school: Story) -> None:
    await as_before([["leader", "chief"]])
    await school.say("li", "加签 1 教务处")
    school.expect("加签", pinged="zheng")
    await school.say("zheng", "同意")
    await school.say("qian", "同意")
    assert (await latest()).state == "approved"


async def test_a_newer_version_is_asked_for_by_the_rules_of_its_matter(school: Story) -> None:
    await as_before([["leader", "chief"]])
    await school.say("wang", "拟复 1 已封存留样送检，11月25日前公布结果。")
    await school.advance("2m")
    await school.say("qian", "同意")
    assert (await latest()).state == "approved"


async def test_an_approved_reply_is_published_as_before(school: Story) -> None:
    await as_before([["leader", "chief"]])
    await school.say("qian", "同意")
    await Request.filter(id=1).update(subject={"edition": 1})
    await school.publish()
    assert (await school.incident()).replied_at
