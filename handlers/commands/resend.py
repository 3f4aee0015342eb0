"""`重发 3` / `resend 3`: send a message again that failed, or of which it is unknown whether it arrived."""

from datetime import datetime

from msgspec import DecodeError, ValidationError, json
from msgspec.structs import replace

from handlers.common.context import Context
from handlers.common.failed import numbered_failure, only_for_the_desk
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from handlers.rules.time.spans import INSTANT
from storage import audit, done_again

VERBS = ("重发", "再发", "重新发送", "补发", "resend", "send again")
EXAMPLES = {"zh": ("重发 3",), "en": ("resend 3",)}


def parse(utterance: Utterance) -> int | None:
    """Return the number of the failure; 0 if none is named."""
    return numbered_failure(utterance, VERBS)


async def handle(context: Context, number: int) -> None:
    if not await only_for_the_desk(context, "resend"):
        return
    if not number:
        raise Refusal("resend.which")
    answer = context.outgoing_here(Reply(text=context.text("resend.done", number=number)))
    lost = await done_again.lost_send(number)
    if lost is not None and lost.incident and await _was_taken_back(lost):
        raise Refusal("resend.undone", number=number, incident=lost.incident)
    if lost is None or not await done_again.send_again(
        number, _dated(context, lost.body, lost.planned_at), context.person.id, context.now, answer, context.inbox
    ):
        raise Refusal("resend.no_such", number=number)


async def _was_taken_back(lost: done_again.LostSend) -> bool:
    """Return whether somebody took something back in the matter after the message was planned, not with it."""
    after = lost.planned_at + INSTANT
    return bool(lost.incident and await audit.decided_since(lost.incident, after, ("undone",), 1))


def _dated(context: Context, body: str, planned_at: datetime) -> str:
    """Return a message that says of when it is: what it asks for may be settled or overtaken by now."""
    try:
        reply = json.decode(body, type=Reply)
    except (DecodeError, ValidationError):  # it cannot be sent either, and is listed again
        return body
    of = context.text("resend.of", at=planned_at)
    if reply.update is not None or not reply.text or reply.text.startswith(of):
        return body
    return json.encode(replace(reply, text=of + reply.text)).decode()
