"""Read a leader's answer: yes, no, yes with a remark, or unclear, which counts as neither."""

import re
from typing import Literal, NamedTuple

from handlers.rules.language.commands import asks, courteous, spoken, whole
from handlers.rules.language.folding import normalize

YES = (
    "同意", "批准", "准予", "通过", "同意发布", "可以发布", "同意公开", "同意延期", "批准延期", "同意撤件",
    "审核通过", "审批通过", "同意换班", "同意整改", "批准整改", "同意无法公开答复", "同意不公开答复", "agree to swap",
    "approve swap", "approve reply", "approve extension", "approve withdrawal", "approve remedy",
    "approve unanswerable", "approve", "approved", "agree", "agreed",
)  # fmt: skip
PLAINLY_NO = (
    "不同意发布",
    "不同意延期",
    "不同意撤件",
    "不同意换班",
    "不同意整改",
    "不同意无法公开答复",
    "不同意不公开答复",
    "不同意",
    "不批准",
    "不予批准",
    "不予通过",
    "不通过",
)
NO = (
    "reject reply",
    "reject extension",
    "reject withdrawal",
    "reject swap",
    "reject remedy",
    "reject unanswerable",
    "驳回",
    "退回修改",
    "打回",
    "reject",
    "rejected",
    "disagree",
    "not approved",
)
NOT_YET = (
    "暂不同意", "暂不批准", "暂不发布", "暂不批", "暂不通过", "暂缓发布", "暂缓审批", "暂缓", "先不批", "先不同意",
    "先不发", "先别发", "先别批", "缓一缓", "再等等", "hold on", "not yet",
)  # fmt: skip

_NO_REJECTION = re.compile(r"[见的么]")
"""不同意见 is an opinion and rejects nothing."""
_REMARK = re.compile(
    r"(?:但是?|不过|只是|请|另外?|注意|建议|务必|望|希望|意见[:：是]|附言|but\b|however\b|please\b|note\b|with\b)",
    re.IGNORECASE,
)
_BLANK = re.compile(r"^[\s,，。;；:：、—-]+")
_CONDITION = re.compile(
    r"[吗?？]|暂|再说|再议|再定|再发|后发|后再|后[^,，。]{0,4}[报送]|改[好完]|等(?!级)|(?<![首事优原领])先(?!生)|"
    r"停|(?<!和)缓(?!和)|别(?:发|用|急|公开)|不(?:要|能|可|宜|得|予)?(?:发|公开|用)|勿(?:发|公开|用|外)|"
    r"不(?:行|是|算|能|可|妥|对)|不同意|不批准|重[写拟]|重新|另[写拟]|作废|撤回|"
    r"如果|要是|假如|除非|前提|才能|才可|才行|的话|"
    r"同意|点头|拍板|过目|把关|定夺|(?<!编)审(?!计)|看过|看一下|看看|请示|[由请][^,，。]{1,6}定|"
    r"unless|\bif\b|wait|hold|later|\bnot\b|n['’]?t\b|never|once\b|after\b|before\b|until|\bfirst\b|\bwhen\b|"
    r"provided|subject|pending|depend|rewrite|redo|(?:let|show) \w+",
    re.IGNORECASE,
)
"""Words of a condition: not yet, not this version, only if, or somebody else has to agree."""
_KIND = re.compile(
    r"(?:同意|批准|可以|approve|agree to|reject) ?"
    r"(?:(?P<unanswerable>无法公开答复|不公开答复|unanswerable)|(?P<remedy>整改|remedy)|"
    r"(?P<reply>发布|公开|reply)|(?P<extension>延期|extension)|(?P<withdrawal>撤件|withdrawal)|(?P<swap>换班|swap))",
    re.IGNORECASE,
)
VERB_WITHIN = 20
"""Length (characters) of the beginning of a sentence that holds its verb, with or without a number before it."""
Meaning = Literal["yes", "no", "unclear"]


class ApprovalWord(NamedTuple):
    """What an answer means. `remark` is the reason of a no, or what goes to the drafter with a yes.

    `kind` is the kind of request where the verb names it: 同意延期.
    """

    meaning: Meaning
    numbers: tuple[int, ...] = ()
    remark: str = ""
    kind: str | None = None


def read(text: str) -> ApprovalWord | None:
    """Read an answer; None if the text is none."""
    word = _read(text)
    return word and word._replace(kind=_kind(text))


def _kind(text: str) -> str | None:
    found = _KIND.search(normalize(courteous(text))[:VERB_WITHIN])
    return next((kind for kind, value in found.groupdict().items() if value), None) if found else None


def _read(text: str) -> ApprovalWord | None:
    no = spoken(text, PLAINLY_NO, glued=True, many=True) or spoken(text, NO, many=True)
    if no and not _NO_REJECTION.match(normalize(no.rest)) and not asks(no.rest):
        return ApprovalWord("no", no.numbers, no.rest)
    numbers = whole(text, YES)
    if numbers is not None:
        return ApprovalWord("yes", numbers)
    return _with_remark(text) or _not_yet(text)


def _with_remark(text: str) -> ApprovalWord | None:
    """Read 同意但请改日期 as a yes with a remark, and 同意，修改后再发, which sets a condition, as unclear."""
    found = spoken(text, YES, glued=True, many=True)
    if found is None:
        return None
    remark = _BLANK.sub("", found.rest)
    normalized = normalize(remark)
    if asks(remark) or not (_REMARK.match(normalized) or (found.numbers and _CONDITION.search(normalized))):
        return None
    return ApprovalWord("unclear" if _CONDITION.search(normalized) else "yes", found.numbers, remark)


def _not_yet(text: str) -> ApprovalWord | None:
    found = spoken(text, NOT_YET, glued=True, many=True)
    if found is None or asks(text):
        return None
    return ApprovalWord("unclear", found.numbers, found.rest)
