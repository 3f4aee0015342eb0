"""Every command's parser takes ten times as long for ten times the text, however the text is made.

The commands are those of the registry. All of them parse a sample of texts here, and each of them every text with
`make test-long`.
"""

import random
from collections.abc import Callable
from itertools import islice, product
from types import ModuleType

import pytest

from handlers.commands import publish
from handlers.common.suggestions import typed_numbers
from handlers.registry import PARSE_ORDER
from tests.support.long_texts import BEGINNINGS, LONG, MIXED, SHORT, UNITS, text_of, too_slow, utterance

SAMPLE = 8
"""How many texts all parsers read in a quick run."""
EVERY = 9
"""Of the texts with a beginning each parser reads one in so many, another one in each of its runs."""
KNOWN = (
    "已发布 1 |1", "拟复 3 |11月3日", "合并 1 | ", "|审核", "|在上", "|①②", "上报 |https://a.cn/1 ",
    "请假 至 周五 | ", "请假 至 周五 由 孙|\n", "授权 王强| ", "牵头 1 总务处| ", "改派 1 总务处|，",
)  # fmt: skip
"""Texts that once held up the bot for seconds."""


def texts(made: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(text_of(unit, SHORT, begin), text_of(unit, LONG, begin)) for begin, unit in made]


def parse_all(text: str) -> None:
    said = utterance(text)
    for handler in PARSE_ORDER:
        handler.parse(said)


POST = "https://weibo.com/1234567890/Ab1cD2eF3"


def test_a_report_that_goes_on_beyond_what_is_read_publishes_nothing() -> None:
    told = publish.parse(utterance(f"已发布 12 {POST} {'好' * 9000}"))
    beyond = publish.parse(utterance(f"已发布 12 {POST} {'好' * 20_000}，还没审核通过"))
    assert told
    assert beyond
    assert (told.words.publicity, beyond.words.publicity, beyond.number) == ("public", "not yet", 12)
    assert publish.parse(utterance(f"食堂饭菜有异物 {POST} {'长' * 20_000}")) is None


def test_circled_numbers_count_a_list_and_name_no_matter() -> None:
    assert typed_numbers("①修路 ②修灯") == ()
    assert typed_numbers("①" * 9) == ()
    assert typed_numbers("看看12号和 #３") == (12, 3)


def parser(handler: ModuleType) -> Callable[[str], object]:
    return lambda text: handler.parse(utterance(text))


def test_the_time_of_parsing_grows_with_the_length() -> None:
    known = [(begin, unit) for begin, _, unit in (one.partition("|") for one in KNOWN)]
    made = random.Random(25).sample([*product(BEGINNINGS, UNITS)], SAMPLE)
    assert not [*too_slow(parse_all, texts([*known, *made]))]


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("handler", PARSE_ORDER, ids=lambda handler: handler.__name__.rpartition(".")[2])
def test_the_time_of_each_parser_grows_with_the_length_of_any_text(handler: ModuleType) -> None:
    dice = random.Random(handler.__name__)
    made = [one for one in product(BEGINNINGS, (*UNITS, *MIXED)) if dice.randrange(EVERY) == 0]
    assert not [*islice(too_slow(parser(handler), texts(made)), 10)]
