"""The ledger of a span as a workbook, read a page at a time and written beside the loop."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from handlers.common.office import Office
from handlers.documents.labels import Labels
from handlers.rules.figures.digest_figures import by_day, counted
from handlers.rules.figures.statistics import Statistics, StatisticsBuilder
from handlers.rules.time.spans import Span
from storage import ledger

OnProgress = Callable[[int], None]
MOST_DAYS = 400
"""A chart of days is one of a year or so; a longer span is shown by its last days."""


async def write(
    office: Office, span: Span, now: datetime, target: Path | BytesIO, progress: OnProgress = lambda _: None
) -> tuple[Statistics, dict[str, timedelta]]:
    """Writes the workbook; its sums, and how long each party held matters, the longest first.

    `progress` hears how many matters are done.
    """
    from handlers.documents.ledger.workbook import LedgerBook  # xlsxwriter comes with the first ledger

    words, calendar = Labels(office.texts, office.institution), office.institution.calendar
    period = office.texts.say("digest.period", since=span.since, until=span.until, now=now)
    book = await asyncio.to_thread(LedgerBook, words, now)
    builder = StatisticsBuilder(calendar, now)
    held: Counter[str] = Counter()  # seconds

    def add(page: list[dict[str, Any]]) -> None:
        for row in page:
            row |= counted(row, now)
            for holder, seconds in row["hands"].items():
                held[holder] += seconds
            builder.add(row)
        book.add(page)

    pages = ledger.pages(span.since, span.until)
    page = await anext(pages, None)
    while page is not None:  # the next page is read while this one is written
        page, _ = await asyncio.gather(anext(pages, None), asyncio.to_thread(add, page))
        progress(book.lines)
    table = builder.end()
    times = await ledger.days(span.since, span.until)
    moments = [*times["received"], *times["resolved"]]
    first = max(span.since, min(moments, default=span.since))
    days = by_day(times, first, span.until, calendar)[-MOST_DAYS:]
    await asyncio.to_thread(book.close, target, table, days, period)
    return table, {holder: timedelta(seconds=seconds) for holder, seconds in held.most_common()}
