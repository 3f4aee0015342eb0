"""Words that only begin like a day or a week (日报, 周刊, 月饼, 天气) are no dates and no lengths to any reader."""

import pytest

from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.time.promises import find, moment
from tests.support.cases import FOUND, INSTITUTION

CALENDAR = INSTITUTION.calendar
WORDS = [
    "日报", "日常", "日程", "日用品", "周刊", "周报", "周边", "周末版", "月刊", "月报", "月饼", "月季", "年报", "年鉴",
    "年检", "时报", "时讯", "时常", "点名", "点评", "天气", "天桥",
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("gap", [" ", ""])
def test_a_number_before_one_is_the_matters(word: str, gap: str) -> None:
    assert take_numbers(f"12{gap}{word}问检测结果")[0] == (12,)


@pytest.mark.parametrize(
    "words",
    [
        "12天", "2 天 等报告", "3日内", "2 周内", "2周", "3 月", "12日报送", "12 日报名截止", "3月报名", "2 个工作日",
        "3 小时", "5 分钟", "2 年", "3 周等报告", "2日 前", "12月", "2 时许",
    ],
)  # fmt: skip
def test_a_length_or_a_day_stays_one(words: str) -> None:
    assert take_numbers(words)[0] == ()


@pytest.mark.parametrize(
    "words",
    ["今日头条", "今晚报", "今日早报", "本周刊", "本月刊", "3月饼", "12月刊", "周日报", "下周边", "本月报", "8月季花"],
)
def test_a_name_is_no_moment(words: str) -> None:
    assert moment(f"{words}问检测结果", FOUND, CALENDAR) is None
    assert find(f"将在{words}公布结果。", FOUND, CALENDAR) == ()


@pytest.mark.parametrize(
    "words", ["今日报送", "明天桥面修好", "本周刊登", "本月报送", "周日报送", "12月报批", "明天空调修好", "今日公布"]
)
def test_a_day_before_a_deed_stays_one(words: str) -> None:
    assert moment(words, FOUND, CALENDAR) is not None
