"""Watch the tables while the staff act: what has run over stays on record, whatever is done to it later."""

from datetime import datetime

from storage import overruns
from storage.tables import Duty, Overrun


class Witness:
    """`look` before people act, so that no act comes between the due time and the note."""

    def __init__(self) -> None:
        self._late: set[tuple[int, datetime]] = set()
        self._most = 0

    async def look(self, now: datetime) -> None:
        """Note the duties of incidents that are late now, and how many overruns are on record."""
        late = Duty.filter(state="open", due_at__lt=now, incident_id__isnull=False)
        rows = await late.exclude(kind__in=overruns.NEVER_LATE).values_list("id", "started_at", "due_at")
        self._late |= {(id, due) for id, started, due in rows if started < due}
        self._most = max(self._most, await Overrun.all().count())

    async def kept(self) -> tuple[int, int]:
        """Return how many overruns are on record of those that were seen, and how many there must be.

        The greatest number that ever was on record counts too: it never falls.
        """
        rows = {(id, due) for id, due in await Overrun.all().values_list("duty", "due_at")}
        lost = max(self._most - len(rows), 0)
        return len(self._late & rows), len(self._late) + lost
