"""`台账` / `ledger`: how the departments stand, this month or as said: `台账 本周`, `台账 全部`."""

from datetime import datetime, timedelta

from handlers.rules.commands import spoken
from handlers.rules.fold import fold
from handlers.rules.hands import stretches, totals
from handlers.rules.messages import Say
from handlers.rules.tally import tally
from handlers.turn import Said, Turn
from storage import reports

VERBS = ("台账", "ledger")
EXAMPLES = {"zh": ("台账", "台账 本周"), "en": ("ledger", "ledger week")}
SPANS = {
    "today": ("今日", "今天", "today"),
    "week": ("本周", "这周", "week", "this week"),
    "month": ("", "本月", "month", "this month"),
    "all": ("全部", "all"),
}


def parse(said: Said) -> str | None:
    """Which span of time is asked for; None if it is no such question."""
    found = spoken(said.text, VERBS, glued=True)
    if found is None or found.numbers:
        return None
    return next((span for span, words in SPANS.items() if fold(found.rest).casefold().rstrip("。.!！ ") in words), None)


async def handle(turn: Turn, span: str) -> None:
    since = _since(span, turn.now.astimezone(turn.office.institution.zone))
    rows = await reports.ledger(since, turn.now)
    table = tally(rows, turn.office.institution.calendar, turn.now)
    held = totals(stretches(await reports.holdings([row["number"] for row in rows]), turn.now))
    facts = {"table": table, "held": held, "now": turn.now}
    await turn.answer(Say(text=turn.text("ledger.table", span=span, since=since, **facts)))


def _since(span: str, local: datetime) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = {"today": midnight, "week": midnight - timedelta(days=local.weekday()), "month": midnight.replace(day=1)}
    return starts.get(span, datetime(2000, 1, 1, tzinfo=local.tzinfo))
