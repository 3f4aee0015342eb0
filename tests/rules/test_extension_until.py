"""An extension that names its last day is a period in days, counted from the due day."""

import pytest

from handlers.rules.incident.case import Case
from handlers.rules.incident.extension_until import until_day
from handlers.rules.regime.regime import Regime
from tests.support.cases import FOUND, case, standard
from tests.support.decided import refusal

# Found on Monday the 23rd; the result is due at the end of Thursday the 26th.
NO_EXTENSION = {
    '[extension]\nup_to = "5d"                # in all, counted from the find\nby = ["leader", "chief"]': ""
}


@pytest.mark.parametrize(
    ("words", "period", "reason"),
    [
        ("到周五 等检测报告", "1d", "等检测报告"),
        ("延到周五，等检测报告", "1d", "等检测报告"),
        ("至11月28日为止 等检测报告", "2d", "等检测报告"),
        ("至11月28日止：等检测报告", "2d", "等检测报告"),
        ("until Friday, lab report", "1d", "lab report"),
        ("by Nov 28 lab report", "2d", "lab report"),
        ("到周五", "1d", ""),
        ("until Friday, lab report?", "1d", "lab report?"),
        ("until 2026-11-28 lab report", "2d", "lab report"),
    ],
)
def test_the_day_is_counted_from_the_due_day(words: str, period: str, reason: str) -> None:
    found, rest = until_day(case(), words, FOUND)
    assert (str(found), rest) == (period, reason)


@pytest.mark.parametrize("words", ["到周四 等检测报告", "到周三 等检测报告", "等检测报告", "到某天 等检测报告", ""])
def test_no_later_day_is_no_extension(words: str) -> None:
    assert refusal(lambda: until_day(case(), words, FOUND)) == "extend.period"


def without_extension() -> Regime:
    return standard(**NO_EXTENSION)


def test_without_a_duty_to_extend_the_days_count_from_now() -> None:
    one: Case = case(regime=without_extension())
    assert str(until_day(one, "到周五 等检测报告", FOUND)[0]) == "4d"
