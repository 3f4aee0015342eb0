"""Work of the clock that failed by bad data or a bug: kept with how often, so that it can be listed."""

from datetime import datetime

from storage.database import sql
from storage.database.faults import kind_of
from storage.tables import Setback, to_ms

_RECORD = """
INSERT INTO setbacks (kind, subject, first_at, last_at, times, error) VALUES ({marks})
ON CONFLICT (kind, subject) DO UPDATE SET last_at = excluded.last_at, times = setbacks.times + 1, error = excluded.error
"""


async def record(kind: str, subject: str, error: BaseException, now: datetime) -> None:
    """Record that a piece of work failed, once more if it had failed before."""
    values = [kind, subject[:80], to_ms(now), to_ms(now), 1, kind_of(error)]
    await sql.values(_RECORD.format(marks=sql.marks(len(values))), values)


async def forget(kind: str, subject: str) -> None:
    """Forget the failures of a piece of work that succeeded."""
    await Setback.filter(kind=kind, subject=subject[:80]).delete()
