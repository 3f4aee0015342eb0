"""What runs beside the work and may take long, as nobody waits for it: erasing, reading the timers, verifying."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from bench.old.rows import NOW, YEARS
from handlers.common.office import Office
from handlers.timed import key_period_reminders, retention
from storage import audit, duties, overruns, text_verification
from storage.counters import current, remember
from storage.database.database import connection
from storage.erased_lines import SWEPT
from storage.tables import Setting, to_ms

KEPT = timedelta(days=3 * 365)
Work = tuple[str, Callable[[], Awaitable[Any]]]


async def works(office: Office, count: int) -> list[Work]:
    """Return the pieces of work in their order.

    Matters of more than three years and four days are made erased before: what is measured is a usual day.
    """
    last = count - round(count * ((KEPT + timedelta(days=4)) / YEARS))
    await _make_erased(last)
    return [
        ("erasing a day's matters and the lines about them", lambda: retention.erase(office, NOW, "clock", NOW - KEPT)),
        ("erasing, with nothing left to do", lambda: retention.erase(office, NOW, "clock", NOW - KEPT)),
        ("reading all steps, for the timers", _read_steps),
        ("reminders, when a key period begins", lambda: key_period_reminders.recount(office, NOW)),
        ("overruns of an earlier version", _backfill),
        ("`verify`: the chain", audit.verify),
        ("`verify`: the texts", text_verification.verify),
    ]


async def _make_erased(last: int) -> None:
    """Make what is older than retention look as if it had been erased day by day."""
    for statement in (
        f"UPDATE incidents SET erased_at = {to_ms(NOW)} WHERE number <= {last}",
        f"UPDATE outbox SET erased_at = {to_ms(NOW)} WHERE incident <= {last}",
        f"UPDATE outbox SET erased_at = {to_ms(NOW)} WHERE incident IS NULL AND planned_at < {to_ms(NOW - KEPT)}",
        f"DELETE FROM inbox WHERE handled_at < {to_ms(NOW - KEPT - timedelta(days=1))}",
    ):
        await connection().execute_script(statement)
    await remember(SWEPT, str(await current("events")))
    await connection().execute_query("PRAGMA wal_checkpoint(TRUNCATE)")


async def _read_steps() -> None:
    async for _ in duties.pending():
        pass


async def _backfill() -> None:
    await Setting.filter(name="overruns since").delete()
    await overruns.backfill(NOW)
