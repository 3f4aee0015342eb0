"""Personal numbers, and nothing else, are replaced by asterisks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.language.masking import mask, mask_public
from tests.support.each import for_each


@for_each(
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
        # what follows an address is no part of it
        ("https://weibo.com/12345/Ab1cD2eF3家长13812345678", "https://weibo.com/12345/Ab1cD2eF3家长138****5678"),
        ("HTTPS://t.cn/A6，13812345678", "HTTPS://t.cn/A6，138****5678"),
        ("https://a.cn/call?tel=13812345678&x=1", "https://a.cn/call?tel=138****5678&x=1"),
        # countries, separators, widths
        ("+8613812345678", "+86138****5678"),
        ("+86 138 1234 5678", "+86 138****5678"),
        ("（86）13812345678", "（86）138****5678"),
        ("0086-13812345678", "0086-138****5678"),
        ("013812345678", "0138****5678"),
        ("138.1234.5678", "138****5678"),
        ("138·1234·5678", "138****5678"),
        ("138,1234,5678", "138****5678"),
        ("138（1234）5678", "138****5678"),
        ("138\u200b1234\u200b5678", "138****5678"),
        ("1 3 8 1 2 3 4 5 6 7 8", "138****5678"),
        ("**13812345678**", "**138****5678**"),
        ("13812345678 13912345678", "138****5678 139****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "138****5678"),
        ("一三八一二三四五六七八", "138****5678"),
        ("幺三八12345678", "138****5678"),
        ("张三13812345678", "张三138****5678"),
        ("(010)62345678", "(010)****5678"),
        ("（0571）8765 4321", "（0571）****4321"),
        ("+86 10 62345678", "+86 10 ****5678"),
        ("家里电话：62345678", "家里电话：****5678"),
        # identity numbers and bank cards in groups
        ("110105 19490312 002X", "110105********002X"),
        ("110 105 1949 0312 002x", "110105********002x"),
        ("１１０１０５１９４９０３１２００２Ｘ", "110105********002X"),
        ("110105490312002", "110105********2002"),
        ("6222 0212 3456 7890 123", "6222****0123"),
        ("6222-0212-3456-7890", "6222****7890"),
        # no numbers of people
        ("13 14 15 16 17 8", "13 14 15 16 17 8"),
        ("2019 2020 2021 2022", "2019 2020 2021 2022"),
        ("2026-11-23 10:05、12:30", "2026-11-23 10:05、12:30"),
        ("电话20261123记录", "电话20261123记录"),
        ("400-123-4567", "400-123-4567"),
    ],
)
def test_what_is_hidden_and_what_stays(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("draft", "post", "shown"),
    [
        ("请拨 010-62345678。", "食堂有虫", "请拨 010-62345678。"),
        ("请拨 010-62345678。", "我的电话 62345678", "请拨 010-****5678。"),
        ("联系人 13800000000", "", "联系人 13800000000"),
        ("已致电 138 1234 5678", "电话１３８１２３４５６７８", "已致电 138****5678"),
        ("已致电 +86 13812345678", "138.1234.5678", "已致电 +86 138****5678"),
        ("110101199003071234", "", "110101********1234"),
        ("6222021234567890123", "", "6222****0123"),
    ],
)
def test_only_the_publics_numbers_are_hidden_in_what_we_write(draft: str, post: str, shown: str) -> None:
    assert mask_public(draft, post) == shown


def test_an_address_stays_whole() -> None:
    address = "https://m.weibo.cn/status/4885639100630954"
    assert mask(address) == address


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.text("中文，。 abc", max_size=8), st.text("中文，。 abc", max_size=8))
def test_every_mobile_number_is_hidden(number: str, before: str, after: str) -> None:
    assert number not in mask(before + number + after)


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


SEPARATED = st.sampled_from(("", " ", "-", ".", "·", "—", "  "))
FORMS = st.sampled_from(("0123456789", "０１２３４５６７８９", "〇一二三四五六七八九", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"))


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), FORMS, SEPARATED, SEPARATED, st.sampled_from(("", "+86", "+86 ", "0")))
def test_however_a_mobile_number_is_written(number: str, form: str, one: str, two: str, before: str) -> None:
    written = one.join((number[:3], two.join((number[3:7], number[7:]))))
    written = written.translate(str.maketrans("0123456789", form))
    assert mask(f"家长{before}{written}。") == f"家长{before}{number[:3]}****{number[7:]}。"
