"""The bulletin (通报): what ran over, by who had it in hand at the due time: still open, and done later.

It is of a month, with everything that is still open and everything that the month's ladder named, or of one matter. The
digests name the same.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from handlers.common import form_file
from handlers.common.form_file import NumberedDocument
from handlers.common.late_matters import late_matters, late_of
from handlers.common.office import Office
from handlers.documents.forms.fields import FormFields
from handlers.documents.labels import Labels
from handlers.rules.figures.booking import party
from handlers.rules.figures.holding_times import stretches, totals
from handlers.rules.figures.late import Late
from handlers.rules.refusal import Refusal
from handlers.rules.time.spans import Span
from handlers.rules.time.spans import span as span_named
from storage import incidents, ledger, reports


class Settled(NamedTuple):
    """How many matters were found and resolved; of these by a signed remedy, and without an answer in public."""

    found: int
    resolved: int = 0
    remedied: int = 0
    unanswered: int = 0


class Named(NamedTuple):
    """What a bulletin names, and how many matters were received and resolved in its span."""

    span: str
    key: str
    still: Sequence[Late]
    later: Sequence[Late]
    counts: Settled

    @property
    def numbers(self) -> list[int]:
        return sorted({one.number for one in (*self.still, *self.later) if one.number is not None})


async def bulletin(
    office: Office, number: int | None, month: str, by: str, now: datetime, said_at: datetime | None = None
) -> NumberedDocument:
    """Make the bulletin of a month (a span's name, as of `said_at`), or with a `number` of one matter.

    Refusal if there is no such matter.
    """
    found = await (_of_month(office, month, now, said_at) if number is None else _of_matter(office, number, now))
    facts = FormFields(Labels(office.texts, office.institution))
    held = {each: await _held(office, each, now) for each in found.numbers}

    def filled(written: str) -> dict[str, Any]:
        period = facts.period(found.span, found.counts, (found.still, found.later), held, now)
        return {**facts.common(written, by, now), **period, "rule": _rule(office, number)}

    matters = found.numbers if number is None else ()
    return await form_file.made(office, "bulletin", found.key, number, filled, now, matters=matters)


def _rule(office: Office, number: int | None) -> str:
    """Return what is named in a bulletin: by the regime's ladder, in that of one matter everything that ran over."""
    seconds = next((at for at, tell in office.regime.rungs if "bulletin" in tell), None)
    after = None if seconds is None else timedelta(seconds=seconds)
    spares = office.regime.bulletin_spares_who_asked
    return office.texts.say("form.named", whole=number is not None, after=after, spares=spares)


async def _of_matter(office: Office, number: int, now: datetime) -> Named:
    if await incidents.load(number) is None:
        raise Refusal("common.no_such", number=number)
    still, later = _parted(await late_of(office, number, now))
    name = office.texts.say("form.span", number=number, year=0, month=0)
    return Named(name, f"{number}", still, later, Settled(1))


async def _of_month(office: Office, month: str, now: datetime, said_at: datetime | None) -> Named:
    span = span_named(month, now.astimezone(office.institution.zone), said_at)
    first = span.since.astimezone(office.institution.zone)
    late = await late_matters(office, span, now)
    open_then = [one for one in late.unspared if one.due_at < span.until]
    also, later = _parted(late.named)
    known = {one.number for one in open_then}
    still = [*open_then, *(one for one in also if one.number is None or one.number not in known)]
    name = office.texts.say("form.span", number=None, year=first.year, month=first.month)
    return Named(name, f"{first:%Y-%m}", still, later, await _counts(span))


async def _counts(span: Span) -> Settled:
    received = await ledger.count(span.since, span.until)
    return Settled(received, *(await ledger.resolved_apart(span.since, span.until)))


def _parted(late: Iterable[Late]) -> tuple[list[Late], list[Late]]:
    """Return what is still open, and the rest."""
    rows = list(late)
    return [one for one in rows if one.state == "open"], [one for one in rows if one.state != "open"]


async def _held(office: Office, number: int, now: datetime) -> dict[str, timedelta]:
    """Return how long each party had a matter, people as their roles."""
    sums: dict[str, timedelta] = {}
    for holder, length in totals(stretches(await reports.holdings([number]), now)).items():
        name = party(holder, office.institution)
        sums[name] = sums.get(name, timedelta()) + length
    return sums
