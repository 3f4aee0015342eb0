"""The office during a key period: its calendar knows the spans in which more is asked, without quiet hours."""

from datetime import datetime

from handlers.common.office import Office, Spans
from handlers.rules.regime.key_periods import spans
from storage import key_periods


async def known_spans(now: datetime) -> Spans:
    """Load the spans of the key periods that are on, to come, or over since a moment ago."""
    return spans(await key_periods.every(), now)


async def with_key_periods(office: Office, now: datetime) -> Office:
    """Return the office with the key periods in its calendar, and its desk as it is."""
    return office.whole.with_desk(office.institution.on_duty, office.institution.away, await known_spans(now))
