"""After a restart, handle once more what a bug stopped: the code may be another one.

What its sender has said again since, and was done, stays as it is; so do words that would mean something else now
(`handlers.common.late_words`).
"""

from datetime import datetime, timedelta

import structlog
from msgspec import json

from handlers.common.failed import late_notice
from handlers.common.office import Office
from handlers.rules.language.messages import Message
from handlers.texts.filters import written_at
from storage import done_again
from storage.database.faults import is_away

log = structlog.get_logger(__name__)
REMEMBERED = timedelta(days=3)
"""What failed longer ago is not handled by itself; the desk can still ask for it."""


async def handle_again(office: Office, now: datetime) -> int:
    """Let what a bug stopped be handled once more, each with a line that its answer is late; return how many."""
    written_at(now)
    count = 0
    for failed in await done_again.stopped_by_a_bug(now - REMEMBERED):
        try:
            count += await _handle_again(office, failed, now)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("what a bug stopped was not handled once more", inbox=failed.id)
    if count:
        log.info("messages that a bug stopped are handled once more", count=count)
    return count


async def _handle_again(office: Office, failed: done_again.FailedMessage, now: datetime) -> bool:
    """Let one message be handled once more; return False if it is given up, or another process has done so."""
    message = _message(failed.body)
    again = message is not None and not failed.said_again
    notices = [late_notice(office, message)] if message is not None and again else []
    return await done_again.handle_after_restart(failed.id, notices, now) and again


def _message(body: str) -> Message | None:
    try:
        return json.decode(body, type=Message)
    except (ValueError, RecursionError):
        return None
