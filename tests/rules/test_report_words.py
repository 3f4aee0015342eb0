"""A report back by words tells a result; a number of a document beside a refusal or a plan makes none of it."""

from handlers.rules.incident.orders import is_unfinished
from handlers.rules.incident.report_words import says_result
from tests.support.each import for_each

NUMBER = "，二小函〔2026〕2号"


@for_each(
    "words",
    ["拒绝整改", "暂无结果", "另行报告", "照办", "无需整改", "已安排专人负责", "已落实专人", "已开会研究部署",
     "整改方案已制定", "已完成整改方案", "情况属实", "没钱整改", "供应商不同意更换", "已列入计划", "已报领导",
     "已下发整改通知", "整改中", "整改", "情况属实，拒绝整改", "高度重视", "noted", "refused to fix it"],
)  # fmt: skip
def test_these_report_no_result(words: str) -> None:
    assert is_unfinished(words + NUMBER) or not says_result(words + NUMBER)


@for_each(
    "words",
    ["已整改", "已更换筛网", "问题已解决", "已按要求落实", "整改完毕", "已办结", "已退款", "反映不实", "未发现异物",
     "经查，系家长误会", "已核实，不存在收费", "情况属实，已整改完毕", "结果：已整改", "与家长达成谅解",
     "fixed", "remedied, receipt no. A123", "经查，食堂未及时更换筛网，现已全部更换。下一步，我校将加强管理"],
)  # fmt: skip
def test_these_report_a_result(words: str) -> None:
    assert says_result(words + NUMBER)
    assert not is_unfinished(words + NUMBER)
