"""Check a drafted reply: whether it answers or only holds off, and whether it gives a date."""

import re
from collections.abc import Sequence

from handlers.rules.time.promises import Promise

_HOLDING = re.compile(
    "收悉|已转|转[交请办]|正在(?:\\w{0,4})(?:核实|调查|处理|了解|研究|协调|核查|办理|跟进)|尽快|"
    "[将会](?:\\w{0,8})(?:核实|调查|处理|研究|落实|反馈|跟进|整改|解决)|进一步|"
    r"looking into|as soon as possible|shortly|being (?:checked|investigated|handled|looked)|"
    r"will (?:check|investigate|look|handle|follow|study)",
    re.IGNORECASE,
)
_ANSWERING = re.compile(
    "已(?:\\w{0,10})(?:完成|整改|修复|更换|解决|到位|清理|恢复|停用|封存|公布|退还|拆除|处理完)|经(?:\\w{0,6})(?:查|核实|调查|了解|检测)|"
    "情况(?:说明|回复|答复)如下|按照|根据|不属实|属实|"
    r"has been (?:mended|fixed|repaired|replaced|removed|paid|done)|we found|according to|under (?:the )?(?:rule|law)",
    re.IGNORECASE,
)


def holds_off(text: str, promises: Sequence[Promise]) -> bool:
    """Return whether a reply is no final answer and gives no date either: "已收悉，正在处理"."""
    return not promises and _HOLDING.search(text) is not None and _ANSWERING.search(text) is None
