"""A number that names no incident: a list's first, minutes, words that begin with a unit's sign."""

import pytest

from handlers.rules.language.commands import spoken
from handlers.rules.language.incident_numbers import take_numbers


@pytest.mark.parametrize(
    "text",
    [
        "1、食堂有虫 2、作业多",
        "：1、食堂有虫；2、作业多",
        "1.食堂有虫\n2.作业多",
        "(1)食堂有虫(2)作业多",
        "（1）食堂有虫（2）作业多",
        "1) canteen 2) gate",
        "1．食堂有虫 2．作业多",
        "①食堂有虫 ②作业多",
        "：①已到现场；②已拍照",
        "1分钟",
        "2 分钟内",
        "2分",
    ],
)
def test_no_incident_is_named(text: str) -> None:
    assert take_numbers(text, many=True)[0] == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 分管后勤的副校长不管", (1,)),
        ("12 分管领导已阅", (12,)),
        ("1分管领导已阅", (1,)),
        ("1、2、3", (1, 2, 3)),
        ("1、2", (1, 2)),
        ("1、 2", (1, 2)),
        ("1、已送检", (1,)),
        ("12、食堂有虫 2、作业多", (12,)),
        ("2、食堂有虫", (2,)),
        ("1: 已送检 2小时", (1,)),
        ("①", (1,)),
    ],
)
def test_an_incident_is_named(text: str, numbers: tuple[int, ...]) -> None:
    assert take_numbers(text, many=True)[0] == numbers


def test_a_verb_before_a_list_names_nothing() -> None:
    found = spoken("续报：1、已停用；2、已送检", ("续报",))
    assert found
    assert (found.numbers, found.rest) == ((), "1、已停用；2、已送检")


def test_a_number_before_a_list_is_the_incidents() -> None:
    found = spoken("续报 12 1、已停用；2、已送检", ("续报",))
    assert found
    assert (found.numbers, found.rest) == ((12,), "1、已停用；2、已送检")


def test_a_long_text_behind_one_is_read_at_once() -> None:
    for piece in ("1、", "2", "2、3", "1、2", "（1）"):
        take_numbers("1、啊" + piece * 20_000)
