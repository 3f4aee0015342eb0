"""A text that puts the answer off to no day, or sends the public elsewhere, is no final answer."""

import pytest

from handlers.rules.incident.reply_check import is_final


@pytest.mark.parametrize(
    "text",
    [
        "结果将另行公布。", "此事另行通知。", "经研究，您的问题不予回复。", "请拨打12345。", "谣言止于智者。",
        "请勿传谣。",
        "寒假结束前完成改造。", "开学前更换全部设备。", "详见官网通知。", "无可奉告。",
        "经核实，已停用该窗口，处理结果另行公布。",
    ],
)  # fmt: skip
def test_it_is_not_final(text: str) -> None:
    assert not is_final(text)


@pytest.mark.parametrize(
    "text",
    [
        "经核实，饭菜异物是脱落的筛网，已更换筛网，留样检测合格。", "已于开学前完成改造，验收合格。",
        "经核实，收费有误，多收的20元已全部退回，如有疑问请拨打12345。", "经查，监控显示当日无人进入，请勿传谣。",
    ],
)  # fmt: skip
def test_an_answer_is_final(text: str) -> None:
    assert is_final(text)
