"""An inconsistent regime is refused at start, with the line and the remedy."""

from pathlib import Path

import pytest

from handlers.rules.regime.regime_file import load
from handlers.rules.regime.regime_parts import RegimeError
from tests.support.each import for_each

STANDARD = (Path(__file__).parents[2] / "handlers/regimes/standard.toml").read_text(encoding="utf-8")

WRONG = [
    ('period = "same day"', 'period = "some day"', "some day"),
    ('met_by = "published"', 'met_by = "publishd"', "Invalid enum value 'publishd'"),
    ("roll_over = true", "rollover = true", "unknown field `rollover`"),
    ('period = "3d"\nowner', 'period = "instructed"\nowner', "nobody is asked for the instruction"),
    ('kind = "resolve"', 'kind = "reply"', "reply is owed twice in the same tier"),
    ('tiers = ["major", "critical"]', 'tiers = ["grave"]', "Invalid enum value 'grave'"),
    ('[tier.critical]\ntell = ["leader", "chief"]', "", "the regime has no tier critical"),
    ('[tier.major]\ntell = ["leader"]', "[tier.major]\nmanual = false", "major is never reached"),
    ('[tier.major]\ntell = ["leader"]', "[tier.major]\nviews = 500\n[tier.critical]\nviews = 500\n", "Cannot declare"),
    ('[[approval]]\nby = ["leader", "chief"]', "[[approval]]\nby = []", "a signature that nobody may give"),
    ('at = "-4h"\ntell = ["owner"]', 'at = "-4h"\ntell = []', "tells nobody"),
    ('at = "+1d"\ntell = ["owner", "chief", "bulletin"]', 'at = "+1d"\ntell = ["bulletin"]', "tells nobody"),
    ('at = "-1h"', 'at = "an hour before"', "is no offset"),
    ('up_to = "5d"', 'up_to = "five"', "five"),
    ('every = "4h"', 'every = "4"', 'every must be at least "1m"'),
    ('period = "same day"', 'period = "same day"\nstarts = "postd"', "Invalid enum value 'postd'"),
    ('period = "3d"', 'period = "promised"\nstarts = "posted"', '"posted" goes with a period that is counted'),
    ("[tier.major]", '[tier.major]\nkinds = ["complain"]', "Invalid enum value 'complain'"),
    ('up_to = "5d"', 'up_to = "5d"\nstarts = "resolved"', "Invalid enum value 'resolved'"),
    ('from = "07:00"', 'from = "23:00"', "from must be earlier than to"),
    ('from = "07:00"', 'from = "seven"', 'write hours as "07:00"'),
    ("[tier.major]", '[report.superior]\nmaterial = "soon"\n[tier.major]', "soon"),
    ("[tier.major]", "[report.superior]\n[tier.major]", "asks for nothing"),
    ("[tier.major]", '[report.media]\napproves = ["major"]\n[tier.major]', "only a superior approves replies"),
    ("[tier.major]", '[report.bishop]\nfinal = "3d"\n[tier.major]', "bishop"),
]


def test_the_standard_regime_is_right() -> None:
    assert load(STANDARD).name == "standard"


@for_each(("right", "wrong", "complaint"), WRONG)
def test_it_is_refused(right: str, wrong: str, complaint: str) -> None:
    assert right in STANDARD
    with pytest.raises(RegimeError, match=r"regime(, line \d+)?: ") as refused:
        load(STANDARD.replace(right, wrong, 1))
    assert complaint in str(refused.value)


def test_from_find_and_posting_the_same_is_owed_twice() -> None:
    twice = '\n[[duty]]\nkind = "reply"\nperiod = "3d"\nstarts = "posted"\nmet_by = "published"\n'
    with pytest.raises(RegimeError, match="reply is owed twice in the same tier"):
        load(STANDARD + twice)


def test_a_kind_sets_one_tier() -> None:
    kinds = 'kinds = ["complaint"]'
    both = STANDARD.replace("[tier.major]", f"[tier.major]\n{kinds}").replace(
        "[tier.critical]", f"[tier.critical]\n{kinds}"
    )
    line = 2 + both[: both.index("[tier.major]\n")].count("\n")
    with pytest.raises(RegimeError, match=f"line {line}: major is never reached by the kind complaint: .* take it out"):
        load(both)


def test_a_tier_of_kinds_alone_is_reached() -> None:
    alone = STANDARD.replace("[tier.major]", '[tier.major]\nmanual = false\nkinds = ["complaint"]')
    assert load(alone).kind_tier("complaint") == "major"


def test_the_line_is_named() -> None:
    broken = STANDARD.replace('at = "-1h"', 'at = "soon"')
    line = 1 + broken[: broken.index('at = "soon"')].count("\n")
    with pytest.raises(RegimeError, match=f"line {line}: "):
        load(broken)


def test_an_institutions_own_keys_win() -> None:
    assert load(STANDARD, overrides={"roll_over": False}).roll_over is False


ROUTINES = [
    ('by = ["25:00"]', "is no time of day"),
    ("by = []", "owed at no time"),
    ('by = ["17:30"]\ndays = "32"', 'a day of the month: "26", or "last"'),
    ('by = ["17:30"]\ndays = "0"', "write"),
    ('days = "last"', "owed at no time"),
    ('by = ["17:30"]\ntimes = 3', "by and times both say when"),
    ("times = 0", "write a number from 1 to 24"),
    ('times = 3\nsites = [{ name = "留言板", readers = [] }]', "line .*: nobody reads 留言板: name roles or people"),
    ('times = 3\nsites = [{ name = " " }]', "a site without a name"),
    ('times = 3\nsites = [{ nam = "留言板" }]', "unknown field `nam`"),
    ('times = 3\nkind = "daily report"\nsites = [{ name = "留言板" }]', "a daily report looks at no sites"),
    ('by = ["17:30"]\ndays = "someday"', "write"),
]


@pytest.mark.parametrize(("keys", "complaint"), ROUTINES)
def test_a_routine_that_is_never_owed(keys: str, complaint: str) -> None:
    kind = "" if "kind = " in keys else 'kind = "check-in"\n'
    with pytest.raises(RegimeError, match=complaint):
        load(f"{STANDARD}\n[[routine]]\n{kind}{keys}\n")
