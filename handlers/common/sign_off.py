"""Load what an answer to a request depends on: when it was said, what had been delivered, whom reminders had called."""

from datetime import datetime

from handlers.common.cards import request_card_id
from handlers.common.context import Context
from handlers.common.waiting import reminders_of
from handlers.rules.incident.approval import SignOff
from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.incident.reached import Reached
from handlers.rules.incident.signers import called_by
from handlers.rules.incident.waiting import Pointing
from storage import audit, sent_messages

ASKED_BACK = "asked back"
"""Kind of the event that records an answer which was neither yes nor no."""


async def sign_off(
    context: Context, case: Case, request: RequestRow, pointing: Pointing, remark: str, *, second: bool = False
) -> SignOff:
    """Return what is known of the speaker's answer. `second` if a button was pressed that shows no text."""
    moment = context.said_at
    calls = (await reminders_of((case,)))[case.number]
    pressed = None if second else pointing.button
    return SignOff(
        moment,
        Reached(await _delivered(case), pressed, None if pressed else pointing.request),
        context.message.channel,
        remark,
        names=pointing.names_matter,
        called=called_by(case, request, calls, moment),
    )


async def remark_of(context: Context, case: Case, request: RequestRow) -> str:
    """Return the remark with which the speaker was asked back about a request; "" if they were not."""
    lines = [line for line in await audit.history(case.number) if line["kind"] == ASKED_BACK]
    own = [line["data"] for line in lines if line["actor"] == context.person.id]
    return next((str(data["remark"]) for data in reversed(own) if data["request"] == request.id), "")


async def _delivered(case: Case) -> list[tuple[int, datetime]]:
    cards = {request_card_id(request.id): request.id for request in case.requests}
    return [(cards[card], at) for card, at in await sent_messages.delivered(list(cards))]
