"""What a helping department's part has to say: a finding, a deed, an opinion, or that there is nothing to add.

A bare receipt, what is still to come, and a task that is only passed on are no contribution.
"""

import re

from handlers.rules.incident.reply_check import ASKED_BACK, LATER, LEAST, UNFINISHED
from handlers.rules.incident.result_words_zh import NEEDLESS
from handlers.rules.incident.results import clause_kind, clauses
from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern

_RECEIPT = LazyPattern(
    r"(?:好的?|收到|明白|知悉|知道了?|了解|已|我们?|我处|本?部门|本处|这边|会|将|要|一定|全力|积极|立即|马上|尽快|按要求|认真|"
    r"配合|支持|办理|落实|做好|[\s，,。.、!！；;]|(?:we|will|help|support|gladly|fully|cooperate|noted|received|ok|yes|sure)\b)+",
    re.IGNORECASE,
)
_NOTHING_TO_ADD = LazyPattern(
    r"(?:无|没有?)(?:其他|别的)?(?:意见|补充|异议|问题|异常)|nothing to add|no (?:comment|objection)s?"
    r"|^(?:我们?|我处|本?部门|本处)?(?:无|没有)$|^(?:none|nothing|nil)$"
)
_IN_SHORT = LazyPattern(
    r"属实|^(?:我们?|我处|本?部门|本处)?(?:同意|赞成)|^(?:we )?agreed?\b"
    r"|^(?:我们?|我处|本?部门|本处)?(?:均|都)?已经?(?:全部|按要求)?(?:(?:落实|完成)?整改|办结|解决|"
    r"(?:办理|处理|处置|落实|整改|解决)(?:完毕|完成|到位|好))"
)
"""An opinion or a deed without its object, as who helps says it in a word: 情况属实, 同意总务处意见, 已办理完毕."""
_PASSED_ON = LazyPattern(
    r"(?:我们?|我处|本处|现)?(?:已|已经|建议|请)?(?:转|交)(?:交|办|给|由|至|到|请|送)*[^，。]{1,8}?(?:部门|单位|公司|中心|[处科室局办院])"
    r"(?:定|处理|办理|答复|负责|核实|调查|研究)?了?"
    r"|(?:建议|应|还是)?(?:请|由|找)[^，。]{1,10}(?:定|处理|办理|答复|回复|负责|核实|查|调查|牵头|研究|把关|统筹)"
    r"|[^，。]{0,6}不(?:归|由|属于?|是)[^，。]{0,6}(?:管|负责|职责|范围|的事)[^，。]{0,4}"
    r"|[^，。]{0,6}not (?:our (?:business|job|task)|ours)"
)
_NOT_DONE = LazyPattern(
    r"[列纳编]入[^，。]{0,6}(?:计划|日程|预算)(?!并)|(?:上?报|汇报|请示)(?:了|给)?[^，。]{0,4}(?:领导|校长|院长|上级|[局区市])"
    r"|不(?:同意|让|肯|愿|配合|批|具备)|暂不|拒绝|没有?(?:钱|经费|资金|人手|条件)|(?:经费|资金|人手|条件)(?:不足|不够|紧张|没有)"
    r"|\b(?:no (?:budget|money|funds|need)|refus(?:ed|es)|unwilling)\b"
)
"""Why a task is not done, or whose plan or decision it waits for: 没钱整改, 已列入计划, 已报领导."""


def says_nothing(text: str) -> bool:
    """Return whether words are no contribution: 收到, 好的，我们配合, 正在核实, 请总务处定."""
    plain = normalize(text).casefold()
    return bool(_RECEIPT.fullmatch(plain)) or not any(_contributes(clause) for clause in clauses(plain))


def tells_no_deed(text: str) -> bool:
    """Return whether words tell nothing that was done: 收到, 正在整改, 没钱整改. Whether it was done is for others."""
    plain = normalize(text).casefold()
    return bool(_RECEIPT.fullmatch(plain)) or not any(_tells_of_a_deed(clause) for clause in clauses(plain))


def _tells_of_a_deed(clause: str) -> bool:
    kind = clause_kind(clause)
    if kind in (*UNFINISHED, "negation") or (LATER.search(clause) and "已" not in clause):
        return False
    told = NEEDLESS.sub("", clause)
    return not _NOT_DONE.search(told) and not _RECEIPT.fullmatch(told) and len(told) >= LEAST


def _contributes(clause: str) -> bool:
    """Return whether a clause tells a finding, a deed, an opinion, or that there is nothing to add."""
    if _RECEIPT.fullmatch(clause) or _PASSED_ON.fullmatch(clause):
        return False
    if _NOTHING_TO_ADD.search(clause):
        return True
    kind = clause_kind(clause)
    if kind in UNFINISHED or (LATER.search(clause) and "已" not in clause):
        return False
    if _IN_SHORT.search(clause):
        return True
    return kind in ("done", "plain", "negation", "question") and len(clause) >= LEAST and not ASKED_BACK.search(clause)
