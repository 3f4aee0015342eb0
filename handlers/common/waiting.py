"""Load everything that waits for a person's yes or no: requests of matters, and swaps of shifts."""

from collections.abc import Sequence

from msgspec import json

from handlers.common.context import Context
from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.incident.signers import Reminder, called_by
from handlers.rules.incident.waiting import SWAP, Pointing, Waiting, WaitingRequest, WaitingSwap
from handlers.rules.language.messages import Reply
from handlers.rules.refusal import Refusal
from storage import reports, sent_messages, shift_swaps

ANYTHING = Pointing()


async def waiting_for(context: Context, pointing: Pointing = ANYTHING) -> list[Waiting]:
    """Load what the speaker's yes or no may be about: the swaps first, then the requests, the oldest first.

    If it names a swap, return that one alone, answered or not; if it names a matter, return no requests.
    """
    found: list[Waiting] = [WaitingSwap(row) for row in await _swaps(context, pointing)]
    if not pointing.names_matter:
        found += await _requests(context)
    return found


async def mine_to_sign(context: Context) -> list[tuple[Case, RequestRow]]:
    """Load the requests that were put to the speaker, the oldest first."""
    waiting = await waiting_for(context)
    return [(one.case, one.request) for one in waiting if isinstance(one, WaitingRequest) and one.mine]


async def matter_named(context: Context, pointing: Pointing) -> Case | None:
    """Load the matter that the answer names, by a request or by its number. Refusal if it does not exist."""
    number = pointing.number
    if pointing.request is not None:
        number = await reports.incident_of_request(pointing.request)
        if number is None:
            raise Refusal("approve.nothing")
    return None if number is None else await context.case(number)


async def _swaps(context: Context, pointing: Pointing) -> list[shift_swaps.SwapRequest]:
    if pointing.swap is not None:
        row = await shift_swaps.find(pointing.swap)
        return [row] if row else []
    if pointing.kind == SWAP or pointing.bare:
        return await shift_swaps.waiting(context.now, context.person.id)
    return []


async def _requests(context: Context) -> list[WaitingRequest]:
    cases = await context.cases(await reports.incidents_with_requests())
    calls = await reminders_of(cases)
    return [
        WaitingRequest.of(case, request, context.person, called_by(case, request, calls[case.number], context.now))
        for case in cases
        for request in case.pending()
    ]


async def reminders_of(cases: Sequence[Case]) -> dict[int, list[Reminder]]:
    """Load the delivered reminders of matters since their oldest pending request, by the matter's number."""
    found: dict[int, list[Reminder]] = {case.number: [] for case in cases}
    asked = [request.asked_at for case in cases for request in case.pending()]
    for row in await sent_messages.reminders(list(found), min(asked)) if asked else ():
        found[row.incident].append(Reminder(row.duty, row.at, json.decode(row.body, type=Reply).mentions))
    return found
