"""A regime is read from TOML; nonsense is refused with its place in the file."""

import pytest

from handlers.rules.regime.regime import freeze, thaw
from handlers.rules.regime.regime_file import load
from handlers.rules.regime.regime_parts import RegimeError, offset
from tests.support.cases import STANDARD, standard

TEXT = STANDARD.read_text(encoding="utf-8")


def test_the_standard_regime_says_what_the_book_says() -> None:
    regime = standard()
    assert [(rule.kind, rule.period, rule.starts, rule.met_by) for rule in regime.duty] == [
        ("acknowledge", "30m in business hours", "assigned", "acknowledged"),
        ("reply", "same day", "found", "published"),
        ("resolve", "3d", "found", "resolved"),
        ("summary", "3d", "resolved", "summarised"),
    ]
    assert regime.rungs == (
        (-14400, ("owner",)),
        (-3600, ("owner",)),
        (0, ("owner", "head")),
        (14400, ("owner", "leader")),
        (86400, ("owner", "chief", "bulletin")),
    )
    assert regime.repeat
    assert (regime.repeat.seconds, regime.extension.up_to) == (14400, "5d")
    assert [f"{hour:%H:%M}" for hour in regime.waking.hours] == ["07:00", "22:00"]


def test_frozen_and_thawed_it_is_the_same() -> None:
    assert thaw(freeze(standard())) == standard()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("-4h", -14400), ("+30m", 1800), ("30m", 1800), ("+1d", 86400), ("- 1 h", -3600), ("+90", 90)],
)
def test_offsets(text: str, seconds: int) -> None:
    assert offset(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "1w", "--1h", "1h30m", "+h"])
def test_no_offsets(text: str) -> None:
    with pytest.raises(RegimeError):
        offset(text)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('period = "3d"', 'period = "soon"', "soon"),
        ('up_to = "5d"', 'up_to = "a while"', "a while"),
        ('same_day_at_least = "2h"', 'same_day_at_least = "x"', "x"),
        ('kind = "reply"', 'kind = "praise"', "praise"),
        ('by = ["leader", "chief"]\n\n[ext', "by = []\n\n[ext", "nobody"),
        ('at = "-1h"\ntell = ["owner"]', 'at = "-1h"\ntell = []', "nobody"),
        ('at = "-1h"', 'at = "an hour"', "an hour"),
        ('tell = ["owner", "head"]', 'tell = ["owner", "neighbour"]', "neighbour"),
        ('every = "4h"', 'every = "30"', "1m"),
        ('from = "07:00"', 'from = "23:00"', "from"),
        ('from = "07:00"', 'from = "7"', "7"),
        ("roll_over = true", "roll_ower = true", "roll_ower"),
        ('name = "standard"', "", "name"),
        ('name = "standard"', "name = ", ""),
    ],
)
def test_what_cannot_be_meant_is_refused(old: str, new: str, complaint: str) -> None:
    assert old in TEXT
    with pytest.raises(RegimeError) as refused:
        load(TEXT.replace(old, new, 1))
    assert complaint in str(refused.value)
