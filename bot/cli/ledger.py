"""`python -m bot ledger --from 2026-01-01 --to 2026-06-30 -o ledger.xlsx`: write the ledger as a workbook."""

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.config import Installation
from bot.config.storage import database_address
from handlers.common import ledger_file
from handlers.common.office import Office
from handlers.rules.time.spans import FIRST_DAY, INSTANT, Span
from storage import ledger
from storage.database.database import close_database, open_database

WIDTH = 40


class CannotExport(Exception):
    """The days are wrong or the file cannot be written; the text says how to correct the options."""


async def export(installation: Installation, options: Namespace) -> str:
    """Write the workbook; return the line to print at the end. Raise CannotExport."""
    office = Office(installation.institution, installation.regime)
    now = Clock().now()
    span = _span(options, office, now)
    target: Path = options.output or Path(f"ledger-{now.astimezone(office.institution.zone):%Y-%m-%d}.xlsx")
    if not target.parent.is_dir():
        raise CannotExport(f"-o {target}: there is no folder {target.parent}")
    await open_database(database_address(installation.config), may_migrate=False)
    try:
        total = await ledger.count(span.since, span.until)
        table, *_ = await ledger_file.write(office, span, now, target, progress=_progress_bar(total))
    finally:
        await close_database()
    chinese = office.texts.language == "zh"
    return f"{target}：{table.total.received} 件" if chinese else f"{target}: {table.total.received} incidents"


def _span(options: Namespace, office: Office, now: datetime) -> Span:
    first, last = (_day(getattr(options, name), option) for name, option in (("since", "--from"), ("until", "--to")))
    calendar = office.institution.calendar
    since = calendar.start_of(first or FIRST_DAY)
    until = min(calendar.start_of(last + timedelta(days=1)), now + INSTANT) if last else now + INSTANT
    if until <= since:
        raise CannotExport(f"--from {first} is not before --to {last or 'now'}: name the earlier day first")
    return Span("", since, until)


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CannotExport(f'{option} "{text}" is no day: write 2026-11-02') from error


def _progress_bar(total: int) -> Callable[[int], None]:
    """Return a function that shows how many of `total` are done; it does nothing if stderr is no terminal."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(done: int) -> None:
        filled = WIDTH * done // max(total, 1)
        ending = "\n" if done >= total else ""
        print(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}", end=ending, file=sys.stderr, flush=True)

    return show
