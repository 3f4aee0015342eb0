"""`请假 至 周五` · `请假 至 周五 由 孙副校长 代` / `leave until Friday`: the deputy acts until then. `销假` ends it."""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.delegation import end_delegations, give, one_of
from handlers.rules.language.commands import whole
from handlers.rules.language.folding import normalize
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.refusal import Refusal

VERBS = ("请假", "外出", "出差", "leave", "on leave")
ENDING = ("销假", "我回来了", "back", "i am back")
EXAMPLES = {
    "zh": ("请假 至 周五", "请假 至 周五 由 孙副校长 代", "销假"),
    "en": ("leave until Friday", "leave until Friday, deputy sun", "back"),
}
_BY = LazyPattern("由|请|deputy", re.IGNORECASE)
_STANDS_IN = ("代理", "代班", "代管", "代", "顶班")
_BLANKS = " \t\n\r\u3000\u00a0"
_LEADING = LazyPattern(r"^(?:至|到|until|till)\s*", re.IGNORECASE)


class Leave(NamedTuple):
    until: str
    deputy: str
    ends: bool = False


def parse(utterance: Utterance) -> Leave | None:
    if whole(utterance.text, ENDING) == () and (
        utterance.message.addressed or normalize(utterance.text).strip() == "销假"
    ):
        return Leave("", "", ends=True)
    found = utterance.command(VERBS, glued=True)
    if found is None or found.numbers:
        return None
    until, deputy = _parted(found.rest)
    return Leave(_LEADING.sub("", until).strip("。.!！ "), deputy)


def _parted(text: str) -> tuple[str, str]:
    """Return until when and who acts, "" if nobody is named: 周五 由 孙副校长 代. The deputy ends the last line."""
    text = text.rstrip(f"{_BLANKS}。.!！")
    ending = next((word for word in _STANDS_IN if text.endswith(word)), "")
    bare = text.removesuffix(ending).rstrip(_BLANKS)
    last_line = len(bare[: bare.rfind("\n") + 1].rstrip())
    found = next((one for one in _BY.finditer(bare) if one.end() >= last_line), None)
    deputy = (bare[found.end() :].strip() or ending) if found else ""
    if found is None or not deputy:
        return text, ""
    return text[: found.start()].rstrip(f"{_BLANKS},，;；"), deputy


async def handle(context: Context, asked: Leave) -> None:
    if asked.ends:
        await end_delegations(context)
        return
    deputy = one_of(context, asked.deputy) if asked.deputy else context.person_of(context.person.deputy)
    if deputy is None:
        raise Refusal("leave.no_deputy")
    await give(context, deputy, asked.until, "leave")
