"""What somebody above has limited, nobody below puts off, not even by recording it for others."""

import pytest

from tests.support.regime import owed
from tests.support.story import Story

REGIME = "township"


@pytest.mark.parametrize("who", ["li", "qian"])
async def test_the_chiefs_limit_stays(story: Story, who: str) -> None:
    await story.opened()
    await story.say("zhao", "批办 1 今晚8点前办结")
    before = await owed(story)
    await story.say(who, "批办 1 20天")
    story.expect("赵校长 批的时限是 11-23（周一）20:00，只能缩短，不能往后推，没有批办")
    assert await owed(story) == before
    await story.say(who, "批办 1 1小时内办结")
    assert min((await owed(story)).values()) == "Mon 11-23 11:05"
    await story.say("zhao", "批办 1 2天 再查")
    assert (await owed(story))["resolve"] == "Thu 11-26 00:00"
