"""What changed between two versions of a text: word by word, or all at once where the texts are long and alike."""

from handlers.rules.language.text_diff import Difference, differences
from tests.support.long_texts import LONG, SHORT, text_of, too_slow


def test_words_that_changed() -> None:
    assert differences("三天内整改完毕。", "五天内整改完毕。") == (Difference("三", "五"),)
    assert differences("room 12 is open", "room 123 is open") == (Difference("12", "123"),)
    assert differences("同样", "同样") == ()


def test_a_long_text_is_still_compared_word_by_word() -> None:
    before = "".join(chr(0x4E00 + n) for n in range(5000))
    after = before.replace(before[7], "x").replace(before[4000], "")
    assert differences(before, after) == (Difference(before[7], "x"), Difference(before[4000], ""))


def test_a_long_text_of_few_words_is_shown_as_one_change() -> None:
    before = f"您好。{'的' * 9000}再见。"
    assert differences(before, f"您好。{'了' * 3}{'的' * 8000}再见。") == (Difference("的" * 1000, "了" * 3),)
    assert differences(before, before) == ()
    assert differences("的" * 9000, "的" * 9001) == (Difference("", "的"),)


def test_the_time_of_comparing_grows_with_the_length() -> None:
    for unit in ("的", "ab ", "食堂涨价，"):
        texts = [(text_of(unit, SHORT), text_of(unit, LONG))]
        assert not [*too_slow(lambda text: differences(text, text[5:]), texts)]
