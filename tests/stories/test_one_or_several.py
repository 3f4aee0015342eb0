"""One message may hold several posts: each is a matter of its own, unless they are plainly one; nothing is lost."""

import pytest

from handlers.common import taking_in
from storage.tables import Duty, Forwarding, Incident, Post
from tests.support.story import Story

A, B, C = (f"https://weibo.com/1642634100/MzVRA2E8{sign}" for sign in "GHJ")
LIST = f"@回音 1、食堂饭菜有异物 {A}\n2、作业太多 {B}\n3、校门口堵车 {C}"
BARE = f"@回音 {A} {B} {C}"


async def matters() -> list[tuple[str, str | None]]:
    return [(one.title, one.department) for one in await Incident.all().order_by("number")]


async def test_a_list_is_as_many_matters_as_it_has_items(story: Story) -> None:
    sent = await story.say("zhou", LIST)
    assert len(sent) == 1
    assert sent[0].text.startswith("这条里有 3 件，各编一号")
    assert {"wang", "wu"} <= {*sent[0].say.mentions}
    assert not sent[0].labels
    assert await matters() == [("食堂饭菜有异物", "总务处"), ("作业太多", "教务处"), ("校门口堵车", "保卫处")]
    assert await Post.all().order_by("id").values_list("incident_id", flat=True) == [1, 2, 3]
    for number in (1, 2, 3):
        await story.duty("reply", number)


@pytest.mark.parametrize(
    "head", ["上级交办：", "上级交办:", "交办：", "今日舆情：\n", "转办件\n", "上报 ", "上报：上级交办："]
)
async def test_a_heading_is_no_order_on_the_matter_of_the_first_number(story: Story, head: str) -> None:
    await story.opened("@回音 宿舍没有热水 https://weibo.com/1234567890/Ab1cD2eF3")
    before = (await story.incident()).version
    await story.say("li", f"@回音 {head}1、食堂饭菜有异物 {A} 2、作业太多 {B} 3、校门口堵车 {C}")
    assert [title for title, _ in await matters()][1:] == ["食堂饭菜有异物", "作业太多", "校门口堵车"]
    await story.say("li", f"@回音 {head}①食堂涨价 {A}a ②图书馆不开门 {A}b")
    assert [title for title, _ in await matters()][4:] == ["食堂涨价", "图书馆不开门"]
    assert (await story.incident()).version == before


async def test_a_list_behind_a_verb_names_no_matter(story: Story) -> None:
    for n in range(5):
        await story.say("zhou", f"@回音 食堂饭菜有异物之{n} https://weibo.com/1234567890/Ab1cD2eF{n}")
    asked = await Incident.get(number=5)
    for verb in ("备注", "续报"):
        await story.say("li", f"@回音 {verb}：1、已到现场；2、已拍照")
        story.expect("请写明编号")
        await story.say("li", f"@回音 {verb} ①已到现场 ②已拍照")
        story.expect("请写明编号")
    await story.say("li", "备注 5 1、已到现场；2、已拍照")
    assert (await Incident.get(number=5)).version == asked.version + 1
    assert (await story.incident()).version == 1


async def test_addresses_alone_are_several_until_somebody_says_that_they_are_one(story: Story) -> None:
    sent = await story.say("zhou", BARE)
    assert sent[0].labels == ["分开", "合为一件"]
    assert await Duty.filter(kind="reply", state="open").count() == 3
    await story.press("zhou", sent[0], "合为一件")
    assert await Incident.filter(merged_into=1).count() == 2
    assert await Duty.filter(kind="reply", state="open").count() == 1
    assert await Incident.filter(number=1, stage="unassigned").exists()


@pytest.mark.parametrize("words", ["合为一件", "合为一件 1 2 3", "同一件事", "one", "one 1 2 3", "是一件事。"])
async def test_a_word_makes_them_one(story: Story, words: str) -> None:
    await story.say("zhou", BARE)
    await story.say("zhou", words)
    assert await Incident.filter(merged_into=1).count() == 2
    await story.say("zhou", "合为一件 1 2 3")
    story.expect("已经是一件了")


async def test_a_quote_of_the_preview_names_them(story: Story) -> None:
    preview = (await story.say("zhou", BARE))[0]
    await story.say("zhou", f"@回音 食堂没有热水 {A.replace('MzV', 'NzV')}")
    await story.say("li", "合为一件", quote=preview)
    assert await Incident.filter(merged_into=1).count() == 2


@pytest.mark.parametrize("words", ["分开", "split", "分开 1 2 3"])
async def test_kept_apart_they_stay_as_they_are(story: Story, words: str) -> None:
    await story.say("zhou", BARE)
    await story.say("zhou", words)
    story.expect("仍是 3 件")
    assert not await Incident.filter(stage="merged").exists()


async def test_nobody_waits_for_an_answer_to_the_preview(story: Story) -> None:
    found = story.now
    await story.say("zhou", BARE)
    await story.until(story.now.replace(hour=23))
    for number in (1, 2, 3):
        duty = await story.duty("reply", number)
        assert duty.started_at == found
        assert any(f"#{number}" in one.text for one in story.fresh)


async def test_a_liaison_does_not_make_one_of_several(story: Story) -> None:
    sent = await story.say("wang", f"@回音 上报 {A} {B}")
    assert not sent[0].labels
    await story.say("wang", "合为一件 1 2")
    story.expect("只有值守台")
    assert not await Incident.filter(stage="merged").exists()


async def test_the_words_alone_point_at_nothing(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "合为一件")
    story.silent()
    await story.say("zhou", "@回音 合为一件")
    story.expect("请写明是哪几件")


async def test_known_posts_among_them_join(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {A}")
    sent = await story.say("li", f"@回音 1、食堂有虫 {A}\n2、作业太多 {B}")
    assert "〔#1〕这条已登记" in sent[0].text
    assert "〔#2〕作业太多" in sent[0].text
    assert await Incident.all().count() == 2


async def test_thirty_addresses_are_thirty_matters(story: Story) -> None:
    links = [f"https://weibo.com/1642634100/MzVRA2F{n:02d}" for n in range(30)]
    await story.say("zhou", "@回音 今日舆情汇总\n" + "\n".join(links))
    assert await Incident.all().count() == 30
    assert await Post.all().count() == 30
    await story.say("li", f"@回音 {links[24]}")
    story.expect("〔#25〕这条已登记")


async def test_what_is_beyond_the_most_is_kept_and_said(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "MOST_POSTS", 3)
    links = [f"https://weibo.com/1642634100/MzVRA2F{n:02d}" for n in range(5)]
    sent = await story.say("zhou", "@回音 今日舆情汇总\n" + "\n".join(links))
    assert "最后的 3 条合记在最后一件里" in sent[0].text
    assert await Incident.all().count() == 3
    assert await Post.filter(incident_id=3).count() == 3


async def test_a_patrol_may_find_several(story: Story) -> None:
    sent = await story.say("zhou", f"巡查 发现 1、食堂饭菜有异物 {A}\n2、作业太多 {B}")
    assert await Incident.all().count() == 2
    assert sum("巡查" in one.text for one in sent) == 1


async def test_delivered_again_nothing_is_opened_again(story: Story) -> None:
    await story.say("zhou", LIST)
    keys = await Forwarding.all().values_list("message", flat=True)
    assert len({key.partition("/part ")[0] for key in keys}) == 1
    assert len(keys) == 3


async def test_taken_back_all_are_gone(story: Story) -> None:
    await story.say("zhou", LIST)
    await story.say("zhou", "撤回")
    assert not await Incident.exclude(stage="withdrawn").exists()


async def test_in_private_the_group_and_the_chat_hear_all(story: Story) -> None:
    sent = await story.say("zhou", LIST.removeprefix("@回音 "), private=True)
    for conversation in {one.conversation for one in sent}:
        assert any("这条里有 3 件" in one.text for one in sent if one.conversation == conversation)
    assert len({one.conversation for one in sent}) == 2


async def test_one_answer_page_among_them_opens_nothing(story: Story) -> None:
    await story.published()
    await story.say("zhou", f"@回音 1、回复在这里 https://weibo.com/1234567890/Xy9zK8wQ1\n2、作业太多 {B}")
    story.expect("这是本件公开答复的网址")
    assert [title for title, _ in await matters()][1:] == ["作业太多"]


@pytest.mark.parametrize("words", ["分开 1 2", "split 1 2", "分开 1 2 3"])
async def test_what_was_merged_is_not_split_by_a_word(story: Story, words: str) -> None:
    await story.say("zhou", "@回音 1、食堂饭菜有异物 2、作业太多写到半夜 3、校门口天天堵车")
    await story.say("li", "合为一件 1 2")
    await story.say("li", words)
    story.expect("#2 已并入 #1，没有分开。要分开请值守台或领导回复：重办 2 理由")
