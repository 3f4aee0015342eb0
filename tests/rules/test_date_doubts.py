"""Dates in a draft that cannot be meant, and those that are right."""

from datetime import datetime

import pytest

from handlers.rules.time.date_doubts import date_doubts
from tests.support.cases import INSTITUTION
from tests.support.story import SHANGHAI

NOW = datetime(2026, 11, 23, 10, 5, tzinfo=SHANGHAI)


def doubts(text: str, at: datetime = NOW) -> list[str]:
    return [doubt.why for doubt in date_doubts(text, at, INSTITUTION.calendar)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("11月20日前公布结果。", "passed"),
        ("１１月２０日前公布结果。", "passed"),
        ("将于2025年12月1日前完成。", "passed"),
        ("预计11月20日完成。", "passed"),
        ("We will publish it by 20 November.", "passed"),
        ("11月26日（周五）前公布", "weekday"),
        ("11月26日（星期五）前公布", "weekday"),
        ("11月26日周五前公布结果", "weekday"),
        ("下周三（11月26日）前公布", "weekday"),
        ("2026-11-26（周五）公布", "weekday"),
        ("Friday 26 November we will publish it.", "weekday"),
        ("by 26 November (Friday)", "weekday"),
        ("11月31日前公布", "no such day"),
        ("将于2月30日前完成", "no such day"),
    ],
)
def test_doubtful(text: str, why: str) -> None:
    assert why in doubts(text)


@pytest.mark.parametrize(
    "text",
    [
        "11月26日（周四）前公布", "11月26日周四前公布", "by Thursday, 26 November 2026", "11月20日前已完成整改。",
        "您11月18日反映的问题，11月20日（周五）我们到现场查看。", "我们在11月20日前完成了整改。", "三天内公布结果。",
        "1月15日前公布。", "下周五前公布。", "根据2020年9月1日起施行的办法", "2月29日前完成",
        "It was repaired on 20 November.",
    ],
)  # fmt: skip
def test_right(text: str) -> None:
    assert doubts(text) == []


def test_a_day_passes_at_its_end() -> None:
    evening = NOW.replace(hour=23, minute=59)
    assert doubts("11月23日前公布结果。", evening) == []
    assert doubts("11月23日前公布结果。", evening.replace(day=24, hour=0, minute=0)) == ["passed"]


def test_each_date_is_doubted_once() -> None:
    assert doubts("11月20日前公布结果。" * 3 + "11月31日前公布。" * 3) == ["passed", "no such day"]
