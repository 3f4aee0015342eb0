"""One matter's whole record for documents: the case, its posts, its history and its holders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from handlers.rules.incident.case import Case

RecordRow = Mapping[str, Any]


class MatterRecord(Struct, frozen=True):
    """Rows as the storage returns them; times are aware UTC. `history` has the matter's audit events, decoded,
    `overruns` what ran over.
    """

    case: Case
    text: str
    platform: str
    posted_at: datetime | None
    posts: Sequence[RecordRow]
    history: Sequence[RecordRow]
    holdings: Sequence[RecordRow]
    files: Sequence[RecordRow] = ()
    overruns: Sequence[RecordRow] = ()

    @property
    def number(self) -> int:
        return self.case.number

    def events(self, *kinds: str) -> list[RecordRow]:
        """Return the audit events of these kinds, the oldest first."""
        return [event for event in self.history if event["kind"] in kinds]
