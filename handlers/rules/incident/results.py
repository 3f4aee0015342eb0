"""Classify the words of a result: what was done, or only an intention, half of it, a question, a task passed on.

`已更换筛网并公布检测结果` is done; `还要两天`, `整改中`, `已责成相关部门`, `高度重视，将加强管理` and `已答复` are not.
A clause counts as done only if it names something; words that are not recognised count as filler.
"""

from collections.abc import Iterator
from typing import Literal

from handlers.rules.incident import result_words_en as english
from handlers.rules.incident import result_words_zh as chinese
from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.text_cache import text_cache

ResultKind = Literal["done", "intention", "half", "question", "negation", "removal", "transfer", "filler", "empty"]
ClauseKind = Literal[
    "done", "intention", "half", "question", "negation", "removal", "transfer", "filler", "step", "harmless", "plain"
]

LEAST_CONTENT = 2
"""How many characters must be left of a clause without its generic words."""
LONGEST_CLAUSE = 300
"""Maximum length (characters) of a clause; a longer one is read in pieces."""
BLOCKING: tuple[ResultKind, ...] = ("removal", "question", "negation", "half", "intention")
"""What one clause says keeps the whole from being a result, in this order."""
WEAK: tuple[tuple[ClauseKind, ResultKind], ...] = (
    ("transfer", "transfer"), ("step", "half"), ("harmless", "intention")
)  # fmt: skip
"""What the whole is if nothing in it is done; else it is filler."""
_ADDRESS = LazyPattern(r"https?://[!-~]+")
_BREAK = LazyPattern(r"[,;，。；、!！\n：:]+|\.(?=\s|$)|(?<=[一-龥])\s+(?=[一-龥])|\s(?:and|but|then)\s")
_LATIN = LazyPattern(r"^[^一-龥]*[a-z][^一-龥]*$")
_LABEL = LazyPattern(
    r"^(?:已?(?:整改|答复|回复|采纳|澄清|转办|处理|办理|解决)|结果|情况|remedied|mended|fixed|answered|adopted|clarified|transferred)"
    r"(?:情况|结果|措施)?[ ,，:：]+(?=.)"
)


def classify(text: str) -> ResultKind:
    """Return what the words say about the result of a task, in Chinese or in English."""
    plain = unlabelled(text)
    if not plain:
        return "empty"
    kinds = [clause_kind(clause) for clause in clauses(plain)]
    for kind in BLOCKING:
        if kind in kinds:
            return kind
    if "done" in kinds:
        return "done"
    return next((result for clause, result in WEAK if clause in kinds), "filler")


def adopts(text: str) -> bool:
    """Return whether a suggestion stands in a plan now: 已采纳，写入下月采购计划."""
    plain = unlabelled(text)
    return chinese.ENTERED.search(plain) is not None or english.ENTERED.search(plain) is not None


def unlabelled(text: str) -> str:
    """Return the words without addresses and without the outcome in front: 整改：更换供货商 is 更换供货商."""
    plain = _ADDRESS.sub(" ", normalize(text)).casefold().strip(" ,，。.:：;；!！、")
    return _LABEL.sub("", plain).strip()


def clauses(text: str) -> Iterator[str]:
    """Yield the clauses of a text that is normalized and in lower case."""
    for part in _BREAK.split(text):
        for start in range(0, len(part), LONGEST_CLAUSE):
            if clause := part[start : start + LONGEST_CLAUSE].strip(" -—()（）\"'“”「」"):
                yield clause


@text_cache(4096)  # a reply is read for whether it answers and for whether something is still to come
def clause_kind(clause: str) -> ClauseKind:
    """Return what one clause says; "plain" if it is none of the others."""
    return _english(clause) if _LATIN.fullmatch(clause) else _chinese(clause)


def _chinese(clause: str) -> ClauseKind:
    words = chinese.ATTRIBUTE.sub("", clause)
    if chinese.REMOVAL.search(words):
        return "removal"
    untold = chinese.TOLD.sub("说明", words)
    if chinese.QUESTION.search(untold):
        return "question"
    if chinese.NEGATION.search(chinese.FINDING.sub("", untold)):
        return "negation"
    if chinese.HALF.search(words):
        return "half"
    return _future(words) or _passed_on(words) or _positive(words)


def _future(words: str) -> ClauseKind | None:
    """Return whether a Chinese clause is about a time to come; None if not."""
    ahead = chinese.FUTURE.search(words) is not None
    if ahead or chinese.LATER_ON.search(words):
        if chinese.HARMLESS.search(words):
            return "harmless"
        perfect = "已" in words and not chinese.PLANNED.search(words)
        return None if perfect and not ahead else "intention"
    return None


def _passed_on(words: str) -> ClauseKind | None:
    return "transfer" if chinese.TRANSFER.search(words) and not chinese.THROUGH.search(words) else None


def _positive(words: str) -> ClauseKind:
    words = chinese.NEEDLESS.sub("", words)
    named = len(chinese.GENERIC.sub("", words)) >= LEAST_CONTENT
    weak = _weak(words)
    if named and weak is None and chinese.DONE.search(words):
        return "done"
    return weak or ("plain" if named else "filler")


def _weak(words: str) -> ClauseKind | None:
    """Return what a Chinese clause is if it only begins a task or praises itself."""
    through = chinese.THROUGH.search(words) is not None
    if chinese.HARMLESS.search(words) and not through:
        return "harmless"
    if chinese.STEP.search(words) and not through:
        return "step"
    return "filler" if chinese.FILLER.search(words) and not through else None


_BLOCKED: tuple[tuple[ClauseKind, LazyPattern], ...] = (
    ("removal", english.REMOVAL), ("question", english.QUESTION), ("negation", english.NEGATION), ("half", english.HALF)
)  # fmt: skip
_ONLY_BEGUN: tuple[tuple[ClauseKind, LazyPattern], ...] = (
    ("transfer", english.TRANSFER), ("step", english.STEP), ("filler", english.FILLER)
)  # fmt: skip


def _english(clause: str) -> ClauseKind:
    words = english.FINDING.sub(" finding ", clause)
    for kind, pattern in _BLOCKED:
        if pattern.search(words):
            return kind
    if english.FUTURE.search(words) or english.LATER_ON.search(words):
        return "harmless" if english.HARMLESS.search(words) else "intention"
    for kind, pattern in _ONLY_BEGUN:
        if pattern.search(words) and not english.THROUGH.search(words):
            return kind
    return _english_deed(words)


def _english_deed(words: str) -> ClauseKind:
    if len(english.GENERIC.sub("", words).replace(" ", "").strip("0123456789'-")) < LEAST_CONTENT:
        return "filler"
    return "done" if english.DONE.search(words) or "finding" in words else "plain"
