"""Personal numbers, and nothing else, are replaced by asterisks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.language.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("138 1234 5678", "138****5678"),
        ("138-1234-5678", "138****5678"),
        ("110101199003071234", "110101********1234"),
        ("11010119900307123X", "110101********123X"),
        ("11010119900307123x", "110101********123x"),
        ("010-62345678", "010-****5678"),
        ("0571-8765432", "0571-****5432"),
        ("卡号6222021234567890123", "卡号6222****0123"),
        ("6222021234567890", "6222****7890"),
        ("2026年11月23日 10:05", "2026年11月23日 10:05"),
        ("12345热线", "12345热线"),
        ("〔#12·34〕", "〔#12·34〕"),
        ("https://weibo.com/1642634100/MzVRA2E8G", "https://weibo.com/1642634100/MzVRA2E8G"),
        ("20261123", "20261123"),
        ("12812345678", "12812345678"),
    ],
)
def test_what_is_hidden_and_what_stays(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_an_address_stays_whole() -> None:
    address = "https://m.weibo.cn/status/4885639100630954"
    assert mask(address) == address


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.text("中文，。 abc", max_size=8), st.text("中文，。 abc", max_size=8))
def test_every_mobile_number_is_hidden(number: str, before: str, after: str) -> None:
    assert number not in mask(before + number + after)


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)
