"""A text has a bounded number of terms in the index, however long it is and whatever stands in it."""

import random

import pytest

from handlers.rules.posts.similarity import MOST_TERMS, terms

DICE = random.Random(5)


@pytest.mark.parametrize("separator", ["", "，", " "])
def test_no_more_than_the_first_terms_count(separator: str) -> None:
    text = separator.join(chr(DICE.randint(0x4E00, 0x9FA5)) for _ in range(80_000))
    assert len(terms(text)) == MOST_TERMS
    assert terms(text) == terms(text[: 4 * MOST_TERMS])


def test_what_a_short_text_has() -> None:
    assert terms("食堂饭菜，lunch 2026") == {"食堂", "堂饭", "饭菜", "菜", "lunch", "2026"}
