"""Load the acts that change figures, of everything or of one group's matters."""

from datetime import datetime

from handlers.common.office import Office
from handlers.rules.figures.acts import BY_EVENT, ENDINGS, Act, acts_of
from storage import audit
from storage.scope import Scope, is_within


async def acts_in(office: Office, since: datetime, until: datetime, scope: Scope = None) -> tuple[Act, ...]:
    """Return who did what from `since` until before `until`."""
    rows = await audit.about_incidents((*BY_EVENT, *ENDINGS), since, until)
    return acts_of([row for row in rows if is_within(row, scope)], office.institution)
