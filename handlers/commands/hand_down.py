"""`交办 教育局 教办函〔2026〕31号 11-30前 …`: a superior body hands a matter down, with a limit and a report back.

With a number it marks a known matter; `交办 12 教育局 延至 12-05 …` puts the limit off as the body agreed, and
`撤销交办 12 理由` / `cancel order 12 reason` takes an order off the wrong matter.
Without a document number 交办 is this only where a known body follows it; a leader's own 交办 is an instruction.

`交办 12 实验小学 周三17点前 办完报告` hands a matter down to a unit below the office, with a limit and a report.

In English: `handed down Education Bureau No. 31/2026 by 30 November …`, `handed down 12 …`,
`hand down 12 to Yucai School …`.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.handing_down import HANDS_DOWN, cancel, take_order
from handlers.common.units import take_unit_order, unit_before
from handlers.rules.incident.orders import document_in
from handlers.rules.language.utterance import Utterance

CANCELLING = ("撤销交办", "取消交办", "cancel order")
VERBS = (*CANCELLING, "交办件", "上级交办件", "handed down by", "handed down")
TO_A_UNIT = ("hand down to", "hand down")
"""What is said besides where there are units below the office."""
EXAMPLES = {
    "zh": (
        "交办 12 教育局 教办函〔2026〕31号 3个工作日内 报送处理结果",
        "交办 教育局 教办函〔2026〕31号 11-30前 家长反映食堂饭菜有异物，请查明并反馈",
        "交办 12 教育局 教办函〔2026〕40号 延至 12-05",
        "撤销交办 12 记错了件，应记在 15 号",
    ),
    "en": (
        "handed down 12 Education Bureau No. 31/2026 within 3 working days report the result",
        "handed down Education Bureau No. 31/2026 by 30 November parents complain about the canteen, report the result",
        "handed down 12 Education Bureau No. 40/2026 put off to 5 December",
        "cancel order 12 it belongs to 15",
    ),
}

UNIT_EXAMPLES = {
    "zh": ("交办 12 第二小学 周三17点前 查清原因并整改",),
    "en": ("hand down 12 to Lake School within 5 working days find out the cause",),
}
"""What is said to a unit below the office; the help shows it where there are some."""
SAMPLE_UNIT = {"zh": "第二小学", "en": "Lake School"}


class OrderWords(NamedTuple):
    number: int | None
    words: str


class CancelledOrder(NamedTuple):
    number: int | None
    reason: str


def parse(utterance: Utterance) -> OrderWords | CancelledOrder | None:
    off = utterance.command(CANCELLING, free=True)
    if off is not None:
        return CancelledOrder(off.number, off.rest) if off.numbers else None
    found = utterance.command((*VERBS, *TO_A_UNIT) if utterance.units else VERBS, free=True)
    if found is None:
        found = utterance.command(HANDS_DOWN, free=True)
        if found is None or document_in(found.rest[:_BEGINNING]) is None:
            return None
    return OrderWords(found.number, found.rest) if found.rest else None


_BEGINNING = 60
"""How many characters behind the verb may hold the document's number."""


async def handle(context: Context, asked: OrderWords | CancelledOrder) -> None:
    if isinstance(asked, CancelledOrder):
        await cancel(context, asked.number, asked.reason)
    elif unit_before(asked.words, context.office.institution):
        await take_unit_order(context, asked.number, asked.words, EXAMPLES)
    else:
        await take_order(context, asked.number, asked.words)
