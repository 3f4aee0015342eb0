"""The ledger of a span as a workbook, loaded a page at a time and written in a thread."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from handlers.common.figure_acts import acts_in
from handlers.common.kept_rows import readable
from handlers.common.matter_marks import lapses_of, marked, marks_since
from handlers.common.office import Office
from handlers.documents.labels import Labels
from handlers.rules.figures.booking import OverrunFacts
from handlers.rules.figures.digest_figures import by_day, counted
from handlers.rules.figures.statistics import Statistics, StatisticsBuilder
from handlers.rules.figures.unit_sums import Units, UnitSums
from handlers.rules.time.spans import INSTANT, Span
from handlers.texts.filters import written_at
from storage import ledger, overruns
from storage.scope import Scope, is_within

OnProgress = Callable[[int], None]
MOST_DAYS = 400
"""The most days of a chart; of a longer span the last ones."""


async def write(
    office: Office,
    span: Span,
    now: datetime,
    target: Path | BytesIO,
    scope: Scope = None,
    progress: OnProgress = lambda _: None,
) -> tuple[Statistics, dict[str, timedelta], Units]:
    """Write the workbook of a scope; return the statistics, and how long each party held matters, the longest first.

    Of everything the sums of each unit come with them. `progress` is called with the number of matters written so far.
    """
    from handlers.documents.ledger.workbook import (
        LedgerBook,
        LedgerSums,
    )  # here, so that the bot starts without xlsxwriter

    written_at(now)
    words, calendar = Labels(office.texts, office.institution), office.institution.calendar
    period = office.texts.say("digest.period", since=span.since, until=span.until, now=now, days=1)
    book = await asyncio.to_thread(LedgerBook, words, now)
    builder, units = StatisticsBuilder(office.institution, now), UnitSums(office.institution, now)
    late: list[OverrunFacts] = []
    held: Counter[str] = Counter()  # seconds
    topics: Counter[str] = Counter()

    marks = await marks_since(span.since, now + INSTANT)

    def add(page: list[dict[str, Any]]) -> None:
        mine = (row for row in marked(page, marks) if is_within(row, scope))
        page = list(readable(mine, scope, office))
        topics.update(name for row in page for name in row.get("topics", ()))
        for row in page:
            row |= counted(row, now)
            for holder, seconds in row["by_party"].items():
                held[holder] += seconds
            builder.add(row)
            units.add(row)
            late.extend(row["overruns"])
        book.add(page)

    pages = ledger.pages(span.since, span.until, now)
    page = await anext(pages, None)
    while page is not None:  # the next page loads while this one is written
        page, _ = await asyncio.gather(anext(pages, None), asyncio.to_thread(add, page))
        progress(book.lines)
    found = await overruns.struck(span.since, span.until, now)
    struck = list(readable((row for row in found if is_within(row, scope)), scope, office))
    builder.add_overruns(struck)
    table = builder.end()
    sums_of_units = units.end(struck) if scope is None else ()
    times = await ledger.days(span.since, span.until, scope)
    moments = [*times["received"], *times["resolved"]]
    first = max(span.since, min(moments, default=span.since))
    days = by_day(times, first, span.until, calendar)[-MOST_DAYS:]
    ran_over = sorted((*late, *struck), key=lambda row: (row["due_at"], row["duty"]))
    recorded = await lapses_of(office, span.since, min(span.until, now + INSTANT), scope)
    acts = await acts_in(office, span.since, span.until, scope)
    sums = LedgerSums(table, days, ran_over, acts, period, dict(topics.most_common()), recorded, sums_of_units)
    await asyncio.to_thread(book.close, target, sums)
    return table, {holder: timedelta(seconds=seconds) for holder, seconds in held.most_common()}, sums_of_units
