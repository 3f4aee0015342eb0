"""Statutory festivals that are known without the State Council's yearly notice, 2027–2040.

By the decision of 2024-11-10 (全国年节及纪念日放假办法, article 2), in days: New Year's Day 1,
Spring Festival 4 (the eve to the third day), Qingming 1, Labour Day 2, Dragon Boat 1, Mid-autumn 1,
National Day 3. The names are those of `chinesecalendar`.
"""

from collections.abc import Iterator
from datetime import date, timedelta

_SOLAR_FESTIVALS = (
    (1, 1, "New Year's Day"),
    (5, 1, "Labour Day"),
    (5, 2, "Labour Day"),
    (10, 1, "National Day"),
    (10, 2, "National Day"),
    (10, 3, "National Day"),
)
# First day of the lunar year, Dragon Boat, Mid-autumn: computed with lunardate and lunar_python.
_LUNAR_FESTIVALS = {
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
    2036: ((1, 28), (5, 30), (10, 4)),
    2037: ((2, 15), (6, 18), (9, 24)),
    2038: ((2, 4), (6, 7), (9, 13)),
    2039: ((1, 24), (5, 27), (10, 2)),
    2040: ((2, 12), (6, 14), (9, 20)),
}


def festivals(year: int) -> Iterator[tuple[date, str]]:
    """Yield days of rest and their names; beyond the lunar table only those of the solar calendar."""
    for month, day, name in _SOLAR_FESTIVALS:
        yield date(year, month, day), name
    yield date(year, 4, _qingming(year)), "Tomb-sweeping Day"
    if year in _LUNAR_FESTIVALS:
        spring, dragon_boat, mid_autumn = (date(year, *month_day) for month_day in _LUNAR_FESTIVALS[year])
        for offset in range(-1, 3):  # the eve and the first three days
            yield spring + timedelta(days=offset), "Spring Festival"
        yield dragon_boat, "Dragon Boat Festival"
        yield mid_autumn, "Mid-autumn Festival"


def _qingming(year: int) -> int:
    """Return the day in April of the solar term, exact for 2000–2099 (compared with lunar_python)."""
    return int(year % 100 * 0.2422 + 4.81) - year % 100 // 4
