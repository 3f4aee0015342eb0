"""What ran over in a period: the matters overdue now, and those that the bulletin names. Every paper shows the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from handlers.common.kept_rows import readable
from handlers.common.office import Office
from handlers.rules.figures import late as rules
from handlers.rules.figures.booking import Booked, OverrunFacts, booked
from handlers.rules.figures.late import Late
from handlers.rules.regime.regime import Regime, thaw
from handlers.rules.time.spans import Span
from storage import duties, ledger, overruns
from storage.scope import Scope, is_within


class LateMatters(NamedTuple):
    """`unspared` are the overdue matters without those whose request for more time was pending at the due time."""

    overdue: tuple[Late, ...]
    named: tuple[Late, ...]
    unspared: tuple[Late, ...]


async def late_matters(office: Office, span: Span, now: datetime, scope: Scope = None) -> LateMatters:
    """Load what is overdue now and what the bulletin of a span names; of a scope's matters."""
    found = await overruns.since(rules.earliest_due(span), now)
    rows = list(readable((row for row in found if is_within(row, scope)), scope, office))
    known = await _regimes(office, rows)
    asked = await _asked(rows)
    unspared = _unspared(rows, known, asked)
    named = rules.named(unspared, span, known, office.institution)
    return LateMatters(rules.overdue(rows, office.institution), named, rules.overdue(unspared, office.institution))


async def late_of(office: Office, number: int, now: datetime) -> tuple[Late, ...]:
    """Load what ran over in one matter and may be named."""
    rows = await overruns.of_incident(number, now)
    unspared = _unspared(rows, await _regimes(office, rows), await _asked(rows))
    return (rules.together(unspared, office.institution),) if unspared else ()


class LateOnRecord(NamedTuple):
    """What ran over in a matter, and for how long its present holder has had it, if that is another party."""

    booked: tuple[Booked, ...]
    next_has_had: timedelta | None


async def on_record(office: Office, number: int, now: datetime) -> LateOnRecord:
    """Load what ran over in a matter, for people who ask about it."""
    rows = await overruns.of_incident(number, now)
    late = rules.together(rows, office.institution) if rows else None
    since = late.held_since if late and late.moved_on else None
    return LateOnRecord(booked(rows, office.institution), now - since if since else None)


def _unspared(
    rows: Sequence[OverrunFacts], known: Mapping[int | None, Regime], asked: Mapping[int, Sequence[OverrunFacts]]
) -> list[OverrunFacts]:
    return [row for row in rows if not rules.is_spared(row, known[row["policy"]], asked.get(row["number"] or 0, ()))]


async def _asked(rows: Sequence[OverrunFacts]) -> Mapping[int, Sequence[OverrunFacts]]:
    return await ledger.extensions_asked(sorted({row["number"] for row in rows if row["number"]}))


async def _regimes(office: Office, rows: Sequence[OverrunFacts]) -> Mapping[int | None, Regime]:
    """Load the frozen regimes of these rows by policy number, and the institution's own under None."""
    frozen = await duties.policies({row["policy"] for row in rows if row["policy"] is not None})
    return {None: office.regime} | {id: thaw(body) for id, body in frozen.items()}
