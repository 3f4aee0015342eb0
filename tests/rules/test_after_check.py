"""What a regime asks for after the result is refused where it cannot work, with the key and the remedy."""

from pathlib import Path

import pytest

from handlers.rules.regime.regime import freeze, thaw
from handlers.rules.regime.regime_file import load
from handlers.rules.regime.regime_parts import RegimeError

STANDARD = (Path(__file__).parents[2] / "handlers" / "regimes" / "standard.toml").read_text(encoding="utf-8")
CALL_BACK = """
[[duty]]
kind = "call-back"
period = "5wd"
starts = "resolved"
owner = "desk"
met_by = "called back"
"""
WRONG = [
    ('owner = "desk"', 'owner = "department"', "a department does not ask about its own work"),
    ('met_by = "called back"', 'met_by = "resolved"', 'a call-back is met by "called back"'),
    ('starts = "resolved"', 'starts = "found"', "nobody can be asked before the result"),
    ('period = "5wd"', 'period = "promised"', "a call-back has a length"),
]


@pytest.mark.parametrize(("right", "wrong", "complaint"), WRONG)
def test_a_call_back_that_cannot_be(right: str, wrong: str, complaint: str) -> None:
    assert load(STANDARD + CALL_BACK).rule("call-back")
    with pytest.raises(RegimeError, match=complaint):
        load(STANDARD + CALL_BACK.replace(right, wrong))


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("[call_back]\ntries = 0", "write a number from 1 to 30"),
        ('[call_back]\nagain = "soon"', "soon"),
        ('[after]\nconfirm_within = "soon"', "soon"),
        ('[recurrence]\nwithin = ["30wd"]', "is no number of days"),
        ('[recurrence]\nwithin = ["90d", "30d"]', "the shortest comes first"),
        (
            '[[duty]]\nkind = "issue"\nperiod = "5wd"\nstarts = "calm"\nowner = "desk"\nmet_by = "calm"',
            'met by "issued"',
        ),
    ],
)
def test_tables_that_cannot_be(table: str, complaint: str) -> None:
    with pytest.raises(RegimeError, match=complaint):
        load(f"{STANDARD}\n{table}\n")


def test_a_policy_of_before_has_the_defaults() -> None:
    """A frozen policy without these keys is read as it was, with nothing owed besides."""
    old = freeze(load(STANDARD))
    for key in ("call_back", "recurrence", "after"):
        start = old.index(f'"{key}":')
        old = old[:start] + old[old.index("}", start) + 2 :]
    known = thaw(old)
    assert (known.call_back.tries, known.after.read_within, known.recurrence.within) == (3, "3wd", ("30d", "90d"))
    assert known.rule("call-back") is None
