"""A signature that the chief added is taken off by the chief alone; who added one is told when it is taken off."""

from pathlib import Path

from redis.asyncio import Redis

from storage import audit
from tests.support.chains import WITH_SECRECY, steps_of, under_keys


async def test_a_leader_does_not_overrule_the_chief(tmp_path: Path, redis: Redis) -> None:
    async with under_keys("", tmp_path, redis, **WITH_SECRECY) as story:
        await story.acknowledged()
        await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。")
        await story.say("zhao", "加签 1 保密办")
        for who in ("qian", "sun"):
            await story.say(who, "取消加签 1 保密办 急")
            story.expect("这是 赵校长 请的加签，只能由主要领导取消，没有办理")
        assert await steps_of() == ["added 1", "0"]
        await story.say("zhao", "取消加签 1 保密办 已口头征求意见")
        story.expect("赵校长 取消 保密办 的加签（赵校长 请的）：已口头征求意见")
        assert await steps_of() == ["0"]
        (line,) = [line for line in await audit.history(1) if line["kind"] == "signature removed"]
        assert line["data"]["added_by"] == ["zhao"]
