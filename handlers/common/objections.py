"""Who decides an objection to a missed, false or concealed report, and by when."""

from datetime import datetime

from handlers.common.office import Office
from handlers.rules.incident.counted import count
from handlers.rules.incident.lapses import Lapse, is_of
from handlers.rules.people.institution import Person
from handlers.rules.regime.ladder import Ladder
from handlers.rules.time.periods import parse


def deciding(office: Office, lapse: Lapse) -> tuple[Person, ...]:
    """Return who decides: the leader who recorded it; the other leaders and the chief where that is not possible."""
    recorded = office.institution.person(lapse.by)
    others = (*office.institution.with_role("leader"), *office.institution.with_role("chief"))
    people = (recorded,) if recorded and recorded.has("leader", "chief") and not is_of(recorded, lapse) else others
    return office.institution.present(one for one in people if not is_of(one, lapse))


def owed_by(office: Office, now: datetime) -> tuple[datetime, datetime | None]:
    """Return when an objection of now has to be decided, and when it is first reminded of (UTC)."""
    regime = office.regime
    due = count(regime, office.institution, parse(regime.after.objection_within), now).at
    return due, Ladder(regime, "general", office.institution.calendar, now, due).first_at()
