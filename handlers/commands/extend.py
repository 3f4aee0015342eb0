"""`延期 12 2天 等检测报告` / `extend 12 2d lab report`: more time to resolve, if a leader approves.

`延期 12 到周五` names the day instead; `12申请延期两天，等检测报告` is the same in prose.
"""

from datetime import datetime
from typing import NamedTuple

from handlers.common.cards import to_decide
from handlers.common.context import Context
from handlers.rules.incident.duties import extendable, put_off
from handlers.rules.incident.extension_until import DAY, until_day
from handlers.rules.incident.lifecycle import ask_extension
from handlers.rules.incident.promise_keeping import promises_before
from handlers.rules.incident.signers import first_approver
from handlers.rules.language.commands import Spoken, asks, spoken
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.periods import Period, PeriodError
from handlers.rules.time.periods import parse as read_period
from storage.changes import Written

VERBS = ("申请延期", "延期", "extend", "extension")
EXAMPLES = {"zh": ("延期 12 2天 等检测报告",), "en": ("extend 12 2d waiting for the lab report",)}

MOST_WORDS = 6
_BREAK = LazyPattern(r"[\s,，:：;；]+|(?<=[天日时内])|(?<=分钟)|(?<=工作日)")

_AND_A_HALF = LazyPattern(r"\s*[\d一二两三四五六七八九十]+\s*(?:个?(?:天|日|周|工作日|小时|月))半|\s*\d+[.．]\d")
"""Two days and a half is no length that days are counted in; it is asked back, and not cut down."""


class ExtensionRequest(NamedTuple):
    """`period` is None if the words name none; then they may name a day."""

    number: int | None
    period: Period | None
    reason: str


def parse(utterance: Utterance) -> ExtensionRequest | None:
    found = utterance.command(VERBS) or _in_prose(utterance)
    if found is None:
        return None
    period, reason = _leading_period(found.rest)
    return ExtensionRequest(found.number, period, reason)


def _in_prose(utterance: Utterance) -> Spoken | None:
    """Return the command of 12申请延期两天: a period or a day follows the verb, and overheard it has a number."""
    found = spoken(utterance.text, VERBS, glued=True)
    if found is None or not (found.numbers or utterance.pointed) or asks(utterance.text):
        return None
    return found if _leading_period(found.rest)[0] or DAY.match(normalize(found.rest)) else None


def _leading_period(text: str) -> tuple[Period | None, str]:
    """Split into the period at the beginning ("2天等报告", "3 working days: lab") and the reason behind it."""
    if _AND_A_HALF.match(normalize(text)):
        return None, text
    ends = [found.end() for found in _BREAK.finditer(text)][:MOST_WORDS]
    for end in sorted({*ends, len(text)}, reverse=True):
        try:
            return read_period(text[:end].strip(" ,，:：;；")), text[end:].strip(" ,，:：;；")
        except PeriodError:
            continue
    return None, text


async def handle(context: Context, asked: ExtensionRequest) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    period, reason = asked.period, asked.reason
    if period is None:
        period, reason = until_day(case, asked.reason, context.said_at)
    decision = ask_extension(case, context.person, period, reason, context.acted_in(case))
    moves = tuple((duty.kind, due.at) for duty, due in put_off(case, extendable(case), period))
    promises = promises_before(case, datetime.fromisoformat(decision.events[0].data["until"]))
    signs = first_approver(case, "extension", context.person)

    def replies(written: Written) -> tuple[Reply, ...]:
        request = written.request or 0
        facts = {"case": case, "subject": decision.events[0].data, "request": request}
        return (
            Reply(
                text=context.text(
                    "extend.ask", put_off=moves, promises=promises, people=(signs,), by=context.person.id, **facts
                ),
                mentions=(signs.id,),
                card=to_decide(context.office, request, context.text("extend.card_title", **facts), ()),
            ),
        )

    await context.commit(case, decision, replies)
