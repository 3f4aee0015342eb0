"""What people really type, and what is read in it."""

from typing import Any

import pytest

from handlers.rules.periods import Period
from tests.support.understanding import said, understood

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"
YES, NO = True, False

SAYINGS: dict[str, Any] = {
    # 签收
    "签收 12": ("acknowledge", 12),
    "签收12": ("acknowledge", 12),
    "签收 #12": ("acknowledge", 12),
    "签收＃１２": ("acknowledge", 12),
    "签收 １２": ("acknowledge", 12),
    "签收 12号": ("acknowledge", 12),
    "签收第12号": ("acknowledge", 12),
    "签收 第 12 号": ("acknowledge", 12),
    "签收　12": ("acknowledge", 12),
    "签收12。": ("acknowledge", 12),
    "签收 12，谢谢": ("acknowledge", 12),
    "签收12号，马上去看": ("acknowledge", 12),
    "签收 12！": ("acknowledge", 12),
    "签收": ("acknowledge", False),
    "签收。": ("acknowledge", False),
    "@回音 签收 12": ("acknowledge", 12),
    "@回音签收 12": None,
    "@Huiyin ack 12": ("acknowledge", 12),
    "簽收 12": ("acknowledge", 12),
    "接收 12": ("acknowledge", 12),
    "ack 12": ("acknowledge", 12),
    "Ack #12": ("acknowledge", 12),
    "ACK12": ("acknowledge", 12),
    "ａｃｋ １２": ("acknowledge", 12),
    "acknowledge 12.": ("acknowledge", 12),
    "acknowledged 12": None,
    "acknowledgement 12": None,
    "请签收 12": None,
    "我来签收 12": None,
    "已签收": None,
    "未签收 12": None,
    "没有签收 12": None,
    "谁来签收": None,
    # 拟复
    "拟复 12 您好，已送检。": ("reply", (12, "您好，已送检。")),
    "拟复12您好，已送检。": ("reply", (12, "您好，已送检。")),
    "拟复 12：您好": ("reply", (12, "您好")),
    "拟复12号 您好": ("reply", (12, "您好")),
    "拟复 12\n您好\n第二行": ("reply", (12, "您好\n第二行")),
    "拟复 12": ("reply", (12, "")),
    "拟复 您好": ("reply", (None, "您好")),
    "拟复 12 ３天内公布": ("reply", (12, "３天内公布")),
    "拟复 3天内公布结果": ("reply", (None, "3天内公布结果")),
    "拟复 12 3天内公布结果": ("reply", (12, "3天内公布结果")),
    "拟复 12 2026年11月26日前公布": ("reply", (12, "2026年11月26日前公布")),
    "拟复 2026年11月26日前公布": ("reply", (None, "2026年11月26日前公布")),
    "拟答 12 好": ("reply", (12, "好")),
    "拟回复 12 好": ("reply", (12, "好")),
    "擬復 12 好": ("reply", (12, "好")),
    "draft 12 We are sorry.": ("reply", (12, "We are sorry.")),
    "Draft #12: We are sorry": ("reply", (12, "We are sorry")),
    "reply 12 we will": ("reply", (12, "we will")),
    "drafts 12": None,
    "回复太慢了": None,
    "拟办意见": None,
    # 同意
    "同意": ("approve", (YES, (), None, "")),
    "同意。": ("approve", (YES, (), None, "")),
    "同意！": ("approve", (YES, (), None, "")),
    "同意！！": ("approve", (YES, (), None, "")),
    " 同意 ": ("approve", (YES, (), None, "")),
    "同意 12": ("approve", (YES, (12,), None, "")),
    "同意12": ("approve", (YES, (12,), None, "")),
    "同意12号": ("approve", (YES, (12,), None, "")),
    "同意第12号": ("approve", (YES, (12,), None, "")),
    "12同意": ("approve", (YES, (12,), None, "")),
    "12 同意": ("approve", (YES, (12,), None, "")),
    "12号同意": ("approve", (YES, (12,), None, "")),
    "第12号，同意": ("approve", (YES, (12,), None, "")),
    "１２号 同意。": ("approve", (YES, (12,), None, "")),
    "#12 同意": ("approve", (YES, (12,), None, "")),
    "同意发布": ("approve", (YES, (), None, "")),
    "同意发布 12": ("approve", (YES, (12,), None, "")),
    "批准 12": ("approve", (YES, (12,), None, "")),
    "准予": ("approve", (YES, (), None, "")),
    "可以发布": ("approve", (YES, (), None, "")),
    "approve 12": ("approve", (YES, (12,), None, "")),
    "Approved.": ("approve", (YES, (), None, "")),
    "APPROVE #12": ("approve", (YES, (12,), None, "")),
    "agreed": ("approve", (YES, (), None, "")),
    "@Huiyin approve 12": ("approve", (YES, (12,), None, "")),
    # not a yes
    "同意吗": None,
    "同意吗？": None,
    "同意不同意": None,
    "同意 12 吗": None,
    "是否同意 12": None,
    "同意，但请写明日期": None,
    "同意个头": None,
    "同意见附件": None,
    "我同意": None,
    "都同意": None,
    "原则同意": None,
    "没同意": None,
    "未同意 12": None,
    "暂不同意 12": None,
    "不太同意": None,
    "我不同意": None,
    "agree to disagree": None,
    "approve?": None,
    "approve it later": None,
    "approval 12": None,
    "I approve": None,
    "don't approve 12": None,
    # 不同意
    "不同意": ("approve", (NO, (), None, "")),
    "不同意 12": ("approve", (NO, (12,), None, "")),
    "不同意12号": ("approve", (NO, (12,), None, "")),
    "不同意 12 语气生硬": ("approve", (NO, (12,), None, "语气生硬")),
    "不同意12，语气生硬": ("approve", (NO, (12,), None, "语气生硬")),
    "不同意，请写明日期": ("approve", (NO, (), None, "请写明日期")),
    "不同意：请写明日期": ("approve", (NO, (), None, "请写明日期")),
    "不批准 12": ("approve", (NO, (12,), None, "")),
    "驳回 12 再改": ("approve", (NO, (12,), None, "再改")),
    "退回修改 12": ("approve", (NO, (12,), None, "")),
    "reject 12 too cold": ("approve", (NO, (12,), None, "too cold")),
    "Rejected 12": ("approve", (NO, (12,), None, "")),
    "disagree": ("approve", (NO, (), None, "")),
    "not approved 12": ("approve", (NO, (12,), None, "")),
    # 已发布
    f"已发布 12 {LINK}": ("publish", (12, LINK)),
    f"已发布12 {LINK}": ("publish", (12, LINK)),
    f"已发布 12：{LINK}": ("publish", (12, LINK)),
    f"已发布 12号 网址是{LINK}，请查收": ("publish", (12, LINK)),
    f"已发布 {LINK}": ("publish", (None, LINK)),
    "已发布 12": ("publish", (12, "")),
    "已发布": ("publish", (None, "")),
    f"发布 12 {LINK}": ("publish", (12, LINK)),
    f"已公开回复 12 {LINK}": ("publish", (12, LINK)),
    f"published 12 {LINK}": ("publish", (12, LINK)),
    f"Publish #12 {LINK}": ("publish", (12, LINK)),
    "未发布": None,
    "还没发布 12": None,
    # 办结
    "办结 12": ("resolve", (12, None, "")),
    "办结12号": ("resolve", (12, None, "")),
    "办结 12 已答复": ("resolve", (12, "answered", "已答复")),
    "办结 12 整改：更换供货商": ("resolve", (12, "remedied", "整改：更换供货商")),
    "办结12，已整改，更换供货商": ("resolve", (12, "remedied", "已整改，更换供货商")),
    "办结 12 已采纳": ("resolve", (12, "adopted", "已采纳")),
    "办结 12 澄清：不属实": ("resolve", (12, "clarified", "澄清：不属实")),
    "办结 12 检测合格": ("resolve", (12, None, "检测合格")),
    "办结 12 未整改": ("resolve", (12, None, "未整改")),
    "办结 12 尚未答复": ("resolve", (12, None, "尚未答复")),
    "结案 12": ("resolve", (12, None, "")),
    "resolve 12 remedied: supplier replaced": ("resolve", (12, "remedied", "remedied: supplier replaced")),
    "close 12": ("resolve", (12, None, "")),
    "closed 12": None,
    "未办结 12": None,
    "什么时候办结 12": None,
    # 延期
    "延期 12 2天 等检测报告": ("extend", (12, "2d", "等检测报告")),
    "延期12 2天 等检测报告": ("extend", (12, "2d", "等检测报告")),
    "延期 12 2天，等检测报告": ("extend", (12, "2d", "等检测报告")),
    "延期 12 2天等检测报告": ("extend", (12, "2d", "等检测报告")),
    "延期 12 两天 等检测报告": ("extend", (12, "2d", "等检测报告")),
    "延期 12号 3个工作日 等检测报告": ("extend", (12, "3wd", "等检测报告")),
    "延期 12 ２天 等报告": ("extend", (12, "2d", "等报告")),
    "延期 12 4小时 等报告": ("extend", (12, "4h", "等报告")),
    "延期 2天 等检测报告": ("extend", (None, "2d", "等检测报告")),
    "延期 12 等检测报告": ("extend", (12, None, "等检测报告")),
    "延期 12": ("extend", (12, None, "")),
    "申请延期 12 2天 等检测报告": ("extend", (12, "2d", "等检测报告")),
    "extend 12 2d lab report": ("extend", (12, "2d", "lab report")),
    "extend 12 2 days lab report": ("extend", (12, "2d", "lab report")),
    "extend 12 3 working days: lab": ("extend", (12, "3wd", "lab")),
    "extended 12 2d": None,
    "不延期 12": None,
    # 改派
    "改派 12 教务处": ("assign", (12, "教务处")),
    "改派12教务处": ("assign", (12, "教务处")),
    "改派 12号 给教务处": ("assign", (12, "教务处")),
    "改派 12 到教务处": ("assign", (12, "教务处")),
    "改派 12 @教务处": ("assign", (12, "教务处")),
    "改派 12": ("assign", (12, "")),
    "改派 教务处": ("assign", (None, "教务处")),
    "转派 12 教务处": ("assign", (12, "教务处")),
    "分派 12 教务处": ("assign", (12, "教务处")),
    "assign 12 Academic Affairs": ("assign", (12, "Academic Affairs")),
    "reassign #12 Security": ("assign", (12, "Security")),
    "assignment 12": None,
    # 查 · 待办 · 台账 · 帮助
    "查 12": ("lookup", (12, "")),
    "查12": ("lookup", (12, "")),
    "查询第12号": ("lookup", (12, "")),
    "查看 #12": ("lookup", (12, "")),
    "查 食堂": ("lookup", (None, "食堂")),
    "查 食堂 异物": ("lookup", (None, "食堂 异物")),
    "查": None,
    "show 12": ("lookup", (12, "")),
    "status 12": ("lookup", (12, "")),
    "look up canteen": ("lookup", (None, "canteen")),
    "shower 12": None,
    "待办": ("todo", YES),
    "待办。": ("todo", YES),
    "我的待办": ("todo", YES),
    "TODO": ("todo", YES),
    "ｔｏｄｏ": ("todo", YES),
    "待办事项有哪些": None,
    "台账": ("ledger", "month"),
    "台账 本周": ("ledger", "week"),
    "台账 全部": ("ledger", "all"),
    "ledger week": ("ledger", "week"),
    "台账 12": None,
    "台账在哪里": None,
    "帮助": ("help", YES),
    "？": ("help", YES),
    "help!": ("help", YES),
    "请帮助我": None,
    # a post
    LINK: ("forward", (LINK, YES)),
    f"食堂饭菜有异物 {LINK}": ("forward", (f"食堂饭菜有异物 {LINK}", YES)),
    "上报 家长反映堵车": ("forward", ("家长反映堵车", YES)),
    "reporter 12": None,
    "上报": None,
    # talk that begins like a command
    "不同意见也请记一下": None,
    "登记表在哪里": None,
    "转发一下这个通知": None,
    "发布会几点开始": None,
    "签收单在门卫室": None,
    "办结了吗": None,
    "办结率多少": None,
    "close the door": None,
    "查无此人": None,
    # talk
    "早上好": None,
    "12": None,
    "12号": None,
    "#12": None,
    "第12号怎么样了": None,
    "收到": None,
    "好": None,
    "ok": None,
    "": None,
    "。": None,
    "👍": None,
}

# Said to the bot these are commands; overheard among colleagues they are talk.
SAID_TO_IT: dict[str, Any] = {
    "延期2天": ("extend", (None, "2d", "")),
    "上报：家长反映堵车": ("forward", ("家长反映堵车", YES)),
    "report parents complain": ("forward", ("parents complain", YES)),
}

# Real sentences that are read otherwise now: each is a doubt about the product.
WRONG: dict[str, Any] = {
    "延期12号2天等检测报告": ("extend", (12, "2d", "等检测报告")),
    "改派 12 教务处。": ("assign", (12, "教务处")),
    "查一下12": ("lookup", (12, "")),
    "12 签收": ("acknowledge", 12),
    "12号已签收": ("acknowledge", 12),
    "@回音，签收 12": ("acknowledge", 12),
    "签收：12": ("acknowledge", 12),
    "同意，12": ("approve", (YES, (12,), None, "")),
    "台账 本周。": ("ledger", "week"),
    "台账今日": ("ledger", "today"),
    "show must go on": None,
}


def plain(found: Any) -> Any:
    if isinstance(found, tuple):
        return tuple(str(each) if isinstance(each, Period) else each for each in found)
    return found


def read(text: str, addressed: bool = False) -> Any:
    taken = understood(said(text, addressed=addressed))
    return taken and (taken[0], plain(taken[1]))


@pytest.mark.parametrize("text", SAYINGS)
def test_it_is_read_so(text: str) -> None:
    assert read(text) == SAYINGS[text]


@pytest.mark.parametrize("text", SAID_TO_IT)
def test_it_is_read_so_if_it_is_said_to_the_bot(text: str) -> None:
    assert (read(text), read(text, addressed=True)) == (None, SAID_TO_IT[text])


@pytest.mark.parametrize("text", WRONG)
def test_it_should_be_read_so(text: str) -> None:
    assert read(text) == WRONG[text]


def test_there_are_enough_of_them() -> None:
    assert len(SAYINGS) >= 150


@pytest.mark.parametrize(
    ("press", "taken"),
    [
        ("acknowledge:12", ("acknowledge", 12)),
        ("approve:7", ("approve", (YES, (), 7, ""))),
        ("reject:7", ("approve", (NO, (), 7, ""))),
        ("assign:12:教务处", ("assign", (12, "教务处"))),
        ("lookup:12", ("lookup", (12, ""))),
        ("nonsense:1", None),
    ],
)
def test_a_button_says_the_same(press: str, taken: Any) -> None:
    found = understood(said(press=press))
    assert (found and (found[0], plain(found[1]))) == taken


@pytest.mark.parametrize("words", ["签收", "拟复 好", "同意", "不同意 再改", f"已发布 {LINK}", "办结", "查"])
def test_with_a_quote_a_number_may_be_left_out(words: str) -> None:
    found = understood(said(words, quote="〔#12〕食堂饭菜有异物"))
    assert found
    assert found[0] != "forward"


def test_a_quote_behind_report_is_the_post() -> None:
    assert understood(said("上报", quote="家长反映堵车")) == ("forward", ("家长反映堵车", True))


def test_a_long_text_is_a_post_only_if_it_is_addressed() -> None:
    text = "家长在群里说孩子这几天在食堂吃坏了肚子，已经有七八个孩子请假了，想问学校管不管"
    assert understood(said(text)) is None
    assert understood(said(text, addressed=True)) == ("forward", (text, False))
