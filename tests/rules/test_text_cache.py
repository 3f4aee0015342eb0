"""What is remembered of texts is bounded: long messages do not fill the memory."""

import tracemalloc

from handlers.registry import PARSE_ORDER
from handlers.rules.text_cache import LONG_ONES, LONGEST, text_cache
from tests.support.long_texts import text_of, utterance


def test_short_texts_are_remembered_and_of_long_ones_the_last_few() -> None:
    read: list[str] = []

    @text_cache(8)
    def first(text: str, *, upper: bool = False) -> str:
        read.append(text)
        return text[0].upper() if upper else text[0]

    assert [first("ab"), first("ab"), first("ab", upper=True)] == ["a", "a", "A"]
    assert read == ["ab", "ab"]
    long = [f"{n}" * (LONGEST + 1) for n in range(9)]
    for text in (*long, *long):
        first(text)
    assert read[2:] == [*long, *long]
    for text in long[-LONG_ONES:]:
        first(text)
    assert len(read) == 2 + 2 * len(long)


def test_long_messages_do_not_fill_the_memory() -> None:
    def say(n: int) -> None:
        said = utterance(
            text_of("家长反映食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3 ", 25_000) + chr(0x4E00 + n)
        )
        for handler in PARSE_ORDER:
            handler.parse(said)

    for n in range(2 * LONG_ONES):
        say(n)
    tracemalloc.start()
    for n in range(2 * LONG_ONES, 6 * LONG_ONES):
        say(n)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 2 << 20
