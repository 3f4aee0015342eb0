"""The counts of a post's heat in words: 阅读 3500 评论 520 转发 6, views 3.5k comments 520 reposts 6."""

import re

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.regime.tiers import Heat

_COUNTS = {
    "views": LazyPattern(r"(?:阅读|浏览|播放|点击|views?)\D{0,3}(\d[\d,]*(?:\.\d+)?)\s*(万|w|k)?", re.IGNORECASE),
    "comments": LazyPattern(r"(?:评论|留言|回帖|comments?)\D{0,3}(\d[\d,]*(?:\.\d+)?)\s*(万|w|k)?", re.IGNORECASE),
    "reposts": LazyPattern(
        r"(?:转发|转载|分享|reposts?|shares?)\D{0,3}(\d[\d,]*(?:\.\d+)?)\s*(万|w|k)?", re.IGNORECASE
    ),
}
_NO_COUNT = LazyPattern(r"(?:[-−—–]|负|减|minus)\s*\d|\d\.\d+\.\d", re.IGNORECASE)
"""A number below zero, or with two points."""
_UNITS = {"": 1, "万": 10_000, "w": 10_000, "k": 1_000}


def read_counts(text: str) -> Heat:
    """Return the counts; none of them if one cannot be a count, which is a slip of the finger."""
    plain = normalize(text)
    if _NO_COUNT.search(plain):
        return Heat()
    counts = {name: _count(match) for name, pattern in _COUNTS.items() if (match := pattern.search(plain))}
    return Heat(**counts)


def _count(match: re.Match[str]) -> int:
    number = float(match[1].replace(",", ""))
    return round(number * _UNITS[(match[2] or "").lower()])
