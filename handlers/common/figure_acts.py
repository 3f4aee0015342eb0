"""Load the acts that change figures, of everything or of one group's matters."""

from datetime import datetime

from handlers.common.late_matters import Home, is_at
from handlers.common.office import Office
from handlers.rules.figures.acts import BY_EVENT, ENDINGS, Act, acts_of
from storage import audit


async def acts_in(office: Office, since: datetime, until: datetime, home: Home | None = None) -> tuple[Act, ...]:
    """Return who did what from `since` until before `until`."""
    rows = await audit.about_incidents((*BY_EVENT, *ENDINGS), since, until)
    return acts_of([row for row in rows if is_at(row, home)], office.institution)
