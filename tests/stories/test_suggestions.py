"""A suggestion names the matter that is meant, is never a yes, and is confirmed by one word or its button."""

import pytest

from storage.tables import Incident, Request
from tests.support.story import Story


async def test_one_word_confirms_it(story: Story) -> None:
    for n, word in enumerate(("对", "是", "是的", "好", "好的", "yes", "对。", "Yes!", "@回音 对"), 1):
        await story.say("zhou", f"@回音 食堂饭菜有异物之{n} https://weibo.com/1234567890/Ab1cD2eF{n}")
        await story.say("wang", f"@回音 鉴收 {n}")
        story.expect(f"您是想说“签收 {n}”吗？两分钟内回复“对”即办")
        await story.say("wang", word)
        story.expect(f"〔#{n}〕王强 已签收")


async def test_its_button_confirms_it(story: Story) -> None:
    await story.opened()
    asked = (await story.say("wang", "@回音 鉴收 1"))[-1]
    assert asked.labels == ["签收 1"]
    await story.press("wang", asked, "签收 1")
    story.expect("〔#1〕王强 已签收")


async def test_it_counts_once_and_for_two_minutes(story: Story) -> None:
    await story.opened()
    asked = (await story.say("wang", "@回音 鉴收 1"))[-1]
    await story.advance("3m")
    await story.say("wang", "对")
    story.silent()
    await story.press("wang", asked, "签收 1")
    story.expect("这条建议已过两分钟")
    assert (await story.incident()).stage == "assigned"
    await story.say("wang", "@回音 鉴收 1")
    await story.say("wang", "对")
    await story.say("wang", "对")
    story.silent()


async def test_only_its_person_confirms_it(story: Story) -> None:
    await story.opened()
    asked = (await story.say("wang", "@回音 鉴收 1"))[-1]
    for other in ("zhou", "feng", "qian"):
        await story.say(other, "对")
        story.silent()
        await story.press(other, asked, "签收 1")
        story.silent()
    assert (await story.incident()).stage == "assigned"


async def test_a_newer_suggestion_takes_its_place(story: Story) -> None:
    await story.opened()
    await story.opened("@回音 食堂没有热水 https://weibo.com/1234567890/Ab1cD2eF4")
    first = (await story.say("wang", "@回音 鉴收 1"))[-1]
    await story.say("wang", "@回音 鉴收 2")
    await story.press("wang", first, "签收 1")
    await story.say("wang", "对")
    assert [one.stage for one in await Incident.all().order_by("number")] == ["assigned", "acknowledged"]


async def test_elsewhere_it_does_not_count(story: Story) -> None:
    await story.opened()
    await story.say("wang", "@回音 鉴收 1")
    await story.say("wang", "对", private=True)
    assert (await story.incident()).stage == "assigned"


async def test_the_quoted_matter_is_named_and_never_the_newest(story: Story) -> None:
    first = await story.opened()
    await story.opened("@回音 食堂没有热水 https://weibo.com/1234567890/Ab1cD2eF4")
    await story.say("wang", "不归我们管", quote=first)
    story.expect("您是想说“退单 1 …”吗？")
    await story.say("wang", "@回音 不归我们管")
    assert "退单 编号" in story.expect("没看懂").text


async def test_with_one_matter_it_is_named(story: Story) -> None:
    await story.opened()
    await story.say("wang", "@回音 来不及了")
    story.expect("您是想说“延期 1 …”吗？")


@pytest.mark.parametrize("words", ["对", "是的", "好", "yes"])
async def test_what_lacks_its_content_is_not_confirmed(story: Story, words: str) -> None:
    await story.opened()
    await story.say("wang", "@回音 处理好了")
    assert "回复“对”" not in story.expect("没看懂").text
    await story.say("wang", words)
    assert (await story.incident()).stage == "assigned"


NOT_A_YES = [
    "不太同意", "没说同意", "同意个鬼", "王强说同意", "领导同意了", "已经同意过了", "等校长同意", "我可没同意",
    "同意吗", "谁同意了", "要不要同意", "明天同意", "如果改了就同意", "不好说", "再看看", "不行", "改一下",
    "太生硬了", "approve?", "he approved", "I'd approve", "not sure I agree", "@王强 同意",
]  # fmt: skip


@pytest.mark.parametrize("words", NOT_A_YES)
async def test_a_no_is_never_turned_into_a_yes(story: Story, words: str) -> None:
    asked = await story.drafted()
    await story.advance("2m")
    for said in (await story.say("qian", f"@回音 {words}"), await story.say("qian", words, quote=asked)):
        for one in said:
            assert not any(label.startswith("同意") for label in one.labels), one.text
            assert "您是想说“同意" not in one.text
    await story.say("qian", "对")
    assert (await Request.get(id=1)).state in ("pending", "rejected")


NONSENSE = {
    "上报": "上报 …",
    "发": None,
    "交办件": "交办 1 …",  # never an example's invented matter
    "回音在吗": "帮助",
    "@王强 同意": None,
    "13 并入 12？": "13 并入 12",
    "asdf": None,
    "今天天气怎么样": None,
}


@pytest.mark.parametrize("words", NONSENSE)
async def test_a_suggestion_makes_sense(story: Story, words: str) -> None:
    await story.opened()
    sent = await story.say("zhou", f"@回音 {words}")
    text = sent[-1].text
    wanted = NONSENSE[words]
    assert (f"您是想说“{wanted}”吗" in text) if wanted else ("您是想说" not in text), text


@pytest.mark.parametrize(
    ("said", "meant", "department"),
    [
        ("1号给教务处", "改派 1 教务处", "教务处"),
        ("1 让保卫处去", "改派 1 保卫处", "保卫处"),
        ("把1给德育处", "改派 1 德育处", "德育处"),
        ("1号应该教务处办", "改派 1 教务处", "教务处"),
        ("1 交教务处办，德育处配合", "牵头 1 教务处 协办 德育处", "教务处"),
    ],
)
async def test_a_wish_to_pass_it_on_names_the_department(story: Story, said: str, meant: str, department: str) -> None:
    await story.opened()
    asked = (await story.say("li", f"@回音 {said}"))[-1]
    assert f"您是想说“{meant}”吗" in asked.text
    assert (await story.incident()).department == "总务处"
    await story.say("li", "对")
    assert (await story.incident()).department == department


@pytest.mark.parametrize("said", ["1号不该给教务处", "1 给教务处了吗", "教务处的事给他们", "1号教务处和德育处都说了"])
async def test_what_passes_nothing_on_suggests_no_department(story: Story, said: str) -> None:
    await story.opened()
    for who in ("li", "wu"):
        sent = await story.say(who, f"@回音 {said}")
        assert not any("改派 1 教" in one.text for one in sent)


async def test_a_mistaken_report_is_struck_out(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "撤销1 误报")
    story.expect("误报")
    assert (await Request.get(id=1)).kind == "withdrawal"


SILENCING = (
    "能不能让他删帖", "屏蔽该用户", "把这个用户拉黑", "劝家长撤帖", "请管理员删一下", "让他自己删了",
    "联系发帖人删除", "封了这个号",
)  # fmt: skip


async def test_nobody_is_helped_to_remove_a_post(story: Story) -> None:
    await story.opened()
    for words in (
        "删帖1",
        "@回音 联系平台删帖",
        "@回音 把1号的帖子删了",
        "@回音 delete the post",
        *(f"@回音 {one}" for one in SILENCING),
    ):
        await story.say("feng", words)
        assert "公开答复" in story.expect("我不删帖").text
    assert await Incident.all().count() == 1
