"""Nobody gains time by what they type as the posting's time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from bot.config.regimes import named_regime
from handlers.rules.incident.counted import Posting, since_posting
from handlers.rules.time.periods import parse
from tests.support.cases import INSTITUTION

FIND = datetime(2026, 11, 23, 10, 5, tzinfo=INSTITUTION.zone)
PARK = named_regime("park")


def due(period: str, posted: datetime | None) -> datetime:
    return since_posting(PARK, INSTITUTION, parse(period), FIND, Posting(posted)).at


@pytest.mark.parametrize("period", ["same day", "3d", "5d", "3wd"])
@given(before=integers(1, 60 * 24 * 60))
def test_an_earlier_one_never_gives_more_than_a_later_one_nor_than_none(period: str, before: int) -> None:
    posted = FIND - timedelta(minutes=before)
    assert due(period, posted - timedelta(hours=7)) <= due(period, posted) <= due(period, None)
