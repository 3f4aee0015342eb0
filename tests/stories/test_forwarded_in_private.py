"""A post forwarded to the bot one-to-one opens an incident of the group, where the liaison is told."""

from tests.support.story import Story


async def test_the_group_hears_and_so_does_who_forwarded(story: Story) -> None:
    sent = await story.say("zhou", "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3", private=True)
    assert [one.conversation for one in sent] == ["work", "@zhou"]
    assert sent[0].say.mentions == ("wang",)
    assert sent[0].say.card
    assert sent[1].say.mentions == ()
    assert (await story.incident()).conversation == "work"


async def test_its_reminders_are_the_groups(story: Story) -> None:
    await story.say("zhou", "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3", private=True)
    late = (await story.advance("30m"))[-1]
    assert (late.conversation, late.say.mentions) == ("work", ("wang", "feng"))
