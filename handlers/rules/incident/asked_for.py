"""What an order asks for: an answer to the public, a result, or both: 核实后公开答复; 退款并答复家长; 请查明.

It is read clause by clause. Only where nothing but an answer is asked for, the result's limit stays as it is: a clause
that is not known to be about the answer is about the result.
"""

import re
from typing import Literal

from handlers.rules.lazy_pattern import LazyPattern

_CLAUSE = LazyPattern(
    r"[，,。；;！!、：:\n]+|\s+(?=[\u4e00-\u9fff])|(?<=.)(?:并且?(?!案)|同时|然后|再)|(?<=[实查解清])[之以]?后|"
    r"\band\b|\bthen\b",
    re.IGNORECASE,
)
_ANSWER = LazyPattern(
    r"(?:公开|公布|答[复覆]|回[复覆应]|解释|通报|告知|发布|说明|发声|澄清|"
    r"\b(?:reply|answer|respond|publish|explain|statement)\b)",
    re.IGNORECASE,
)
_NO_ANSWER = LazyPattern(
    r"[不勿莫别](?:要|得|用|必|再)?[^，。]{0,3}(?:公开|公布|答|回[复应]|发布|说明)|\b(?:do not|don't|no) ",
    re.IGNORECASE,
)
_BEFORE = LazyPattern(
    r"^(?:请|由|各|立即|马上|尽快|抓紧|认真|务必|及时|限|于|在|前|内|今[天日晚]|当[日天]|明[天日早晚]|下班|上午|下午|晚上|"
    r"[0-9一二两三四五六七八九十点时分:半]|对外|向社会|向|对|就|把|将|要|须|"
    r"(?:(?!公[开布]|答[复覆]|回[复覆应]|发布|说明|解释|通报|告知|核[实查]|调查|了解|不)[\u4e00-\u9fff]){1,8}?(?:处(?!理|置)|科|办(?!理|结|好|成)|部|室|队|局|小学|中学|学校)|"
    r"\b(?:please|by|the|an?|today|tomorrow|[ap]m)\b|\s)*+",
    re.IGNORECASE,
)
_DEED = LazyPattern(
    r"办[结成好理]|解决|整改|修|完成|恢复|落实|到位|处[理置]|赔|退|换|拆|清|停|撤|下架|查处|追究|问责|"
    r"\b(?:resolv|fix|complet|finish|repair|settl|clean|replac|remov|refund|deal)",
    re.IGNORECASE,
)
_LOOK = LazyPattern(
    r"^(?:核[实查]|调查|了解|摸清|研判|关注|重视|跟进|查看|check|verify|look into)[^，。]{0,12}$", re.IGNORECASE
)
_NEWS = LazyPattern(
    r"^(?:报|汇报|通报|反馈|报告|续报|告知|告诉我?)?(?:我|领导|办公室)?(?:工作|处理|办理|核查)?(?:进展|情况|动态)$|^(?:report|progress|news)\b",
    re.IGNORECASE,
)
Wanted = Literal["reply", "resolve", "verify"]
_ORDER: tuple[Wanted, ...] = ("resolve", "reply")


def asked_for(text: str) -> tuple[Wanted, ...]:
    """Return the kinds of duty that an order's limit is for: the answer's, the result's, or both.

    An order that only wants something looked into is for the finding; one that only wants news is for nothing.
    """
    kinds = {kind for clause in _CLAUSE.split(text) if (kind := _kind(clause))}
    if not kinds:
        return ("resolve",)
    if not kinds - {"look", "news"}:
        return ("verify",) if "look" in kinds else ()
    return tuple(kind for kind in _ORDER if kind in kinds) or ("resolve",)


def _kind(clause: str) -> str:
    """Return what one clause asks for: "reply", "resolve", "look" at something only, "news"; "" if it says nothing."""
    found = _BEFORE.match(clause)
    words = clause[found.end() :] if found else clause
    if not words.strip():
        return ""
    if _NEWS.search(words):
        return "news"
    if _LOOK.search(words):
        return "look"
    if _NO_ANSWER.search(clause):
        return "resolve"
    return "reply" if _ANSWER.match(words) and not _DEED.search(words) else "resolve"
