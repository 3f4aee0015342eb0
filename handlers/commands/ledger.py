"""`台账` / `ledger`: how the departments stand, this month or in the span named (`台账 本周`, `台账 2026-10`).

`台账 全部` covers everything. A workbook with one line for each matter comes with it. A unit gets its own.
"""

from datetime import timedelta
from io import BytesIO
from typing import NamedTuple

from handlers.common import ledger_file
from handlers.common.context import Context
from handlers.common.matter_marks import marked, marks_since
from handlers.documents.media_types import EXCEL
from handlers.rules.figures.digest_figures import counted
from handlers.rules.figures.statistics import Statistics, StatisticsBuilder
from handlers.rules.figures.unit_sums import Units, UnitSums
from handlers.rules.language.commands import spoken
from handlers.rules.language.utterance import Utterance
from handlers.rules.time.spans import INSTANT, Span, dated, named, span
from handlers.timed import scheduled_digests
from storage import digests, ledger, overruns
from storage.digests import ProducedFile
from storage.scope import is_within

VERBS = ("台账", "ledger")
EXAMPLES = {"zh": ("台账", "台账 本周", "台账 2026-10"), "en": ("ledger", "ledger week", "ledger 2026-10")}
MOST_LINES = 20_000
"""With more matters the file would be too large for a chat; the command line writes it."""


def parse(utterance: Utterance) -> str | None:
    """Return the name of the span that is asked for; None if the words are no such question."""
    found = spoken(utterance.text, VERBS, glued=True)
    if found is None or found.numbers:
        return dated(utterance.text, found.verb) if found else None
    return named(found.rest) if found.rest.strip(" 。.!！") else "month"


class Ledger(NamedTuple):
    """The answer, and the workbook as a file; none if the span is empty or too large."""

    text: str
    files: list[ProducedFile]


async def handle(context: Context, name: str) -> None:
    made = context.made if isinstance(context.made, Ledger) else await prepare(context, name)
    await digests.send_files(
        made.files,
        scheduled_digests.ISSUED_BY_BOT,
        lambda kept: context.outgoing_here(scheduled_digests.say_with(made.text, made.files, kept)),
        context.now,
        context.inbox,
    )


async def prepare(context: Context, name: str) -> Ledger:
    """Make the ledger of a span. A large one takes seconds: within a transaction all others would wait for it."""
    office, now = context.office, context.now
    meant = span(name, now.astimezone(office.institution.zone), context.said_at)
    book = BytesIO()
    scope = context.unit
    count = await ledger.count(meant.since, meant.until, scope)
    fits = 0 < count <= MOST_LINES
    table, held, units = await (ledger_file.write(office, meant, now, book, scope) if fits else _sums(context, meant))
    facts = {"table": table, "held": held, "now": now, "large": count > MOST_LINES, "units": units}
    text = context.text("ledger.table", span=meant.name, since=meant.since, until=meant.until, **facts)
    day = f"{now.astimezone(office.institution.zone):%Y-%m-%d}"
    file = context.text("ledger.file", span=meant.name, day=day)
    return Ledger(text, [ProducedFile(f"{file}.xlsx", EXCEL, book.getvalue())] if fits else [])


async def _sums(context: Context, meant: Span) -> tuple[Statistics, dict[str, timedelta], Units]:
    """Sum up the span without a workbook, if it is empty or too large to send."""
    scope, institution = context.unit, context.office.institution
    builder, units = StatisticsBuilder(institution, context.now), UnitSums(institution, context.now)
    struck = await overruns.struck(meant.since, meant.until, context.now)
    builder.add_overruns(row for row in struck if is_within(row, scope))
    marks = await marks_since(meant.since, context.now + INSTANT)
    async for page in ledger.pages(meant.since, meant.until, context.now):
        for row in marked(page, marks):
            if is_within(row, scope):
                builder.add(sums := counted(row, context.now))
                units.add(sums)
    return builder.end(), {}, () if scope else units.end(struck)
