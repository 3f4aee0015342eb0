"""An unassigned incident: the desk is asked, and assigns it by a button or a command."""

from tests.support.story import Story, monday, pings

UNCLEAR = "@回音 这个帖子请看一下 https://weibo.com/1642634100/MzVRA2E8G"


async def test_the_desk_is_asked(story: Story) -> None:
    opened = await story.opened(UNCLEAR)
    assert "尚未分派" in opened.text
    assert "改派 1 部门" in opened.text
    assert opened.say.mentions == ("li",)
    assert opened.labels == ["教务处", "德育处", "总务处", "保卫处", "财务处", "招生办"]
    assert "签收 11" not in opened.text  # there is no duty to acknowledge yet
    assert "当日回复 11-23（周一）24:00 · 办结 11-26（周四）24:00" in opened.text
    assert (await story.incident()).stage == "unassigned"


async def test_a_tie_offers_those_it_may_be(story: Story) -> None:
    opened = await story.opened("@回音 食堂 课表 https://weibo.com/1642634100/MzVRA2E8G")
    assert "可能是教务处或总务处" in opened.text
    assert opened.labels == ["教务处", "总务处"]


async def test_assigned_by_a_button(story: Story) -> None:
    opened = await story.opened(UNCLEAR)
    await story.until(monday("10:20"))
    await story.press("li", opened, "德育处")
    assigned = story.expect("李主任 已交德育处办理", pinged="chen")
    assert "签收时限 11-23（周一）10:50" in assigned.text  # half an hour from the assignment
    assert assigned.labels == ["签收", "查看"]
    await story.press("chen", assigned, "签收")
    story.expect("陈老师 已签收")


async def test_assigned_by_words(story: Story) -> None:
    await story.opened(UNCLEAR)
    await story.say("zhou", "改派 1 给后勤")
    story.expect("周晓 已交总务处办理", pinged="wang")
    assert pings(await story.until(monday("10:35"))) == [("Mon 10:35", "wang", "feng")]


async def test_assigned_by_quoting_and_by_a_persons_name(story: Story) -> None:
    opened = await story.opened(UNCLEAR)
    await story.say("li", "改派 @陈老师", quote=opened)
    story.expect("已交德育处办理", pinged="chen")


async def test_it_cannot_be_acknowledged_before(story: Story) -> None:
    await story.opened(UNCLEAR)
    await story.say("wang", "签收 1")
    story.expect("还没有分派给部门，没有办理")


async def test_until_then_the_desk_is_reminded(story: Story) -> None:
    await story.opened(UNCLEAR)
    sent = await story.until(monday("07:00", 1))
    assert pings(sent) == [
        ("Mon 20:00", "li"),  # -4h of the reply: the desk owns it
        ("Mon 22:00", "li"),
        ("Tue 07:00", "li", "qian", "sun"),  # every leader, because there is no head and none is in charge
    ]
    assert all("请分派：改派 1 部门" in one.text for one in sent)
