"""Where the regime asks helping departments for no part, what they give is on record all the same."""

from storage.tables import Duty
from tests.support.story import Story


async def test_it_is_told_and_kept(story: Story) -> None:
    await story.opened()
    await story.say("li", "牵头 1 总务处 协办 德育处、保卫处")
    story.expect("协办部门报进展请回复：续报 1 内容")
    assert not await Duty.filter(kind="part").exists()
    await story.say("chen", "协办意见 1 当天没有学生就医")
    story.expect("德育处协办意见（陈老师）：当天没有学生就医", pinged="wang")
    await story.say("wang", "合稿 1")
    story.expect("【德育处】当天没有学生就医")
