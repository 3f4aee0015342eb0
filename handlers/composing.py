"""Puts a digest together: its figures from the tables, its text, its picture and its Word document."""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple

from handlers.documents.picture import drawing
from handlers.documents.svg import png
from handlers.documents.word import document
from handlers.documents.words import Words
from handlers.office import Office
from handlers.rules import figures as rules
from handlers.rules.figures import Figures
from handlers.rules.regimes import Regime, thaw
from handlers.rules.spans import Span
from handlers.rules.tally import Tally, Tallying
from storage import duties, ledger
from storage.digests import Made

PNG = "image/png"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORTNIGHT = timedelta(days=13)
MOST_MATTERS = 60


class Composed(NamedTuple):
    figures: Figures
    text: str
    picture: Made
    document: Made | None

    @property
    def made(self) -> tuple[Made, ...]:
        return (self.picture, self.document) if self.document else (self.picture,)


async def compose(
    office: Office, kind: str, span: Span, now: datetime, *, issue: int | None = None, word: bool = True
) -> Composed:
    """A digest of a kind: "daily", "weekly", "monthly", "numbered", or plain "figures"."""
    figures = await read(office, kind, span, now, issue)
    year = now.astimezone(office.institution.zone).year
    title = office.texts.say("digest.title", kind=kind, span=span.name, issue=issue, year=year)
    period = office.texts.say("digest.period", since=span.since, until=span.until, now=now)
    text = office.texts.say("digest.text", f=figures, title=title, period=period)
    words = Words(office.texts, office.institution)
    day = f"{office.institution.calendar.day_ending(span.until):%Y-%m-%d}"
    name = office.texts.say("digest.issue_file", kind=kind, issue=issue, year=year, day=day)
    picture = await asyncio.to_thread(lambda: png(drawing(figures, words, title, period)))
    body = await asyncio.to_thread(document, figures, words, title, period, picture) if word else None
    return Composed(
        figures, text, Made(f"{name}.png", PNG, picture), Made(f"{name}.docx", WORD, body) if body else None
    )


async def read(office: Office, kind: str, span: Span, now: datetime, issue: int | None = None) -> Figures:
    """The figures of a span as they stand at `now`."""
    institution = office.institution
    table, matters = await _table(office, span.since, span.until, now)
    before = (await _table(office, *span.before, now - (span.until - span.before[1])))[0] if span.before else None
    late = await ledger.late(span.since - rules.LONGEST_RUNG, now)
    calendar = institution.calendar
    since = calendar.start_of(calendar.local(min(span.since, span.until - FORTNIGHT)).date())
    asked = await ledger.extensions_asked(sorted({row["number"] for row in late if row["number"]}))
    return Figures(
        kind=kind,
        span=span,
        now=now,
        table=table,
        before=before if before and before.total.received else None,
        days=tuple(rules.by_day(await ledger.days(since, span.until), since, span.until, calendar)),
        overdue=rules.overdue(late, institution, now),
        named=rules.named(late, span, await _regimes(office, late), asked, institution),
        routines=rules.owed(await ledger.routines(span.since, min(span.until, now))),
        matters=matters,
        issue=issue,
        asks=_asked(office.regime, table),
    )


def _asked(regime: Regime, table: Tally) -> frozenset[str]:
    """What the regime owes the public by a time, or owed when these matters were opened."""
    counts = {"reply": table.total.to_answer, "resolve": table.total.to_resolve}
    by_now = {kind for kind, count in counts.items() if count}
    return frozenset(by_now | {duty.kind for duty in regime.duty if duty.kind in counts})


async def _table(
    office: Office, since: datetime, until: datetime, now: datetime
) -> tuple[Tally, tuple[rules.Row, ...]]:
    """The sums of a span as it stood at `now`, and its newest matters."""
    tallying = Tallying(office.institution.calendar, now)
    newest: list[rules.Row] = []
    async for page in ledger.pages(since, until):
        for row in page:
            tallying.add(rules.counted(rules.as_of(row, now), now))
        newest = [*newest, *page][-MOST_MATTERS:]
    return tallying.end(), tuple(newest)


async def _regimes(office: Office, late: list[ledger.Row]) -> dict[int | None, Regime]:
    frozen = await duties.policies({row["policy"] for row in late if row["policy"] is not None})
    return {None: office.regime} | {id: thaw(body) for id, body in frozen.items()}
