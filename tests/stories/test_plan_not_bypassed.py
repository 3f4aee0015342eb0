"""A plan that the rules ask for is not bypassed: not by another department's, nor by a tier that rises later."""

from pathlib import Path

from redis.asyncio import Redis

from tests.support.chains import latest, under_keys

PLAN = "方案 1 由总务处更换供货商，11月25日前办完"
DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


async def test_another_department_sends_its_own(tmp_path: Path, redis: Redis) -> None:
    async with under_keys('plan = { by = ["leader"] }', tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("wang", PLAN)
        await story.say("qian", "同意 1")
        await story.say("li", "改派 1 教务处")
        await story.say("wu", "签收 1")
        await story.say("wu", DRAFT)
        story.expect("请先报：方案 1 处置方案")
        await story.say("li", "改派 1 总务处")
        await story.say("wang", DRAFT)  # the department whose plan it is
        assert (await latest()).state == "pending"


async def test_a_tier_that_rises_after_the_approval_asks_for_it(tmp_path: Path, redis: Redis) -> None:
    async with under_keys('plan = { by = ["leader"], tiers = ["major", "critical"] }', tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("wang", DRAFT)
        await story.say("qian", "同意 1")
        await story.say("zhou", "升级 1 重大 家长聚集")
        await story.advance("2m")
        await story.publish()
        story.expect("规则要求处置方案先经同意")
        assert (await story.incident()).replied_at is None
        await story.say("wang", PLAN)
        await story.say("qian", "同意方案 1")
        await story.publish()
        assert (await story.incident()).replied_at is not None
