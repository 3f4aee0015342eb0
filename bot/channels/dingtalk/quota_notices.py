"""Tell the desk that a monthly quota of DingTalk runs out, and that messages come empty because one has run out.

Over the month's deliveries DingTalk still delivers each message to the robot, but empty, with errCode 20001. Nobody can
read it any more, so the desk is told once a day, and the conversation is told to take another way.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.channels.dingtalk.config import CHANNEL
from bot.channels.dingtalk.quota import Quota, Spent, What
from bot.channels.dingtalk.wire import OverTheLimit
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.rules.language.messages import Reply
from storage import counters
from storage.outbox import NOTICE, OutgoingMessage

log = structlog.get_logger(__name__)
EMPTY = "dingtalk-empty"
UNHEARD_EVERY = timedelta(hours=1)
"""How often a conversation is told that nothing said there is heard."""


class QuotaNotices:
    def __init__(self, office: Office, now: Callable[[], datetime]) -> None:
        self._office, self._now = office, now
        self._told_at: dict[str, datetime] = {}

    async def crossed(self, what: What, spent: Spent) -> Sequence[OutgoingMessage]:
        """Return what the desk is told when four fifths of a quota are used, or all of it."""
        office = await with_desk_on_duty(self._office, self._now())
        text = office.texts.say(
            "quota.used", what=what, used=spent.used, monthly=spent.monthly, people=office.institution.desk()
        )
        return [_to_desk(office, text)]

    async def empty(self, error: OverTheLimit, deliveries: Quota) -> None:
        """Note an empty message: tell the desk, and the conversation where it was said."""
        now = self._now()
        deliveries.over = True
        log.error("DingTalk delivers empty messages: the month's deliveries are used up", reason=str(error))
        day = now.astimezone(self._office.institution.zone)
        periods = (f"{day:%Y-%m-%d}", f"{day:%Y-%m}")

        async def told(before: int, _count: int) -> Sequence[OutgoingMessage]:
            office = await with_desk_on_duty(self._office, now)
            alarm = office.texts.say("quota.empty", people=office.institution.desk())
            return [*([] if before else [_to_desk(office, alarm)]), *self._unheard(error.conversation, now)]

        self._told_at = {one: at for one, at in self._told_at.items() if _is_recent(at, now)}
        try:
            await counters.count_calls(EMPTY, 1, periods, told, now)
        except Exception:
            if self._told_at.get(error.conversation) is now:  # what was not committed is not told
                del self._told_at[error.conversation]
            raise

    def _unheard(self, conversation: str, now: datetime) -> list[OutgoingMessage]:
        if not conversation or conversation in self._told_at:
            return []
        self._told_at[conversation] = now
        text = self._office.texts.say("quota.unheard")
        return [self._office.outgoing(Reply(text=text), CHANNEL, conversation)]


def _is_recent(told_at: datetime, now: datetime) -> bool:
    return timedelta(0) <= now - told_at < UNHEARD_EVERY


def _to_desk(office: Office, text: str) -> OutgoingMessage:
    reply = Reply(text=text, mentions=tuple(one.id for one in office.institution.desk()))
    return office.to_group(reply, urgency=NOTICE)
