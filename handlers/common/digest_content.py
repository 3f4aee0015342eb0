"""Compose a digest: its figures from the tables, its text, its picture and its Word document."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from handlers.common.figure_acts import acts_in
from handlers.common.kept_rows import readable
from handlers.common.late_matters import late_matters
from handlers.common.matter_marks import after_figures, marked, marks_since
from handlers.common.office import Office
from handlers.documents.digest.picture import drawing
from handlers.documents.digest.rendering import png
from handlers.documents.labels import Labels
from handlers.documents.media_types import PNG, WORD
from handlers.rules.figures import digest_figures as rules
from handlers.rules.figures.digest_figures import Figures
from handlers.rules.figures.statistics import MatterRow, Statistics, StatisticsBuilder
from handlers.rules.figures.unit_sums import Units, UnitSums
from handlers.rules.regime.regime import Regime
from handlers.rules.time.spans import INSTANT, Span
from handlers.texts.filters import written_at
from storage import audit, ledger, overruns, roster
from storage.digests import ProducedFile
from storage.scope import Scope, is_within

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
    scope: Scope = None,
) -> Composed:
    """Compose a digest of a `kind`: a "daily", "weekly", "monthly" or "numbered" report, or "figures" of any span.

    `issue` is its number; of a `scope` it has its matters alone; `word` also makes the Word document.
    """
    written_at(now)
    figures = await read(office, kind, span, now, issue, scope)
    year = now.astimezone(office.institution.zone).year
    title = office.texts.say("digest.title", kind=kind, span=span.name, issue=issue, year=year, own=scope)
    days = _days(office, span) if kind == "daily" or issue else 1
    period = office.texts.say("digest.period", since=span.since, until=span.until, now=now, days=days)
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


def _days(office: Office, span: Span) -> int:
    """Return over how many days a span goes: more than one behind days of rest or a pause."""
    local = office.institution.calendar.local
    return (local(span.until).date() - local(span.since).date()).days


def _document(figures: Figures, words: Labels, title: str, period: str, picture: bytes) -> bytes:
    """Return the digest in Word. Importing here keeps python-docx out of the bot's start."""
    from handlers.documents.digest.docx import document

    return document(figures, words, title, period, picture)


async def read(
    office: Office, kind: str, span: Span, now: datetime, issue: int | None = None, scope: Scope = None
) -> Figures:
    """Load the figures of a span as of `now`, of a `scope` those of its matters alone, without routine duties."""
    institution = office.institution
    topics: Counter[str] = Counter()
    table, matters, units = await _table(office, span.since, span.until, now, scope, topics)
    earlier = (*span.before, now - (span.until - span.before[1]), scope) if span.before else None
    before = (await _table(office, *earlier))[0] if earlier else None
    late = await late_matters(office, span, now, scope)
    calendar, until = institution.calendar, min(span.until, now + INSTANT)
    since = calendar.start_of(calendar.local(min(span.since, span.until - FORTNIGHT)).date())
    return Figures(
        kind=kind,
        span=span,
        now=now,
        table=table,
        before=before if before and before.total.received else None,
        days=tuple(rules.by_day(await ledger.days(since, span.until, scope), since, span.until, calendar)),
        overdue=late.overdue,
        named=late.named,
        settled=await ledger.settled(span.since, until, scope),
        acts=await acts_in(office, span.since, until, scope),
        after=replace(await after_figures(office, span.since, until, scope), topics=tuple(topics.most_common())),
        routines=() if scope else rules.owed(await ledger.routines(span.since, min(span.until, now))),
        matters=matters,
        issue=issue,
        findings=0 if scope else await roster.findings(span.since, span.until),
        gone=await _gone(span.since, min(span.until, now), scope),
        positive=tuple(await ledger.positive(span.since, until, scope)),
        asks=_asked(office.regime, table),
        units=units,
    )


async def _gone(since: datetime, until: datetime, scope: Scope) -> int:
    """Count the matters of a scope whose answer was found gone."""
    if isinstance(scope, str):
        lines = await audit.about_incidents(("gone",), since, until)
        return len({line["incident"] for line in lines if is_within(line, scope)})
    return 0 if scope else len(await audit.incidents_with("gone", since, until))


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
    scope: Scope,
    topics: Counter[str] | None = None,
) -> tuple[Statistics, tuple[MatterRow, ...], Units]:
    """Load the statistics of a span as of `now`, its newest matters, and of everything the sums of each unit.

    `topics` counts the matters of each topic.
    """
    builder = StatisticsBuilder(office.institution, now)
    marks = await marks_since(since, now + INSTANT)
    newest: list[MatterRow] = []
    units = UnitSums(office.institution, now) if scope is None else None
    async for page in ledger.pages(since, until, now):
        mine = list(readable((row for row in marked(page, marks) if is_within(row, scope)), scope, office))
        for row in mine:
            if topics is not None:
                topics.update(row.get("topics", ()))
            counted = rules.counted(rules.as_of(row, now), now)
            builder.add(counted)
            if units:
                units.add(counted)
        newest = [*newest, *mine][-MOST_MATTERS:]
    struck = [row for row in await overruns.struck(since, until, now) if is_within(row, scope)]
    builder.add_overruns(struck)
    return builder.end(), tuple(newest), units.end(struck) if units else ()
