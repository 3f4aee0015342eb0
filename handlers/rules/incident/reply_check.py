"""Check a reply to the public: whether it answers or only holds off, and whether it gives a date."""

from collections.abc import Iterator, Sequence

from handlers.rules.incident import result_words_en as english
from handlers.rules.incident import result_words_zh as chinese
from handlers.rules.incident.results import clause_kind, clauses
from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.promises import Promise

UNFINISHED = ("half", "intention")
"""A clause of these kinds says that more is to come."""
SAYING = ("done", "plain", "negation", "question")
"""Clauses that tell the public something. A negation may be the answer: 目前无法加开班次，原因如下."""
LATER = LazyPattern(
    r"另行?(?:公布|通知|告知|答复|回复|发布|说明)"
    r"|(?:及时|随后|第一时间|适时|陆续|稍后|届时|后续|近期|择期|随时)[^，。]{0,8}"
    r"(?:公[布示]|公开|通报|告知|发布|回[复覆应]|答[复覆]|反馈)(?![^，。]{0,8}了)"
    r"|(?<!日)(?<!号)(?:结束|开始|开学|放假|入冬|年底|之)之?前(?:完成|改造|完工|解决|公布|整改|修好|更换|答复)"
)
"""What is still to come, on no day that can be counted."""
_SAYS_NOTHING = LazyPattern(
    r"不予(?:回复|答复|置评)|无可奉告|止于智者|[勿不](?:信谣|传谣|造谣)|请(?:您)?(?:拨打|致电|咨询|详询)|^详见"
)
ASKED_BACK = LazyPattern(r"[?？]\s*$|(?:吗|呢|没有|多少|几个?|哪[里儿个些位]|谁|(?:什么|怎么|哪)[一-龥]{0,4})\s*$")
"""A question to the public, which answers nothing: 您要什么材料, 是否属实？"""
LEAST = 4
"""How many characters a clause must have to say something."""


def still_to_come(text: str, promises: Sequence[Promise] = ()) -> str | None:
    """Return the clause that keeps a reply from being final, "" if it says nothing yet, None if it is final.

    What is still to come by one of the `promises` is promised, and keeps nothing.
    """
    own = [*_own_clauses(text, promises)]
    for clause in own:
        if clause_kind(clause) in UNFINISHED or (LATER.search(clause) and "已" not in clause):
            return clause
    return None if any(_says(clause) for clause in own) else ""


def _says(clause: str) -> bool:
    kind = clause_kind(clause)
    return kind in SAYING and not (kind == "question" and ASKED_BACK.search(clause))


def is_final(text: str, promises: Sequence[Promise] = ()) -> bool:
    """Return whether a reply answers: it says something, and nothing in it is still to come but its `promises`.

    `已收悉，正在处理`, `已转有关部门`, `我们将尽快核实` and bare courtesy are none.
    """
    return still_to_come(text, promises) is None


def holds_off(text: str, promises: Sequence[Promise]) -> bool:
    """Return whether a reply is no final answer and gives no date either: "已收悉，正在处理"."""
    return not promises and not is_final(text)


def _own_clauses(text: str, promises: Sequence[Promise]) -> Iterator[str]:
    """Yield the clauses that are neither courtesy nor contain one of the promises."""
    promised = dict.fromkeys(normalize(promise.text).casefold() for promise in promises)
    for clause in clauses(normalize(text).casefold()):
        if len(clause) >= LEAST and not _courtesy(clause) and not any(words in clause for words in promised):
            yield clause


def _courtesy(clause: str) -> bool:
    if _SAYS_NOTHING.search(clause):
        return True
    if chinese.TOPIC.search(clause):
        return clause_kind(clause) == "plain"
    return bool(chinese.COURTESY.search(clause) or english.COURTESY.search(clause))
