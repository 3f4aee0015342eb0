"""Read how a department says that it takes a matter on: `签收 12`, `12号签收了`, `收到12`, `好的收到，这就去看`.

All words have to be known. `签收 12 不归我们管` takes nothing on; it is asked what is meant.
"""

import re
from typing import NamedTuple

from handlers.rules.language.commands import asks, spoken
from handlers.rules.language.phrases import NUMBER, KnownWords, Vocabulary
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern

VERBS = ("签收", "已签收", "接收", "接单", "acknowledge", "acknowledged", "ack")
_WE = "(我|我们|我处|我科|我部门|本部门|我这边|这边|我方|)"
_TAKES = (
    f"{_WE}(来|先|)(签收|接收|接单|接了|认领)(一下|)",
    "(i |we |)(acknowledge|ack)( it| this|)",
    "(i'll|i will|we'll|we will|) take( it| this|)",
)
_TOOK = (
    f"{_WE}(已|已经)(签收|接收|接单)(了|)",
    f"{_WE}(签收|接收|接单)(好|)了",
    "(i have |we have |)(acknowledged|acked)( it| this|)",
)
_RECEIVED = (
    f"{_WE}(已|已经|)(收到|收悉)(了|)",
    "(i |we |)(received|got|noted)( it| this|)",
    "(roger|copy that|understood)",
)
_DOES = (
    f"{_WE}(马上|立即|立刻|这就|尽快|现在就|现在|今天就|今天|抓紧|即刻|)(去|来|安排|过去|派人去|)"
    "(处理|办理|核实|落实|跟进|查看|查|看|看看|看一看|处置|去看|了解|联系|办)(一下|)",
    f"{_WE}(马上|立即|立刻|这就|尽快|现在就|今天就|抓紧)(安排|去|过去|办|整改)",
    "(on it|will do|we are on it|we're on it|i'm on it|working on it|looking into it|will look into it|"
    "will check|checking now|right away|we will look into it|i will look into it|i'll look into it)",
)
_COURTESY = (
    "(好|好的|好滴|嗯|嗯嗯|行|可以|没问题|明白|了解|知道了|ok|okay|sure|yes|了|的|吧|哈|啊)",
    "(你|您|大家|各位|各位领导|领导)好",
    "(谢谢|多谢|谢了|辛苦|辛苦了|拜托)(您|你|大家|领导|老师|)",
    "(thanks|thank you|thx|please|hi|hello|at once|now)",
    "(👍|🙏|🌹|👌|✅|💪|😊|🤝|[强]|[抱拳]|[ok]|[玫瑰]|[微笑]|[合十]|[握手]|[好的]|[收到])",
)
_ASKED = ("(麻烦|请|麻烦您|麻烦你|帮我|帮忙|劳驾)(您|你|)",)
WORDS = Vocabulary(
    {
        "d": _DOES,
        "c": _COURTESY,
        "q": _ASKED,
        "r": _RECEIVED,
        "t": _TOOK,
        "a": _TAKES,
        "j": ("(这个|这件|该件|此件|的|件)",),
    }
)
_PROMISED = LazyPattern(r"[rc]+d[cd]*")
_ENGLISH = LazyPattern(r"^\W*[a-z]", re.IGNORECASE)


class ReceiptWord(NamedTuple):
    """`implied` if the words only say that the matter arrived and is worked on; `doubt` is what is not understood."""

    numbers: tuple[int, ...] = ()
    implied: bool = False
    doubt: str = ""


def read(utterance: Utterance) -> ReceiptWord | None:
    """Read a receipt; None if the words are none, or talk among colleagues."""
    text = utterance.text
    if not text or asks(text):
        return None
    reading = WORDS.read(text)
    return _taken(utterance, reading) or _received(utterance, reading) or _doubtful(utterance)


def _taken(utterance: Utterance, reading: KnownWords) -> ReceiptWord | None:
    kinds, numbers = reading.kinds, reading.numbers
    if reading.rest or not {"a", "t"} & {*kinds} or len(re.findall(f"{NUMBER}+", kinds)) > 1:
        return None
    if not numbers and ("t" in kinds or kinds.strip("c") != "a"):
        return None
    if "q" in kinds and not utterance.pointed:
        return None
    first = reading.parts[0]
    return ReceiptWord(numbers, implied="t" in kinds or (first.kind == NUMBER and "了" in reading.words("c")))


def _received(utterance: Utterance, reading: KnownWords) -> ReceiptWord | None:
    kinds, numbers = reading.kinds, reading.numbers
    if reading.rest or {"a", "t", "q"} & {*kinds}:
        return None
    promised = _PROMISED.fullmatch(kinds) or (kinds == "d" and _ENGLISH.match(utterance.text))
    if "r" in kinds and len(re.findall(f"{NUMBER}+", kinds)) == 1:
        return ReceiptWord(numbers, implied=True)
    bare = "r" in kinds and {*kinds} <= {*"rcj"} and utterance.pointed
    return ReceiptWord(implied=True) if not numbers and (promised or bare) else None


def _doubtful(utterance: Utterance) -> ReceiptWord | None:
    """Return what was said with a verb and a number but is not understood: `签收 12 不归我们管`."""
    found = spoken(utterance.text, VERBS, many=True)
    return ReceiptWord(found.numbers, doubt=found.rest) if found and found.numbers and found.rest else None
