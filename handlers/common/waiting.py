"""Load everything that waits for a person's yes or no: requests of matters, and swaps of shifts."""

from handlers.common.context import Context
from handlers.rules.incident.case import Case
from handlers.rules.incident.waiting import SWAP, Pointing, Waiting, WaitingRequest, WaitingSwap
from handlers.rules.refusal import Refusal
from storage import reports, shift_swaps

ANYTHING = Pointing()


async def waiting_for(context: Context, pointing: Pointing = ANYTHING) -> list[Waiting]:
    """Load what the speaker's yes or no may be about: the swaps first, then the requests, the oldest first.

    If it names a swap, return that one alone, answered or not; if it names a matter, return no requests.
    """
    found: list[Waiting] = [WaitingSwap(row) for row in await _swaps(context, pointing)]
    if pointing.kind != SWAP and not pointing.names_matter:
        found += await _requests(context)
    return found


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
    if pointing.kind == SWAP or (pointing.kind is None and pointing.bare):
        return await shift_swaps.waiting(context.now, context.person.id)
    return []


async def _requests(context: Context) -> list[WaitingRequest]:
    cases = await context.cases(await reports.incidents_with_requests())
    return [WaitingRequest.of(case, request, context.person) for case in cases for request in case.pending()]
