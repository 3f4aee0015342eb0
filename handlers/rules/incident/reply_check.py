"""Check a reply to the public: whether it answers or only holds off, and whether it gives a date."""

from collections.abc import Iterator, Sequence

from handlers.rules.incident import result_words_en as english
from handlers.rules.incident import result_words_zh as chinese
from handlers.rules.incident.results import clause_kind, clauses
from handlers.rules.language.folding import normalize
from handlers.rules.time.promises import Promise

UNFINISHED = ("half", "intention")
"""A clause of these kinds says that more is to come."""
SAYING = ("done", "plain", "negation", "question")
"""Clauses that tell the public something. A negation may be the answer: 目前无法加开班次，原因如下."""
LEAST = 4
"""How many characters a clause must have to say something."""


def is_final(text: str, promises: Sequence[Promise] = ()) -> bool:
    """Return whether a reply answers: it says something, and nothing in it is still to come but its `promises`.

    `已收悉，正在处理`, `已转有关部门`, `我们将尽快核实` and bare courtesy are none.
    """
    kinds = [clause_kind(clause) for clause in _own_clauses(text, promises)]
    return bool({*SAYING} & {*kinds}) and not {*UNFINISHED} & {*kinds}


def holds_off(text: str, promises: Sequence[Promise]) -> bool:
    """Return whether a reply is no final answer and gives no date either: "已收悉，正在处理"."""
    return not promises and not is_final(text)


def _own_clauses(text: str, promises: Sequence[Promise]) -> Iterator[str]:
    """Yield the clauses that are neither courtesy nor contain one of the promises."""
    promised = [normalize(promise.text).casefold() for promise in promises]
    for clause in clauses(normalize(text).casefold()):
        if len(clause) >= LEAST and not _courtesy(clause) and not any(words in clause for words in promised):
            yield clause


def _courtesy(clause: str) -> bool:
    if chinese.TOPIC.search(clause):
        return clause_kind(clause) in ("filler", "plain")
    return bool(chinese.COURTESY.search(clause) or english.COURTESY.search(clause))
