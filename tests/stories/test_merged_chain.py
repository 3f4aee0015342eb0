"""Two reports become one: the words of the merged one ask for signatures too, and added signers are not lost unseen."""

from pathlib import Path

from redis.asyncio import Redis

from tests.support.chains import WITH_SECRECY, latest, steps_of, under_keys
from tests.support.story import Story

WORDS = 'approval = [{ of = ["保密办"], words = ["涉密"] }, { by = ["leader"] }]'
FIRST = "@回音 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3"
SECRET = "@回音 食堂涉密文件流出并有异物 https://www.zhihu.com/question/123456"
DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


async def two_reports(story: Story) -> None:
    await story.say("zhou", FIRST)
    await story.say("zhou", SECRET)
    await story.say("li", "牵头 1 总务处")
    await story.say("wang", "签收 1")


async def test_words_of_the_merged_one_ask_for_more_of_what_waits(tmp_path: Path, redis: Redis) -> None:
    async with under_keys(WORDS, tmp_path, redis, **WITH_SECRECY) as story:
        await two_reports(story)
        await story.say("wang", DRAFT)
        assert await steps_of() == ["1"]
        await story.say("li", "合并 1 2")
        story.expect("保密办", pinged="bai")
        assert await steps_of() == ["0", "1"]


async def test_words_of_the_merged_one_ask_for_more_of_the_next_draft(tmp_path: Path, redis: Redis) -> None:
    async with under_keys(WORDS, tmp_path, redis, **WITH_SECRECY) as story:
        await two_reports(story)
        await story.say("li", "合并 1 2")
        await story.say("wang", DRAFT)
        assert await steps_of() == ["0", "1"]


async def test_added_signers_who_are_lost_are_told(tmp_path: Path, redis: Redis) -> None:
    async with under_keys("", tmp_path, redis, **WITH_SECRECY) as story:
        await two_reports(story)
        await story.say("wang", DRAFT.replace("1", "2", 1))
        await story.say("zhao", "加签 2 保密办")
        await story.advance("2m")
        await story.say("li", "合并 1 2")
        story.expect("它请的加签没有带过来：保密办")
        assert (await latest("reply", 2)).state == "superseded"
