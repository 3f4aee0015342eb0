"""What only a group, the writer or the sender can read is not published."""

import pytest

from tests.support.story import Story

PAGE = "https://weibo.com/1234567890/Xy9zK8wQ1"


@pytest.mark.parametrize("words", ["私信回复", "内部群可看", "发在家长群里", "内网可见", "仅好友可见", "只限校内查看"])
async def test_it_is_not_counted(story: Story, words: str) -> None:
    await story.approved()
    await story.say("zhou", f"已发布 1 {PAGE} {words}")
    story.expect("听起来还没有公开，没有记为已发布")
    assert (await story.incident()).replied_at is None


async def test_a_private_message_besides_is_no_harm(story: Story) -> None:
    await story.approved()
    await story.say("zhou", f"已发布 1 {PAGE} 并私信回复了家长")
    assert (await story.incident()).replied_at
