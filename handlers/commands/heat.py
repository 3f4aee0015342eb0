"""`热度 12 阅读 3500 评论 520 转发 6` / `heat 12 views 3500 comments 520 reposts 6`: the tier rises with the heat."""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.tier_announcement import announcement
from handlers.rules.incident.escalation import heat
from handlers.rules.language.folding import normalize
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from handlers.rules.regime.tiers import Heat

VERBS = ("热度", "heat")
EXAMPLES = {"zh": ("热度 12 阅读 3500 评论 520 转发 6",), "en": ("heat 12 views 3500 comments 520 reposts 6",)}
_COUNTS = {
    "views": re.compile(r"(?:阅读|浏览|播放|点击|views?)\D{0,3}(\d[\d,]*(?:\.\d+)?)\s*(万|w|k)?", re.IGNORECASE),
    "comments": re.compile(r"(?:评论|留言|回帖|comments?)\D{0,3}(\d[\d,]*(?:\.\d+)?)\s*(万|w|k)?", re.IGNORECASE),
    "reposts": re.compile(r"(?:转发|转载|分享|reposts?|shares?)\D{0,3}(\d[\d,]*(?:\.\d+)?)\s*(万|w|k)?", re.IGNORECASE),
}
_NO_COUNT = re.compile(r"(?:[-−—–]|负|减|minus)\s*\d|\d\.\d+\.\d", re.IGNORECASE)
"""A number below zero, or with two points."""
_UNITS = {"": 1, "万": 10_000, "w": 10_000, "k": 1_000}


class Reading(NamedTuple):
    number: int | None
    heat: Heat


def parse(utterance: Utterance) -> Reading | None:
    found = utterance.command(VERBS)
    return Reading(found.number, _read(normalize(found.rest))) if found else None


def _read(text: str) -> Heat:
    """Return the counts; none of them if one cannot be a count, which is a slip of the finger."""
    if _NO_COUNT.search(text):
        return Heat()
    counts = {name: _count(match) for name, pattern in _COUNTS.items() if (match := pattern.search(text))}
    return Heat(**counts)


def _count(match: re.Match[str]) -> int:
    number = float(match[1].replace(",", ""))
    return round(number * _UNITS[(match[2] or "").lower()])


async def handle(context: Context, reading: Reading) -> None:
    case = await context.meant(reading.number, EXAMPLES)
    if reading.heat == Heat():
        raise Refusal("heat.what", case=case)
    decision = heat(case, context.person, reading.heat, context.now)
    text = context.text("heat.done", case=case, heat=reading.heat)
    await context.commit(case, decision, lambda _: (announcement(context.office, case, decision, text),))
