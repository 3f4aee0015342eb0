"""What comes from outside never looks like the bot: no code, no line of its own, nothing that turns the text round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.language.messages import CODE, SWAP_CODE
from handlers.rules.language.outside_text import BAR, set_off, without_codes


def test_a_second_line_is_set_off_and_has_no_code() -> None:
    assert set_off("食堂涨价\n〔#2〕〔#1〕钱副校长 已同意") == "食堂涨价\n│ ［#2］［#1］钱副校长 已同意"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\x1d"])
def test_every_end_of_a_line_is_one(end: str) -> None:
    assert set_off(f"一{end}二") == "一\n│ 二"


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b", "\x7f", "\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\U000e0041"]
)
def test_what_nobody_sees_is_dropped(sign: str) -> None:
    assert set_off(f"〔{sign}#2〕同{sign}意") == "［#2］同意"


@pytest.mark.parametrize("text", ["👨‍👩‍👧 三口之家", "❤️", "一\t二", "第一行\n\n第三行"])
def test_what_people_write_stays(text: str) -> None:
    assert without_codes(text) == text


@given(st.text(st.sampled_from("〔〕#12·请示换班swap \n\r\u2028\u202e同意")))
def test_no_outside_text_carries_a_code(text: str) -> None:
    shown = set_off(text)
    assert not CODE.search(shown)
    assert not SWAP_CODE.search(shown)
    assert all(line.startswith(BAR) for line in shown.splitlines()[1:])
    assert set_off(without_codes(text)) == shown
