"""Parsing commands: verbs, numbers, and the parts that are removed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.language.commands import asks, clean, spoken, whole
from handlers.rules.language.folding import normalize
from handlers.rules.language.incident_numbers import take_numbers


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@回音 签收 12", "签收 12"),
        ("签收 12 @回音", "签收 12"),
        ("@回音\u2005签收 12", "签收 12"),
        ("@HUIYIN ack 12", "ack 12"),
        ("@回音", ""),
        ("@回音机器人 签收", "签收"),
        ("@回音签收 12", "签收 12"),
        ("@Huiyin签收 12", "签收 12"),
        ("@Huiyins ack 12", "@Huiyins ack 12"),
        ("12 签收@回音", "12 签收"),
        ("zhang@huiyin.com", "zhang@huiyin.com"),
        ("签\u200b收\u2060 12\ufeff", "签收 12"),
        ("\u202a签收\u202c 1\u00ad2", "签收 12"),
        ("签收\U000e0041 12", "签收 12"),
        ("@王强 @回音 请看", "@王强  请看"),
        ("  a\u00a0b  ", "a b"),
    ],
)
def test_the_bots_name_is_taken_out(text: str, left: str) -> None:
    assert clean(text, ("回音", "Huiyin")) == left


@pytest.mark.parametrize(
    ("text", "numbers", "rest"),
    [
        (" 12", (12,), ""),
        ("#12", (12,), ""),
        ("＃１２ 好", (12,), " 好"),
        ("第12号 好", (12,), " 好"),
        ("12号", (12,), ""),
        ("12、13 和 14", (12, 13, 14), ""),
        ("12,13", (12, 13), ""),
        ("12 2天", (12,), " 2天"),
        ("2天", (), "2天"),
        ("3个工作日", (), "3个工作日"),
        ("2h", (), "2h"),
        ("3 days", (), "3 days"),
        ("2026年", (), "2026年"),
        ("11月26日", (), "11月26日"),
        ("12345678", (), "12345678"),
        ("3.5", (3,), ".5"),
        ("12abc", (), "12abc"),
        ("好 12", (), "好 12"),
    ],
)
def test_numbers(text: str, numbers: tuple[int, ...], rest: str) -> None:
    assert take_numbers(text, many=True) == (numbers, rest)


def test_one_number_is_read_unless_many_are_asked_for() -> None:
    assert take_numbers("12 13 14") == ((12,), " 13 14")


@pytest.mark.parametrize("text", ["同意 12、13", "12 13 同意", "12 同意 13", "同意12和13。"])
def test_whole_reads_every_number(text: str) -> None:
    assert whole(text, ("同意",)) == (12, 13)


@pytest.mark.parametrize("text", ["同意12楼", "同意 12 吧", "不同意 12", "同意 12 3天", "x 同意"])
def test_whole_means_the_whole_sentence(text: str) -> None:
    assert whole(text, ("同意",)) is None


def test_the_longest_verb_wins() -> None:
    found = spoken("查询 食堂", ("查", "查询"))
    assert found
    assert (found.verb, found.rest) == ("查询", "食堂")


def test_an_english_verb_ends_with_its_word() -> None:
    assert spoken("acknowledged 1", ("ack",)) is None
    assert spoken("ack，1", ("ack",))


def test_texts_keep_their_width_behind_the_number() -> None:
    found = spoken("拟复　１２　３天内（含）公布", ("拟复",))
    assert found
    assert (found.number, found.rest) == (12, "３天内（含）公布")


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    whole(text, ("同意", "approve"))
    spoken(clean(text, ("回音",)), ("签收", "ack"), many=True)
    take_numbers(text)


@given(st.text())
def test_folding_keeps_places(text: str) -> None:
    """A match in the normalized text is cut out of the original at the same positions."""
    assert len(normalize(text)) == len(text)


@given(st.integers(1, 9_999_999))
def test_every_spelling_of_a_number_is_the_number(number: int) -> None:
    wide = str(number).translate({48 + n: 0xFF10 + n for n in range(10)})
    for text in (f"{number}", f"#{number}", f"{number}号", f"第{number}号", wide, f"＃{wide}"):
        assert take_numbers(text)[0] == (number,)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", [" ", "\n", "\u3000", "。", "，", "~", "?", "谢谢 ", "好的，", "1 ", "第 ", "12、", "1月"]
)
def test_long_runs_of_anything_are_read_at_once(piece: str) -> None:
    """It would take minutes, or exhaust the stack, if a run were scanned again from each of its positions."""
    for text in (piece * 20_000, f"上报 {piece * 20_000}啊", f"签收 1{piece * 20_000}啊"):
        whole(text, ("签收", "同意"))
        spoken(text, ("签收", "上报"), many=True)
        spoken(text, ("签收", "上报"))
        asks(text)
