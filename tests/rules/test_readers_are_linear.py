"""Every reader of the rules and of what is shown takes ten times as long for ten times the text, however it is made.

`tests/support/readers.py` lists them. Here those that were slow and a third of the others read a sample of texts, with
`make test-long` all of them all texts.
"""

import random
from collections.abc import Iterable
from itertools import islice

import pytest

from tests.support.long_texts import BLANKS, LONG, MIXED, SHORT, UNITS, text_of, too_slow
from tests.support.readers import READERS
from tests.support.thinned import one_in

SAMPLE = 1
"""How many texts each reader gets in a quick run, another one for each, beside the known ones."""
KNOWN = {
    "whom": ("王强", "总务处", "chu长"),
    "promises": ("11月3日",),
    "chat": (" 11月3日", "11月3日 "),
    "thanked": ("，", "谢谢"),
    "publication": ("在上", "审核", "?"),
    "labels": ("一二三四五", "1"),
    "all links": (")", "https://a.cn/1 "),
    "without addresses": ("https://a.cn/1 ",),
    "result": ("修好",),
    "posts": ("- a\n", "https://a.cn/1 ", "1"),
    "typed numbers": ("①", "1 "),
    "people named": ("!",),
    "forwarded": (" 发布于 张三",),
    "suggestion": ("a",),
}
"""Texts that once took seconds, minutes or for ever."""


def texts(units: list[str]) -> list[tuple[str, str]]:
    return [(text_of(unit, SHORT), text_of(unit, LONG)) for unit in units]


def behind_words(units: Iterable[str]) -> list[tuple[str, str]]:
    """Return the same texts behind words: blanks at the beginning are taken away before anything is read."""
    return [(text_of(unit, SHORT, "换班"), text_of(unit, LONG, "换班")) for unit in units]


@pytest.mark.parametrize("name", [*KNOWN, *one_in(3, [name for name in READERS if name not in KNOWN])])
def test_the_time_grows_with_the_length(name: str) -> None:
    units = [*KNOWN.get(name, ()), *random.Random(name).sample(UNITS, SAMPLE)]
    inside = random.Random(f"{name} inside").sample((*BLANKS, *UNITS), SAMPLE)
    assert not [*too_slow(READERS[name], [*texts(units), *behind_words([" ", *inside])])]


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", READERS)
def test_the_time_grows_with_the_length_of_any_text(name: str) -> None:
    assert not [*islice(too_slow(READERS[name], [*texts([*UNITS, *MIXED]), *behind_words(UNITS)]), 10)]
