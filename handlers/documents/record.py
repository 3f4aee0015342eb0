"""One matter's whole record, as documents need it: the case, its posts, its history, and whose hands it was in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.rules.incident.case import Case

RecordRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MatterRecord:
    """Rows as the storage has them; times are aware UTC. `history` are the lines of the audit trail, decoded."""

    case: Case
    text: str
    platform: str
    posted_at: datetime | None
    posts: Sequence[RecordRow]
    history: Sequence[RecordRow]
    holdings: Sequence[RecordRow]
    files: Sequence[RecordRow] = ()

    @property
    def number(self) -> int:
        return self.case.number

    def said(self, *kinds: str) -> list[RecordRow]:
        """The lines of these kinds, the oldest first."""
        return [line for line in self.history if line["kind"] in kinds]
