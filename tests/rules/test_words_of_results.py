"""What single clauses say, and what they make of the whole; beside the long lists of `tests.support.result_words`."""

from functools import partial

from handlers.rules.incident.reply_check import holds_off, is_final
from handlers.rules.incident.resolving import Evidence, ask_unanswerable, resolve
from handlers.rules.incident.results import adopts, classify, clause_kind, clauses, unlabelled
from handlers.rules.time.promises import Promise
from tests.support.cases import FOUND, case, person
from tests.support.decided import refusal
from tests.support.each import for_each

WANG = person("wang")
CLAUSES = {
    "今后每月检查": "harmless", "将加强管理": "harmless", "下周更换": "intention", "已于近期更换筛网": "done",
    "已安排下周更换": "intention", "明年已更换": "done", "高度重视": "filler", "已联系厂家修好水管": "done",
    "已开始施工": "step", "施工完成": "done", "加强管理完毕": "done", "好了": "filler", "食堂二楼": "plain",
    "不用换筛网": "filler", "will check regularly": "harmless", "we will fix it": "intention",
    "asked the supplier": "transfer", "looking into it": "step", "ok": "filler", "123": "filler", "ab": "plain",
    "a b": "filler", "no foreign body was found": "done", "the kitchen": "plain", "noted": "step",
    "attached great importance": "filler", "未发现异物": "plain", "说明不予退费的依据": "done", "已删帖": "removal",
    "未更换的筛网已拆除": "done", "已更换筛网吗": "question", "没有修好": "negation", "修了一半": "half",
    "已责成保卫处": "transfer", "is it done?": "question", "not done": "negation", "half done": "half",
    "deleted the post": "removal", "no fault was found": "done", "next week": "intention",
}  # fmt: skip


def test_a_clause() -> None:
    assert {clause: clause_kind(clause) for clause in CLAUSES} == CLAUSES


WHOLES = {
    "已更换筛网，将加强管理": "done",
    "将加强管理": "intention",
    "已责成保卫处，已开始施工": "transfer",
    "已开始施工，将加强管理": "half",
    "高度重视": "filler",
    "食堂二楼": "filler",
    "已更换筛网，已删帖": "removal",
    "已更换筛网，没有修好水管": "negation",
    "已更换筛网，修了一半": "half",
    "已更换筛网，下周更换水管": "intention",
    "已删帖，没有修好，修了一半": "removal",
    "已更换筛网？": "question",
    "已更换筛网?!": "question",
    "the filter was replaced?": "question",
    "looking into it": "half",
    "attached great importance": "filler",
    "replaced the filter, will check regularly": "done",
    "": "empty",
    "，。！": "empty",
}


def test_the_whole() -> None:
    assert {text: classify(text) for text in WHOLES} == WHOLES


def test_addresses_labels_and_marks_are_no_words() -> None:
    assert unlabelled(" 整改情况：更换供货商。https://a.cn/1 ") == "更换供货商"
    assert unlabelled("Fixed: New FILTER!") == "new filter"
    assert [*clauses("已换，已修；done and dusted but late\n（完）")] == [
        "已换",
        "已修",
        "done",
        "dusted",
        "late",
        "完",
    ]
    assert [*clauses("更换 筛网 no. 5")] == ["更换", "筛网 no", "5"]
    assert adopts("写入下月采购菜单")
    assert not adopts("已采纳")


FINAL = {
    "怎么办理转学请看招生办的公告": True,  # an answer that says where it says how
    "您要什么材料": False,
    "是否属实？": False,
    "请问您反映的是哪一天的午餐": False,
    "Which canteen do you mean?": False,
    "经核实属实，已退还全部费用。您还有什么问题？": True,
    "目前无法加开班次": True,
    "您反映的食堂饭菜问题": False,
    "您反映的筛网已更换": True,
    "您反映的问题已收悉": False,
    "已更换筛网，其余正在更换": False,
    "已更换筛网，将更换水管": False,
    "好": False,
    "已换完": False,  # too short to say anything
    "已更换完": False,
    "筛网已换": True,
    "结果另行公布，已更换筛网": False,
    "开学前完成改造": False,
    "已在开学前完成改造": True,
    "感谢您的来信": False,
    "sorry for the inconvenience": False,
    "the filter was replaced": True,
}


def test_an_answer_that_answers() -> None:
    assert {text: is_final(text) for text in FINAL} == FINAL
    assert {text: not holds_off(text, ()) for text in FINAL} == FINAL
    assert not [text for text in FINAL if holds_off(text, (Promise("", (0, 0), FOUND),))]


def test_what_a_promise_says_is_not_still_to_come() -> None:
    promise = Promise("11月26日前公布结果", (0, 0), FOUND)
    text = "留样已经送检，11月26日前公布结果，已停用清洁球。"
    assert is_final(text, (promise,))
    assert not is_final("正在等检测报告，11月26日前公布结果。", (promise,))
    assert not is_final("11月26日前公布结果。", (promise,))


REASONS = {
    "匿名来信，没有公开渠道": True, "原帖已删": True, "原帖删": False, "已更换": False,
    "怎么公开答复呢": False, "明天再公开答复": False, "工作太忙": False, "领导不让答复": False, "不方便公开": False,
    "工作太忙，原帖已删除": True, "https://a.cn/1": False, "正在核实": False, "正在核实，原帖作者已注销": True,
    "no time": False, "we are too busy": False, "the author left no address": True, "   ": False,
}  # fmt: skip


def test_a_reason_why_nobody_can_be_answered() -> None:
    found = {reason: refusal(partial(ask_unanswerable, case(), WANG, reason)) for reason in REASONS}
    assert found == {reason: None if good else "unanswerable.reason" for reason, good in REASONS.items()}


ANSWERED = {"replied_at": FOUND, "stage": "replied", "answer": "经核实属实，已更换筛网。"}
OUTSIDE = {**ANSWERED, "outside": "区教育局", "answer": "已转区教育局办理。"}


@for_each(
    ("fields", "outcome", "result", "evidence", "sentence"),
    [
        (ANSWERED, "clarified", "已公布检测报告", Evidence(), "resolve.what_evidence"),
        ({**ANSWERED, "verdict": "true"}, "clarified", "已公布检测报告", Evidence(), "resolve.what_evidence"),
        ({**ANSWERED, "verdict": "untrue"}, "clarified", "已公布检测报告", Evidence(), None),
        ({**ANSWERED, "verdict": "partly"}, "clarified", "已公布检测报告", Evidence(), None),
        (ANSWERED, "clarified", "已公布检测报告", Evidence(words=True), None),
        (ANSWERED, "clarified", "已公布检测报告", Evidence(urls=("https://a.cn/1",)), None),
        (ANSWERED, "clarified", "已公布检测报告", Evidence(files=(3,)), None),
        (ANSWERED, "adopted", "已采纳", Evidence(), "resolve.no_result"),
        (ANSWERED, "adopted", "写入下月采购菜单", Evidence(), None),
        (ANSWERED, "answered", "写入下月采购菜单", Evidence(), "resolve.no_result"),
        (OUTSIDE, "transferred", "已转区教育局", Evidence(), None),
        (OUTSIDE, "transferred", "好了", Evidence(), None),
        (OUTSIDE, "transferred", "下周转区教育局", Evidence(), "resolve.no_result"),
        (OUTSIDE, "answered", "好了", Evidence(), "resolve.holding"),
        ({**OUTSIDE, "replied_at": None, "stage": "assigned"}, "transferred", "好了", Evidence(), "resolve.unanswered"),
        ({**OUTSIDE, "answer": "已更换筛网。"}, "transferred", "好了", Evidence(), "resolve.transfer_untold"),
        ({**OUTSIDE, "answer": "此事由区教育局答复。"}, "transferred", "好了", Evidence(), None),
        (ANSWERED, "transferred", "好了", Evidence(), "resolve.not_transferred"),
        ({}, None, "好了", Evidence(), "resolve.unanswered"),
        ({}, None, "下周更换", Evidence(), "resolve.no_result"),
        ({}, "remedied", "好了", Evidence(), "resolve.no_result"),
        ({}, "remedied", "", Evidence(), "resolve.no_result"),
        (ANSWERED, "remedied", "整改：更换筛网", Evidence(), None),
        ({}, "remedied", "整改：更换筛网", Evidence(), "resolve.what_proof"),
    ],
)  # fmt: skip
def test_what_closes(fields: dict, outcome: str | None, result: str, evidence: Evidence, sentence: str | None) -> None:
    actor = person("li") if "outside" in fields else WANG
    assert refusal(lambda: resolve(case(**fields), actor, outcome, result, evidence, FOUND)) == sentence
