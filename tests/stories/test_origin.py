"""How a matter came here is said before its post, corrected by the desk, and counted in digest and ledger."""

import pytest

from handlers.rules.posts.origins import before_post
from storage import ledger
from storage.tables import Incident
from tests.support.story import Story

LETTER = "家长来电反映食堂饭菜有异物，希望学校公开答复"


async def came(number: int = 1) -> tuple[str, str | None]:
    row = await Incident.get(number=number)
    return row.origin, row.origin_body


@pytest.mark.demand("C1.origin")
@pytest.mark.demand("township.origin")
async def test_a_call_without_an_address_opens_a_matter(story: Story) -> None:
    await story.say("li", f"@回音 热线 {LETTER}")
    story.expect("来源 热线，发现", pinged="wang")
    assert await came() == ("hotline", None)
    row = await story.incident()
    assert row.text == LETTER  # the label is no part of the post
    assert (row.platform, row.department) == ("text", "总务处")


async def test_another_body_forwards(story: Story) -> None:
    await story.say("li", f"@回音 转办 市信访局 {LETTER}")
    story.expect("来源 转来（市信访局），发现")
    assert await came() == ("forwarded", "市信访局")
    await story.say("li", "@回音 转办 市信访局 理由")
    story.expect("请写明编号")  # a transfer to it, without its number


async def test_a_label_before_an_address(story: Story) -> None:
    await story.say("zhou", "@回音 媒体：记者问食堂 https://weibo.com/1234567890/Ab1cD2eF3")
    story.expect("来源 媒体·微博，发现")
    assert await came() == ("media", None)


async def test_each_of_several_posts_came_so(story: Story) -> None:
    await story.say("li", "@回音 信箱\n1、食堂饭菜有异物，家长要求答复\n2、校门口放学堵车，保安不管")
    assert [await came(number) for number in (1, 2)] == [("mailbox", None)] * 2


async def test_what_is_found_says_nothing(story: Story) -> None:
    opened = await story.opened()
    assert "来源 微博，发现" in opened.text
    assert await came() == ("found", None)


@pytest.mark.demand("C1.origin")
async def test_the_desk_corrects_it_and_takes_it_back(story: Story) -> None:
    await story.opened()
    await story.say("wang", "来源 1 热线")
    story.expect("来源由值守台（办公室、信息员）或领导来改，没有改动")
    await story.say("li", "来源 1 转办 市信访局")
    story.expect("来源改为转来（市信访局）（原为自行发现；李主任）")
    await story.say("li", "查 1")
    story.expect("来源 转来（市信访局）")
    await story.say("li", "来源 1 转办 市信访局")
    story.expect("没有改动")
    await story.say("li", "撤回")
    assert await came() == ("found", None)
    await story.say("li", "来源 1 不清楚")
    story.expect("请写明来源，没有改动")
    await story.say("li", "来源 1 交办")
    story.expect("交办 1 单位 文号 时限")


async def test_it_is_corrected_after_the_end_too(story: Story) -> None:
    await story.acknowledged()
    await story.answer()
    await story.say("wang", "办结 1 已更换筛网并公布检测结果")
    await story.say("zhao", "origin 1 hotline")
    assert await came() == ("hotline", None)


@pytest.mark.demand("C1.origin")
async def test_it_is_counted(story: Story) -> None:
    await story.opened()
    await story.say("li", "今日")
    assert not [one for one in story.fresh if "来源：" in one.text]  # all were found by the school itself
    await story.say("li", f"@回音 热线 {LETTER}，电话里说昨天也有")
    for ask in ("今日", "台账"):
        await story.say("li", ask)
        story.expect("来源：自行发现 1、热线 1")
    [page] = [page async for page in ledger.pages(story.now.replace(hour=0), story.now.replace(hour=23), story.now)]
    assert [row["origin"] for row in page] == ["found", "hotline"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12345热线：小区停水", ("hotline", None, "小区停水")),
        ("热线家长来电", None),  # no label: it is not set off
        ("来源：接访 王先生反映工资", ("reception", None, "王先生反映工资")),
        ("转办 市信访局 拖欠工资", ("forwarded", "市信访局", "拖欠工资")),
        ("转办 家长群截图 食堂", ("forwarded", None, "家长群截图 食堂")),  # no body
        ("forwarded by the petitions office: wages", ("forwarded", "the petitions office", "wages")),
        ("media attention is growing", None),
        ("Media: what happened", ("media", None, "what happened")),
        ("转办 教育局 作业太多", ("forwarded", "教育局", "作业太多")),
    ],
)
def test_labels_before_posts(text: str, read: object) -> None:
    assert before_post(text) == read
