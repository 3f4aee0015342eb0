"""A public text that only says that the result will come is no answer that closes: in time, later, at eight."""

import pytest

from tests.support.story import Story


@pytest.mark.parametrize(
    "words", ["及时公布结果", "随后公布结果", "第一时间公布结果", "晚上8点前公布结果", "今天公布结果"]
)
async def test_it_does_not_close(story: Story, words: str) -> None:
    await story.acknowledged()
    await story.say("wang", f"拟复 1 已封存留样送检，{words}。")
    await story.say("qian", "同意 1")
    await story.publish()
    await story.say("wang", "办结 1 已更换筛网并公布检测结果")
    assert (await story.incident()).stage == "replied"
