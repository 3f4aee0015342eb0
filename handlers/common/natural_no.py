"""Read a no in everyday words, `3号不行，太绝对了` / `no to 3, too absolute`, as the whole sentence with its reason.

It is never taken for a no: the sentence is suggested, and done once it is confirmed.
"""

import re
from collections.abc import Sequence

from handlers.common.context import Context
from handlers.common.waiting import mine_to_sign
from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.language.commands import asks, courteous
from handlers.rules.language.messages import quoted_code
from handlers.rules.lazy_pattern import LazyPattern

_KINDS = {
    "unanswerable": "无法公开答复|不公开答复|unanswerable",
    "remedy": "整改|remedy",
    "concern": "更正|correction",
    "reply": "发布|公开|回复稿?|答复稿?|稿子|reply|draft",
    "extension": "延期|extension",
    "withdrawal": "撤件|withdrawal",
    "plan": "方案|plan",
    "wording": "口径|wording",
    "statement": "声明|statement",
    "release": "通稿|press release",
}
_KIND = "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items())
_NUMBER = r"第?\s*#?(?P<number>\d{1,7})\s*(?:号|件)?"
_CHINESE = LazyPattern(
    rf"(?:{_NUMBER})?(?:这?个|这件|这稿|的|\s)*(?:{_KIND})?(?:申请)?(?:我看|我觉得|还是|恐怕|肯定|绝对|就|可|\s)*"
    r"(?:不行|不可以|不成|不妥|不合适|不好|不能(?:发|批|签)|不要发|别发)(?:的|吧|啊|呀|了)?[\s,，。;；:：、!！—-]+(?P<reason>.+)",
    re.DOTALL,
)
_ENGLISH = (
    LazyPattern(
        rf"(?:no|nope)\b(?:\s+(?:to|for|on|the|this)\b)*\s*(?:(?:{_KIND})\b)?(?:\s+(?:of|to|for|on)\b)?\s*(?:{_NUMBER})?"
        r"\s*[,.;:!—-]+\s*(?P<reason>.+)",
        re.IGNORECASE | re.DOTALL,
    ),
    LazyPattern(
        rf"(?:(?:the\s+)?(?:{_KIND})\s+)?(?:of\s+|for\s+)?{_NUMBER}\s*[,:]?\s*(?:is\s+|looks\s+)?"
        r"(?:not\s+(?:ok|okay|good|fine|right|acceptable)|no\s+good|no)\s*[,.;:!—-]+\s*(?P<reason>.+)",
        re.IGNORECASE | re.DOTALL,
    ),
)


LONGEST = 500
"""Maximum length (characters) of a no with its reason that is guessed at."""


async def natural_no(context: Context, text: str) -> str | None:
    """Return the sentence of a no with its reason, about the one request before the speaker that it can mean.

    None if the words are no such no, or may be about none of their requests, or about several.
    """
    said = courteous(text).strip()
    if len(said) > LONGEST:
        return None
    found = next((match for one in (_CHINESE, *_ENGLISH) if (match := one.fullmatch(said))), None)
    if found is None or asks(said):
        return None
    parts = found.groupdict()
    kind = next((name for name in _KINDS if parts[name]), None)
    number = int(parts["number"]) if parts["number"] else (quoted_code(context.message) or (None,))[0]
    meant = _meant(await mine_to_sign(context), number, kind)
    return _sentence(context, *meant, named=kind is not None, reason=parts["reason"].strip()) if meant else None


def _meant(
    waiting: Sequence[tuple[Case, RequestRow]], number: int | None, kind: str | None
) -> tuple[Case, RequestRow] | None:
    fits = [
        (case, request) for case, request in waiting if number in (None, case.number) and kind in (None, request.kind)
    ]
    return fits[0] if len(fits) == 1 else None


def _sentence(context: Context, case: Case, request: RequestRow, *, named: bool, reason: str) -> str:
    several = named or case.waits_besides(request.kind)
    verb = context.text("overdue.no", kind=request.kind, number=case.number, several=several)
    return f"{verb} {reason}"
