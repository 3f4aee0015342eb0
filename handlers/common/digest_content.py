"""Compose a digest: its figures from the tables, its text, its picture and its Word document."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from handlers.common.figure_acts import acts_in
from handlers.common.late_matters import Home, is_at, late_matters
from handlers.common.matter_marks import after_figures, marked, marks_since
from handlers.common.office import Office
from handlers.documents.digest.picture import drawing
from handlers.documents.digest.rendering import png
from handlers.documents.labels import Labels
from handlers.documents.media_types import PNG, WORD
from handlers.rules.figures import digest_figures as rules
from handlers.rules.figures.digest_figures import Figures
from handlers.rules.figures.statistics import MatterRow, Statistics, StatisticsBuilder
from handlers.rules.regime.regime import Regime
from handlers.rules.time.spans import INSTANT, Span
from handlers.texts.filters import written_at
from storage import audit, ledger, overruns, roster
from storage.digests import ProducedFile

FORTNIGHT = timedelta(days=13)
MOST_MATTERS = 60


class Composed(NamedTuple):
    figures: Figures
    text: str
    picture: ProducedFile
    document: ProducedFile | None

    @property
    def made(self) -> tuple[ProducedFile, ...]:
        return (self.picture, self.document) if self.document else (self.picture,)

    @property
    def matters(self) -> frozenset[int]:
        """The incidents that it names."""
        late = (*self.figures.overdue, *self.figures.named)
        named = {one.number for one in late if one.number is not None}
        return frozenset(named | {row["number"] for row in self.figures.matters})


async def compose(
    office: Office,
    kind: str,
    span: Span,
    now: datetime,
    *,
    issue: int | None = None,
    word: bool = True,
    home: Home | None = None,
) -> Composed:
    """Compose a digest of a `kind`: a "daily", "weekly", "monthly" or "numbered" report, or "figures" of any span.

    `issue` is its number; with `home` it has only the matters of that group; `word` also makes the Word document.
    """
    written_at(now)
    figures = await read(office, kind, span, now, issue, home)
    year = now.astimezone(office.institution.zone).year
    title = office.texts.say("digest.title", kind=kind, span=span.name, issue=issue, year=year, own=home is not None)
    period = office.texts.say("digest.period", since=span.since, until=span.until, now=now)
    text = office.texts.say("digest.text", f=figures, title=title, period=period)
    words = Labels(office.texts, office.institution)
    day = f"{office.institution.calendar.day_ending(span.until):%Y-%m-%d}"
    name = office.texts.say("digest.issue_file", kind=kind, issue=issue, year=year, day=day)
    picture = await asyncio.to_thread(lambda: png(drawing(figures, words, title, period)))
    body = await asyncio.to_thread(_document, figures, words, title, period, picture) if word else None
    return Composed(
        figures,
        text,
        ProducedFile(f"{name}.png", PNG, picture),
        ProducedFile(f"{name}.docx", WORD, body) if body else None,
    )


def _document(figures: Figures, words: Labels, title: str, period: str, picture: bytes) -> bytes:
    """Return the digest in Word. Importing here keeps python-docx out of the bot's start."""
    from handlers.documents.digest.docx import document

    return document(figures, words, title, period, picture)


async def read(
    office: Office, kind: str, span: Span, now: datetime, issue: int | None = None, home: Home | None = None
) -> Figures:
    """Load the figures of a span as of `now`. With `home` they have only that group's matters and no routine duties."""
    institution = office.institution
    topics: Counter[str] = Counter()
    table, matters = await _table(office, span.since, span.until, now, home, topics)
    earlier = (*span.before, now - (span.until - span.before[1]), home) if span.before else None
    before = (await _table(office, *earlier))[0] if earlier else None
    late = await late_matters(office, span, now, home)
    calendar, until = institution.calendar, min(span.until, now + INSTANT)
    since = calendar.start_of(calendar.local(min(span.since, span.until - FORTNIGHT)).date())
    return Figures(
        kind=kind,
        span=span,
        now=now,
        table=table,
        before=before if before and before.total.received else None,
        days=tuple(rules.by_day(await ledger.days(since, span.until, home), since, span.until, calendar)),
        overdue=late.overdue,
        named=late.named,
        settled=await ledger.settled(span.since, until, home),
        acts=await acts_in(office, span.since, until, home),
        after=replace(await after_figures(office, span.since, until, home), topics=tuple(topics.most_common())),
        routines=() if home else rules.owed(await ledger.routines(span.since, min(span.until, now))),
        matters=matters,
        issue=issue,
        findings=0 if home else await roster.findings(span.since, span.until),
        gone=0 if home else len(await audit.incidents_with("gone", span.since, min(span.until, now))),
        positive=tuple(await ledger.positive(span.since, until, home)),
        asks=_asked(office.regime, table),
    )


def _asked(regime: Regime, table: Statistics) -> frozenset[str]:
    """Return the duties to the public ("reply", "resolve") that the regime times now, or timed for these matters."""
    counts = {"reply": table.total.to_answer, "resolve": table.total.to_resolve}
    by_now = {kind for kind, count in counts.items() if count}
    return frozenset(by_now | {duty.kind for duty in regime.duty if duty.kind in counts})


async def _table(
    office: Office,
    since: datetime,
    until: datetime,
    now: datetime,
    home: Home | None,
    topics: Counter[str] | None = None,
) -> tuple[Statistics, tuple[MatterRow, ...]]:
    """Load the statistics of a span as of `now`, and its newest matters; `topics` counts those of each topic."""
    builder = StatisticsBuilder(office.institution, now)
    marks = await marks_since(since, now + INSTANT)
    newest: list[MatterRow] = []
    async for page in ledger.pages(since, until, now):
        mine = [row for row in marked(page, marks) if is_at(row, home)]
        for row in mine:
            if topics is not None:
                topics.update(row.get("topics", ()))
            builder.add(rules.counted(rules.as_of(row, now), now))
        newest = [*newest, *mine][-MOST_MATTERS:]
    builder.add_overruns(row for row in await overruns.struck(since, until, now) if is_at(row, home))
    return builder.end(), tuple(newest)
