"""Tell a speaker's own words from what they pasted: quotations, chat records, lines of somebody else's chat.

「周晓：同意12」
- - - - -
好的                     own words: 好的; the rest is material, and no verb in it is a command
"""

import re
from typing import NamedTuple

from handlers.rules.lazy_pattern import LazyPattern

_QUOTED = LazyPattern(
    r"\s*(?:「[^」]*」|『[^』]*』|“[^”]*”|‘[^’]*’|«[^»]*»|〝[^〞]*〞|\"[^\"\n]*\"|\[引用[^\]]*\]|(?:^>[^\n]*\n?)+)"
    r"[\s\-—–_=~·*]*",
    re.MULTILINE,
)
_RECORD = LazyPattern(
    r"^[^\S\n]*+(?:[\[【〔(（][^\n\]】〕)）]{0,20}(?:聊天记录|转发消息|chat (?:history|record)s?)[\]】〕)）]"
    r"|[^\n，。]{0,20}的聊天记录\s*[:：]?\s*$|-{2,}\s*(?:转发|forwarded)[^\n]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_CLOCK = (
    r"(?:\d{2,4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?|(?:昨天|今天|前天|上午|下午|星期.|周.)?\s*+\d{1,2}:\d{2}(?::\d{2})?"
)
_SPEAKER = LazyPattern(
    rf"^\s*+(?!https?:)[\[【]?[^\s:：,，。!！?？「“#\d][^\s:：,，。!！?？「“#]{{0,15}}(?:\s*[(（][^)）\n]{{1,16}}[)）])?[\]】]?"
    rf"(?:\s++(?:{_CLOCK})[^:：\n]{{0,12}}){{0,2}}(?:\s*+[:：]|(?<=\d)[^\S\n]*+$)",
    re.MULTILINE,
)


class OwnWords(NamedTuple):
    """`own` is what the speaker says, `pasted` what stands before it or, in a pasted record, behind it."""

    own: str
    pasted: str = ""


def own_words(text: str) -> OwnWords:
    """Split off a quotation that a text begins with, and everything from the header of a pasted chat record on."""
    end = 0
    while found := _QUOTED.match(text, end):
        end = found.end()
    record = _RECORD.search(text, end)
    own = text[end : record.start()] if record else text[end:]
    pasted = (text[:end].strip(), text[record.start() :].strip() if record else "")
    return OwnWords(own.strip(), "\n".join(filter(None, pasted)))


def is_chat(line: str) -> bool:
    """Return whether a line is somebody's in a pasted chat: `周晓：好的`, `周晓 11-23 10:05`."""
    return _SPEAKER.match(line) is not None
