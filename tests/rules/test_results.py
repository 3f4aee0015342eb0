"""Words of a result: what was done counts; intentions, halves, questions, removals and tasks passed on do not."""

import pytest

from handlers.rules.incident.results import adopts, classify
from tests.support.each import for_each
from tests.support.result_words import COMPOSED, HONEST, SHAM

LABELS = ("", "整改：", "已整改，", "已答复，", "结果：", "remedied: ")
KINDS = {
    "还要两天": "half", "明天办": "intention", "正在处理": "half", "等领导": "half", "不行": "negation",
    "错了": "negation", "怎么弄": "question", "要什么材料": "question", "in progress": "half", "整改中": "half",
    "整改未完成": "negation", "已整改一半": "half", "整改：下周完成": "intention", "整改通知已下": "transfer",
    "暂时无法整改": "negation", "已联系网站删除该帖": "removal", "高度重视，将加强管理": "intention",
    "已责成相关部门": "transfer", "已自查": "half", "已答复": "filler", "好了": "filler", "谢谢": "filler", "": "empty",
    "整改：": "filler", "https://a.cn/1": "empty", "已更换筛网，正在等检测报告": "half",
    "已更换筛网，帖子已删除": "removal", "更换供货商?，已更换筛网": "question",
    "remedied": "filler", "will be fixed": "intention", "asked the supplier to fix it": "transfer",
    "the post was deleted": "removal", "not yet": "negation", "how do I close this?": "question",
}  # fmt: skip


@for_each("words", KINDS)
def test_words_are_recognised_as_what_they_are(words: str) -> None:
    assert classify(words) == KINDS[words]


def test_shams_are_none() -> None:
    assert [(words, label) for words in SHAM for label in LABELS if classify(label + words) == "done"] == []


def test_honest_ones_are() -> None:
    """Each phrase is tried bare, behind an outcome, and with an address behind it."""
    forms = ("{}", "整改：{}", "{} https://www.ycsyzx.edu.cn/kitchen/7.html")
    tried = [form.format(words) for words in (*HONEST, *COMPOSED) for form in forms]
    assert [words for words in tried if classify(words) != "done"] == []


def test_there_are_enough_of_both() -> None:
    assert (len(set(SHAM)), len({*HONEST, *COMPOSED})) >= (500, 350)


@pytest.mark.parametrize("words", ["整改：", "已整改，", "remedied: ", "结果："])
def test_the_outcome_in_front_changes_nothing(words: str) -> None:
    assert classify(f"{words}更换供货商") == "done"
    assert classify(f"{words}明天更换") == "intention"


@pytest.mark.parametrize("words", ["簽收完畢，已更換篩網", "已更换筛网　检测合格", "１２个筛网已更换"])
def test_width_and_old_characters_change_nothing(words: str) -> None:
    assert classify(words) == "done"


def test_what_was_adopted_may_stand_in_a_plan() -> None:
    assert adopts("已采纳，写入下月采购计划")
    assert adopts("adopted, put into next month's menu")
    assert not adopts("已采纳")
    assert not adopts("已纳入整改台账")
