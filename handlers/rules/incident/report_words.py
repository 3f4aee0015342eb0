"""Whether a report back (交办报告) tells a result: a deed, or a finding that leaves nothing to do.

A receipt, a step on the way, a refusal and a plan are none, whatever number of a document stands beside them.
"""

import re

from handlers.rules.incident import result_words_zh as chinese
from handlers.rules.incident.orders import without_proof
from handlers.rules.incident.results import ClauseKind, clause_kind, clauses
from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern

_TASK = r"(?:整改|整治|更换|维修|修复|解决|处理|处置|办理|办结|答复|退[款费还])"
_IN_SHORT = LazyPattern(
    rf"(?<![没未])已经?(?:全部|都|均|按[^，。]{{0,4}}|依[法规]|妥善|及时|立即|完成|落实)*{_TASK}(?![^，。]*(?:方案|计划|通知|台账|中$))"
    rf"|^(?:问题|情况|此事|上述问题)?(?:已经?)?(?:全部|按[^，。]{{0,4}})*(?:{_TASK}|落实)(?:完毕|完成|到位|好|了)+$"
    r"|^已(?:经)?(?:全部|按[^，。]{0,4})*(?:完成|落实|修复)$"
    r"|\b(?:remedied|fixed|repaired|replaced|resolved|solved|settled|completed|done)\b",
    re.IGNORECASE,
)
"""A deed without its object: the document that is named beside it has the whole."""
_FOUND = LazyPattern(r"不属实|不实$|(?:系|属于?|实为)[^，。]{2,}|\b(?:unfounded|not true|untrue)\b")
"""A finding after which nothing is left to do: 系家长误会, 反映不实."""
_PLAN = LazyPattern(r"(?:方案|计划|预案|专人|责任人?|人员)$|\brefus(?:ed|es|al)\b")
"""What was completed or settled is only a plan, or who is to do it: 已完成整改方案, 已落实专人."""
_DEEDLESS: tuple[ClauseKind, ...] = ("removal", "question", "negation", "half", "intention", "step")


def says_result(words: str) -> bool:
    """Return whether a report says what was done or found; a refusal behind it takes that back."""
    told = False
    for clause in clauses(normalize(without_proof(words)).casefold()):
        if clause_kind(clause) == "negation":
            told = False
        elif _tells(clause):
            told = True
    return told


def _tells(clause: str) -> bool:
    kind = clause_kind(clause)
    if kind in _DEEDLESS or _PLAN.search(clause):
        return False
    if kind == "done":
        return True
    needed = chinese.NEEDLESS.sub("", clause)
    found = kind == "plain" and chinese.FINDING.search(needed)
    return bool(found or _IN_SHORT.search(needed) or _FOUND.search(needed))
