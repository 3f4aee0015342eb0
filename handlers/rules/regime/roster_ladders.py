"""The ladders of a roster: an empty place in a shift, and a swap that waits for its answer."""

from datetime import datetime

from msgspec.structs import replace

from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import Rung
from handlers.rules.time.calendar import Calendar

EMPTY_PLACE = (
    Rung("-24h", ("office",)),
    Rung("-12h", ("office", "leader")),
    Rung("-4h", ("office", "leader")),
    Rung("-1h", ("office", "leader", "chief")),
    Rung("0", ("office", "leader", "chief")),
)
UNANSWERED_SWAP = (Rung("-12h", ("owner",)), Rung("-1h", ("owner",)))


def empty_place(regime: Regime, calendar: Calendar, opens: datetime, begins: datetime) -> Ladder:
    """Return the ladder of an empty place: at any hour, and to the leaders before the shift begins."""
    waking = replace(regime.waking, around_the_clock=("general",))
    return Ladder(replace(regime, ladder=EMPTY_PLACE, repeat=None, waking=waking), "general", calendar, opens, begins)


def next_swap_reminder(
    regime: Regime, calendar: Calendar, asked_at: datetime, begins: datetime, now: datetime
) -> datetime:
    """Return when the taker is reminded next (UTC), in waking hours; after the last reminder the shift's beginning."""
    rule = replace(regime, ladder=UNANSWERED_SWAP, repeat=None)
    steps = Ladder(rule, "general", calendar, asked_at, begins).preview(len(UNANSWERED_SWAP))
    return next((at for at, _ in steps if at > now), begins)
