"""Read how a matter came here from the label before a post: `热线 …`, `转办 市信访局 …`, `hotline: …`.

A label stands at the beginning and is set off from what follows. What was handed on by another body names it.
"""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern

Origin = Literal["found", "handed", "hotline", "mailbox", "reception", "media", "forwarded"]
ORIGINS: tuple[Origin, ...] = ("found", "handed", "hotline", "mailbox", "reception", "media", "forwarded")
"""Found by ourselves · handed down by a superior · hotline · mailbox · reception day · media · forwarded by a body."""
LONGEST_BODY = 20
"""Maximum length (characters) of a body's name that no configuration knows."""
SHORTEST_POST = 10
"""Minimum length (characters) of what another body forwards, to tell it from a transfer to that body."""

_CHINESE: dict[Origin, str] = {
    "found": "自行发现|自查发现|自己发现|巡查发现|自查",
    "handed": "上级交办|交办",
    "hotline": "(?:12345|市长|县长|政务|服务|民生|便民)?热线(?:来电|工单|转来)?|12345",
    "mailbox": "(?:局长|校长|院长|书记|市长|县长|镇长|主任|领导|网上|意见|电子|举报|投诉)?信箱(?:来信)?|来信|邮箱",
    "reception": "(?:领导|校长|局长|院长|书记)?接访日?|来访|信访接待|接待日",
    "media": "媒体(?:来电|报道|采访|询问)?|记者(?:来电|采访)?",
    "forwarded": "转办|转来|转交",
}
_ENGLISH: dict[Origin, str] = {
    "found": "found by ourselves|found",
    "handed": "handed down(?: by)?",
    "hotline": "hotline",
    "mailbox": "mailbox|letter",
    "reception": "reception(?: day)?|visit",
    "media": "media|press",
    "forwarded": "forwarded(?: by)?",
}
_ANY_CASE = re.IGNORECASE
_EDGE = r"(?=[\s:：,，]|$)"
_BEFORE_A_POST = {
    origin: LazyPattern(rf"(?:来源[\s:：]{{0,3}})?(?:{words}){_EDGE}[\s:：,，]*+") for origin, words in _CHINESE.items()
}
_IN_ENGLISH: dict[Origin, LazyPattern] = {
    origin: LazyPattern(rf"(?:origin[ :]{{1,2}})?(?:{words}) ?:\s*+", _ANY_CASE) for origin, words in _ENGLISH.items()
}
_NAMED_IN_ENGLISH = LazyPattern(
    r"(?P<origin>forwarded|handed down) by (?P<body>[^:：\n]{2,40})[:：]\s*+", re.IGNORECASE
)
_ALONE = {
    origin: LazyPattern(rf"(?:{_CHINESE[origin]}|{_ENGLISH[origin]}){_EDGE}[\s:：,，]*+", _ANY_CASE)
    for origin in ORIGINS
}
_A_BODY = LazyPattern(
    r"\S{1,18}(?:局|办|委|厅|部|处|署|院|会|府|中心|公司|集团|学校|大学|台|报|社|室|镇|街道|区|县|市|[Oo]ffice|[Bb]ureau)"
)
_WORD = LazyPattern(r"[^\s:：,，]+")


class Came(NamedTuple):
    """How a matter came here, from which body if one is named, and what was said besides."""

    origin: Origin = "found"
    body: str | None = None
    text: str = ""


FOUND = Came()
"""Found by ourselves."""


def before_post(text: str, bodies: Iterable[str] = ()) -> Came | None:
    """Return what the label before a post says, and the post; None without a label. `bodies` are the known names."""
    normalized = normalize(text)
    if named := _NAMED_IN_ENGLISH.match(normalized):
        origin: Origin = "forwarded" if named["origin"].casefold() == "forwarded" else "handed"
        return Came(origin, text[slice(*named.span("body"))].strip(), text[named.end() :])
    for origin in ORIGINS:
        found = _BEFORE_A_POST[origin].match(normalized) or _IN_ENGLISH[origin].match(normalized)
        if found:
            return Came(origin, *_body(origin, text[found.end() :], bodies))
    return None


def named(words: str, bodies: Iterable[str] = ()) -> Came | None:
    """Return the origin that words name and nothing else: 热线, 转办 市信访局, forwarded by the bureau."""
    normalized = normalize(words.strip(" 。.!！"))
    for origin in ORIGINS:
        if found := _ALONE[origin].match(normalized):
            body = words.strip(" 。.!！")[found.end() :].strip()
            known = body.casefold() in {one.casefold() for one in bodies}
            if not body or known or (len(body) <= 2 * LONGEST_BODY and "\n" not in body):
                return Came(origin, body or None)
    return None


def _body(origin: Origin, rest: str, bodies: Iterable[str]) -> tuple[str | None, str]:
    """Split off the body with which the rest begins: a known one, or the first word if it is the name of one."""
    for name in sorted(bodies, key=len, reverse=True):
        if normalize(rest)[: len(name)].casefold() == normalize(name).casefold():
            return name, rest[len(name) :].lstrip(" \n:：,，")
    first = _WORD.match(rest)
    if origin not in ("forwarded", "handed") or first is None or len(first[0]) > LONGEST_BODY:
        return None, rest
    behind = rest[first.end() :].lstrip(" \n:：,，")
    return (first[0], behind) if behind and _A_BODY.fullmatch(first[0]) else (None, rest)
