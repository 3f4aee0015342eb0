"""Texts of 20,000 characters, such as a paste that went wrong, do not hold up the bot: each is read within a second."""

from collections.abc import Callable
from time import process_time

import pytest

from handlers.rules.incident.results import classify
from handlers.rules.language.own_words import own_words
from handlers.rules.language.signature import unsigned
from handlers.rules.posts.list_items import list_items

LONGEST = 20_000
READERS = [
    own_words,
    lambda text: unsigned(text, "钱副校长"),
    list_items,
    classify,
]


@pytest.mark.parametrize("unit", [" ", "\n", "，", "- ", "一", "1", "1、"])
@pytest.mark.parametrize("read", READERS, ids=["own words", "signature", "list", "result"])
def test_a_long_text_is_read_within_a_second(read: Callable[[str], object], unit: str) -> None:
    started = process_time()
    read(f"办结 12 {unit * (LONGEST // len(unit))}。x")
    assert process_time() - started < 1
