"""The rosters with their swaps and leaves: who is on duty now and gets the messages for the desk."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.common.key_periods import with_key_periods
from handlers.common.office import Office
from handlers.rules.language.folding import normalize
from handlers.rules.people.institution import Person
from handlers.rules.people.roster import CurrentRoster, read_shift
from handlers.rules.regime.key_periods import spans as standing
from storage import delegations, desk_now
from storage import shift_swaps as stored_swaps
from storage.delegations import StandingLeave

BACK = timedelta(days=2)


async def current_rosters(office: Office, now: datetime) -> tuple[CurrentRoster, ...]:
    """Load each of the office's rosters with its swaps and leaves."""
    if not office.rosters:
        return ()
    office = await with_key_periods(office, now)
    return await _rosters(office, await delegations.leaves(now - BACK), now)


async def _rosters(office: Office, leaves: Sequence[StandingLeave], now: datetime) -> tuple[CurrentRoster, ...]:
    if not office.rosters:
        return ()
    swaps = await stored_swaps.standing(now - BACK)
    away = [(leave.person, leave.since, leave.until) for leave in leaves]
    key = office.regime.key_period
    shifts = tuple(read_shift(text) for text in key.shifts)
    calendar = office.institution.calendar
    return tuple(CurrentRoster(one, calendar, swaps, away, key.teams, shifts) for one in office.rosters)


def called(found: tuple[CurrentRoster, ...], names: Sequence[str]) -> tuple[tuple[CurrentRoster, ...], tuple[str, ...]]:
    """Return the rosters that are among `names`, all of them if none is; and the other names."""
    rosters = {normalize(one.roster.name).casefold(): one for one in found if one.roster.name}
    named = [rosters[key] for name in names if (key := normalize(name).casefold()) in rosters]
    rest = tuple(name for name in names if normalize(name).casefold() not in rosters)
    return tuple(named) or found, rest


async def with_desk_on_duty(office: Office, now: datetime) -> Office:
    """Return the office as it is now: the people on duty at its desk, the deputies of those on leave, key periods."""
    found = await desk_now.look(now - BACK if office.rosters else now)
    spans = standing(found.key_periods, now)
    office = office.with_desk((), {}, spans)
    shifts = [one.at(now) for one in await _rosters(office, found.leaves, now)]
    ids = tuple(dict.fromkeys(id for shift in shifts if shift for id in shift.people))
    away = {leave.person: leave.deputy for leave in found.leaves if leave.since <= now < leave.until}
    return office.whole.with_desk(people(office, ids), away, spans)


def people(office: Office, ids: tuple[str, ...]) -> tuple[Person, ...]:
    found = (office.institution.person(id) for id in ids)
    return tuple(person for person in found if person)
