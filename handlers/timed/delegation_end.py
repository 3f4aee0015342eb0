"""When a delegation is over, its requests go back to who gave it, who is told what waits, in waking hours."""

from datetime import datetime

import structlog

from handlers.common.delegation import hand_over, held_by
from handlers.common.office import Office
from handlers.rules.language.messages import Reply
from handlers.rules.regime.waking import next_waking
from storage import delegations, setbacks
from storage.database.faults import is_away
from storage.outbox import OutgoingMessage
from storage.tables import Delegation

log = structlog.get_logger(__name__)
BY = "clock"


async def end_expired(office: Office, now: datetime) -> None:
    """End every delegation whose time is over.

    The requests are handed back before it counts as ended, so that after a crash in between it is done again.
    """
    for row in await delegations.expired(now):
        try:
            await hand_over(office, {row.taker}, BY, now)
            await delegations.expire(row, await _told(office, row, now), now)
            await setbacks.forget("delegation", [str(row.id)])
        except Exception as error:  # the others are ended all the same
            if is_away(error):
                raise
            log.error("a delegation could not be ended and will be tried again", delegation=row.id, exc_info=error)
            await setbacks.record("delegation", str(row.id), error, now)


async def _told(office: Office, row: Delegation, now: datetime) -> list[OutgoingMessage]:
    waiting = await held_by(office, row.giver, now)
    if not waiting:
        return []
    facts = {"giver": row.giver, "taker": row.taker, "until": row.until, "waiting": waiting}
    reply = Reply(text=office.texts.say("delegate.over", **facts), mentions=(row.giver,))
    at = next_waking(office.regime, office.institution.calendar, now)
    return [office.to_group(reply)._replace(not_before=at)]
