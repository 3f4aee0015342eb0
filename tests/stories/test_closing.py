"""A matter closes by a final answer that the public can read and words for what was done, never by words alone."""

import pytest

from tests.support.result_words import HONEST, SHAM
from tests.support.story import FINAL, RESULT, Story

NOT_YET = {
    "还要两天": "听起来还没有办成",
    "明天办": "听起来还没有办成",
    "正在处理": "听起来还没有办成",
    "等领导": "听起来还没有办成",
    "in progress": "听起来还没有办成",
    "不行": "确实办不了的，请向公众说明原因：拟复 1",
    "错了": "听起来还没有办成",
    "怎么弄": "请先答复公众：拟复 1 回复内容",
    "要什么材料": "办结要写做成了什么",
    "的时候叫我": "请写明做了什么",
    "": "请写明做了什么，没有办结。例如：办结 1 已更换筛网并公布检测结果",
    "已答复": "请写明做了什么",
    "整改：好了": "请写明整改了什么",
    "已采纳": "请写明采纳了什么",
    "澄清：不属实": "请写明事实和依据",
    "已责成相关部门": "交给别人办还不是结果",
    "已联系网站删除该帖": "删帖、撤帖不是结果",
    "高度重视，将加强管理": "听起来还没有办成",
}


async def test_it_cannot_be_closed_without_an_answer(story: Story) -> None:
    await story.approved()
    for words in ("办结 1", "办结 1 已答复", "办结 1 已采纳", f"办结 1 {RESULT}", "办结 1 澄清：经查监控，与事实不符"):
        await story.say("wang", words)
        story.expect("还没有公开答复，不能办结")
    assert (await story.incident()).resolved_at is None


async def test_words_that_are_no_result_are_answered_with_what_to_do(story: Story) -> None:
    await story.answered()
    for words, told in NOT_YET.items():
        await story.say("wang", f"办结 1 {words}")
        assert told in story.fresh[-1].text, words
    assert (await story.incident()).stage == "replied"
    await story.say("wang", f"办结 1 {RESULT}")
    story.expect(f"已办结（已答复），王强：{RESULT}")


async def test_no_sham_closes_even_an_answered_matter(story: Story) -> None:
    await story.answered()
    for words in SHAM[::6]:
        await story.say("wang", f"办结 1 {words}")
        assert (await story.incident()).stage == "replied", words


@pytest.mark.parametrize("words", HONEST[::12])
async def test_what_was_done_closes_it(story: Story, words: str) -> None:
    await story.answered()
    await story.say("wang", f"办结 1 {words}")
    if (await story.incident()).stage != "resolved":
        story.expect("澄清要有证据")


async def test_an_answer_that_only_holds_off_closes_nothing(story: Story) -> None:
    await story.drafted("您反映的问题已收悉，我们正在处理。")
    await story.say("qian", "同意")
    await story.publish()
    story.expect("办成之后请把结果公布出来：拟复 1 结果")
    await story.say("wang", f"办结 1 {RESULT}")
    told = story.expect("请把做成了什么补充答复公众：拟复 1 结果").text
    assert "还不是最后答复，不能办结（“我们正在处理”还没有办成）" in told
    await story.answer()
    story.expect("办成之后请回复：办结 1 做了什么")
    await story.say("wang", f"办结 1 {RESULT}")
    assert (await story.incident()).stage == "resolved"


async def test_a_remedy_that_is_answered_needs_no_second_signature(story: Story) -> None:
    await story.answered()
    await story.say("wang", "办结 1 整改：更换供货商")
    story.expect("已办结（已答复），王强：更换供货商")
    assert (await story.incident()).outcome == "answered"


async def test_a_clarification_needs_evidence_and_the_public_answered(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "办结 1 澄清：视频不是在我校拍摄，已公开说明")
    story.expect("还没有公开答复")
    await story.answer(text="视频不是我校拍摄，拍摄地为外省某校。")
    await story.say("wang", "办结 1 澄清：视频不是在我校拍摄，已公开说明")
    story.expect("澄清要有证据")
    await story.say("wang", "办结 1 澄清：经查监控，视频不是在我校拍摄")
    assert (await story.incident()).outcome == "clarified"


async def test_what_was_adopted_is_named(story: Story) -> None:
    await story.answered()
    await story.say("wang", "办结 1 已采纳，写入下月采购计划")
    assert (await story.incident()).outcome == "adopted"


async def test_a_matter_with_an_outside_body_closes_once_the_public_knows(story: Story) -> None:
    await story.opened()
    await story.say("li", "转办 1 派驻纪检监察组 反映工作人员违纪")
    await story.say("li", "办结 1 已转办")
    story.expect("还没有公开答复")
    await story.answer(text="经核实，食堂卫生许可证在有效期内。", by="li")
    await story.say("li", "办结 1 已转办")
    story.expect("公开的答复没有说已转派驻纪检监察组")
    await story.answer(text="您反映的问题已转派驻纪检监察组办理，联系电话见官网。", by="li")
    await story.say("li", "办结 1 已转派驻纪检监察组办理")
    assert (await story.incident()).outcome == "transferred"


async def test_a_second_report_of_the_same_publication_changes_nothing(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", f"拟复 1 {FINAL}")
    await story.say("qian", "同意 1")
    await story.publish()
    replied = (await story.incident()).replied_at
    await story.advance("2d")
    await story.publish()
    assert "当日回复" not in story.fresh[-1].text
    assert (await story.incident()).replied_at == replied


@pytest.mark.parametrize(
    "words", ["已转办，已转区教育局办理", "已移交区教育局处理", "已转办", "transferred to the bureau"]
)
async def test_what_was_never_transferred_is_not_closed_as_transferred(story: Story, words: str) -> None:
    await story.answered()
    await story.say("wang", f"办结 1 {words}")
    story.expect("还没有转给外部单位，不能按“已转办”办结。请先：转办 1 单位 理由")
    assert (await story.incident()).stage == "replied"


async def test_no_outcome_is_a_removal(story: Story) -> None:
    from handlers.commands.resolve import OUTCOME_WORDS

    assert set(OUTCOME_WORDS) == {"answered", "remedied", "adopted", "clarified", "transferred"}
    assert not [word for words in OUTCOME_WORDS.values() for word in words if "删" in word or "delet" in word]
