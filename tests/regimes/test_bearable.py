"""An untouched matter under every regime: how often the group hears of it, never at night, and who hears it when."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from redis.asyncio import Redis

from handlers.rules.regime.ladder import NEAR, Ladder
from handlers.rules.regime.listeners import listening
from storage.tables import Duty
from tests.support.regime import MONDAY_MORNING, regime_of, under
from tests.support.story import SHANGHAI, BotMessage, Story
from tests.support.thinned import one_in

REGIMES = sorted(path.stem for path in (Path(__file__).parents[2] / "handlers" / "regimes").glob("*.toml"))
MESSAGES = {
    # The opening's announcement is not counted. Who is reached: liaison, head, leader in charge, chief, office.
    "standard": (8, {"wang": "Mon 10:35", "feng": "Mon 10:35", "qian": "Mon 14:35", "zhao": "Tue 10:35"}),
    "school": (6, {"wang": "Mon 20:00", "feng": "Tue 07:00", "qian": "Tue 07:00", "zhao": "Wed 07:00"}),
    "township": (6, {"wang": "Mon 12:05", "feng": "Mon 13:05", "qian": "Mon 12:05", "zhao": "Tue 13:05"}),
    "bureau": (9, {"wang": "Mon 11:05", "feng": "Mon 12:05", "qian": "Mon 16:05", "zhao": "Tue 12:05"}),
    "company": (0, {}),  # everything is due on Thursday at 24:00
    "tiered": (5, {"li": "Tue 20:00", "feng": "Wed 07:00", "qian": "Wed 07:00", "zhao": "Thu 07:00"}),
    "duty-office": (7, {"li": "Mon 20:00", "feng": "Tue 00:00", "qian": "Tue 04:00", "zhao": "Wed 00:00"}),
    "park": (6, {"qian": "Mon 20:00", "feng": "Tue 07:00", "zhao": "Wed 07:00"}),
    "hospital": (6, {"li": "Mon 20:00", "feng": "Tue 07:00", "qian": "Tue 07:00", "zhao": "Wed 07:00"}),
    "university": (8, {"li": "Mon 11:05", "feng": "Mon 11:05", "qian": "Mon 15:05", "zhao": "Tue 11:05"}),
    "liaison-form": (8, {"wang": "Mon 12:05", "feng": "Mon 16:05", "qian": "Mon 20:05", "zhao": "Tue 16:05"}),
    "watch": (8, {"li": "Mon 13:30", "feng": "Mon 17:30", "qian": "Mon 21:30", "zhao": "Tue 17:30"}),
    "procurator": (6, {"qian": "Mon 20:00", "feng": "Tue 07:00", "zhao": "Wed 07:00"}),
}
FOUND = {
    "a Monday morning": MONDAY_MORNING,
    "in the night": "2026-11-24 02:40",
    "late in the evening": "2026-11-24 21:45",
    "a Friday before closing": "2026-11-27 17:25",
    "before the holidays in October": "2026-09-30 16:50",
}


async def untouched(story: Story, days: float) -> list[BotMessage]:
    """Open a matter that nobody touches; return its reminders of some days."""
    await story.opened()
    return [one for one in await story.until(story.now + timedelta(days=days)) if one.text.startswith("〔#1〕")]


def first_reached(sent: list[BotMessage]) -> dict[str, str]:
    reached: dict[str, str] = {}
    for one in sent:
        for person in one.say.mentions:
            reached.setdefault(person, one.when)
    return reached


@pytest.mark.parametrize("regime", one_in(3, REGIMES))
async def test_three_days_of_an_untouched_matter(regime: str, tmp_path: Path, redis: Redis) -> None:
    count, reached = MESSAGES[regime]
    async with under(regime, tmp_path, redis, MONDAY_MORNING) as story:
        sent = await untouched(story, 3)
        assert len(sent) == count <= 10
        assert first_reached(sent).items() >= reached.items()


@pytest.mark.parametrize(
    ("regime", "at"),
    [
        pytest.param(regime, at, id=f"{regime}-{name}", marks=() if (k + n) % 5 == 0 else pytest.mark.long)
        for k, regime in enumerate(REGIMES)
        for n, (name, at) in enumerate(FOUND.items())
    ],
)
async def test_whenever_it_is_found(regime: str, at: str, tmp_path: Path, redis: Redis) -> None:
    async with under(regime, tmp_path, redis, at) as story:
        sent = await untouched(story, 5)
        assert sum(one.at <= sent[0].at + timedelta(days=3) for one in sent) <= 10
        assert all(after.at - before.at >= NEAR for before, after in pairwise(sent))
        if "general" not in regime_of(story).waking.around_the_clock:
            assert all("07:00" <= one.when[4:] <= "22:00" for one in sent)
        for moment, person in await called(story):
            assert any(moment <= one.at <= moment + NEAR and person in one.say.mentions for one in sent), (
                f"{moment.astimezone(SHANGHAI)} {person}"
            )


async def called(story: Story) -> list[tuple[datetime, str]]:
    """Return when the ladders of the open duties call whom besides the owner, until an hour ago."""
    found = []
    place, until = story.bot.office.institution, story.clock.now() - timedelta(hours=1)
    for duty in await Duty.filter(incident_id=1, state="open").select_related("incident"):
        ladder = Ladder(regime_of(story), duty.incident.tier, place.calendar, duty.started_at, duty.due_at)
        for at, tell in ladder.preview(30):
            people = listening(place, [one for one in tell if one != "owner"], duty.incident.department)
            found += [(at, person.id) for person in people if at <= until]
    return found
