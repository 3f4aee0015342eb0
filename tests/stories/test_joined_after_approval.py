"""A post that joins after the approval may ask for more: the approved text is not published without it."""

from pathlib import Path

from redis.asyncio import Redis

from tests.support.chains import WITH_SECRECY, steps_of, under_keys

WORDS = 'approval = [{ of = ["保密办"], words = ["涉密"] }, { by = ["leader"] }]'
DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"
LINK = "https://weibo.com/1234567890/Ab1cD2eF3"


async def test_it_is_refused_until_the_new_words_are_signed(tmp_path: Path, redis: Redis) -> None:
    async with under_keys(WORDS, tmp_path, redis, **WITH_SECRECY) as story:
        await story.acknowledged()
        await story.say("wang", DRAFT)
        await story.say("qian", "同意 1")
        await story.say("li", f"@回音 家长说还有涉密文件一起流出 {LINK}")
        story.expect("同意过的这一稿还不能发布", pinged="wang")
        await story.advance("2m")
        await story.publish()
        story.expect("同意过的这一稿还不能发布")
        assert (await story.incident()).replied_at is None
        await story.say("wang", DRAFT)
        assert await steps_of() == ["0", "1"]
        await story.advance("2m")  # the newer text has reached them
        await story.say("bai", "同意 1")
        await story.say("qian", "同意 1")
        await story.publish()
        assert (await story.incident()).replied_at is not None
