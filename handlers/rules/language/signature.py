"""A signature and a date below what somebody writes: `同意⏎钱副校长`, `同意 —— 钱，11月23日`."""

import re

from handlers.rules.lazy_pattern import LazyPattern

_DATE = r"(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d{2})?"
_DATED = LazyPattern(rf"(?:[\s,，。;；—–-]+|[(（]){_DATE}[)）]?[\s。.]*$")
_TITLES = (
    "副校长", "校长", "副局长", "局长", "副处长", "处长", "副科长", "科长", "副院长", "院长", "副部长", "部长",
    "副镇长", "镇长", "副县长", "县长", "副区长", "区长", "副市长", "市长", "副主任", "主任", "副书记", "书记",
    "总经理", "经理", "总监", "老师",
)  # fmt: skip


_LONGEST = 80
"""Maximum length (characters) of a signature with its date, so that long messages are not searched for one."""


def unsigned(text: str, speaker: str) -> str:
    """Return the text without the date and the speaker's own signature at its end. Another's name stays in it."""
    text = _undated(text.rstrip())
    for name in _signatures(speaker):
        signed = re.compile(
            rf"(?:\s*\n\s*|[\s,，。;；]*[—–-]+\s*|[\s,，]+|[(（]){re.escape(name)}[)）]?[\s。.]*$", re.IGNORECASE
        )
        found = signed.search(text, max(len(text) - _LONGEST, 0))
        if found and found.start():
            return _undated(text[: found.start()])
    return text


def _undated(text: str) -> str:
    found = _DATED.search(text, max(len(text) - _LONGEST, 0))
    return text[: found.start()] if found else text


def _signatures(speaker: str) -> list[str]:
    """Return how somebody signs: the whole name, the surname with the title, the surname."""
    if not speaker:
        return []
    title = next((title for title in _TITLES if speaker.endswith(title)), "")
    stem = speaker[: -len(title)] if title else speaker
    called = [speaker, stem, *([f"{stem[:1]}{title}", f"{stem}{title.removeprefix('副')}", stem[:1]] if title else [])]
    return sorted({one for one in called if one}, key=len, reverse=True)
