"""Patterns that are tried only where they can begin, or near the words that they need, find what they find everywhere.

Tried with every pattern of the rules, and with the patterns of days and periods, on texts of all sorts of words.
"""

import gc
import random
import re

import pytest

import handlers.registry
from handlers.rules.language.near_words import REACH, find_near
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.time_words_en import ENGLISH
from handlers.rules.time.time_words_zh import CHINESE
from tests.support.long_texts import UNITS

PATTERNS = [one for one in gc.get_objects() if isinstance(one, LazyPattern)] if handlers.registry.HANDLERS else []
DICE = random.Random(11)
TEXTS = ["".join(DICE.choice(UNITS) for _ in range(60)) for _ in range(25)]
FAR = "好" * (3 * REACH)


def found(pattern: LazyPattern | re.Pattern[str], text: str) -> list[tuple[tuple[int, int], tuple[str | None, ...]]]:
    return [(one.span(), one.groups()) for one in pattern.finditer(text)]


def test_where_a_pattern_can_begin() -> None:
    assert len(PATTERNS) > 100
    for pattern in PATTERNS:
        plain = re.compile(pattern.pattern, pattern._flags)
        assert [one for one in TEXTS if found(pattern, one) != found(plain, one)] == [], pattern.pattern


@pytest.mark.parametrize(
    "pattern", ["", "a|", "(?:a|b)*", "[^a]|b", "(?i:a)|b", "(?s).|\n", r"\b", "(?=a)", "(?:a?|b)c|.d"]
)
def test_a_pattern_that_may_begin_with_anything(pattern: str) -> None:
    text = "a\nB bcd ad"
    assert found(LazyPattern(pattern), text) == found(re.compile(pattern), text)


def test_near_the_words_that_a_pattern_needs() -> None:
    for written, _, words in (*ENGLISH, *CHINESE):
        pattern = LazyPattern(written, re.IGNORECASE)
        for text in (*TEXTS, FAR.join(TEXTS[:3]), f"İ{TEXTS[0]}", f"3天内{FAR}11月3日前{FAR}by 3 May", ""):
            near = [(one.span(), one.groups()) for one in find_near(pattern, words, text, text.lower())]
            assert near == found(pattern, text), written
