"""A swap of shifts: the taker is asked and says `同意` or `不同意 理由`; until then the roster stays as it is.

A bare word answers it if nothing else waits for the speaker; a quote, or `同意换班 7`, names it. Without an answer the
giver keeps the shift when it begins.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from handlers.common.approval_words import Meaning
from handlers.common.context import Context
from handlers.common.office import Office
from handlers.common.on_duty import current_rosters
from handlers.common.whole_words import for_others
from handlers.rules.incident.waiting import AskedSwap
from handlers.rules.incident.word_order import things
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import Person
from handlers.rules.people.roster import CurrentRoster
from handlers.rules.people.swap_wish import answer_until, must_be_free
from handlers.rules.refusal import Refusal
from handlers.rules.regime.roster_ladders import next_swap_reminder
from handlers.rules.regime.routines import Slot
from storage import shift_swaps
from storage.changes import Written
from storage.outbox import OutgoingMessage
from storage.shift_swaps import AGREED, DECLINED, KIND, WITHDRAWN, NewSwap, SwapEffect, SwapRequest


async def ask(context: Context, new: NewSwap, taker: Person, until: datetime) -> None:
    """Ask the taker to take the shift, and schedule the reminders. `until` is when it lapses without an answer."""
    await _must_be_newest(context, new)

    def outgoing(id: int) -> list[OutgoingMessage]:
        text = context.text("swap.asked", id=id, new=new)
        return context.to_group(Reply(text=text, mentions=(taker.id,)))

    def reminding(id: int) -> tuple[Slot, datetime]:
        office = context.office
        at = next_swap_reminder(office.regime, office.institution.calendar, context.now, until, context.now)
        return Slot(KIND, shift_swaps.owner(id), context.now, until), at

    await _arm(context.office, await shift_swaps.ask(new, outgoing, reminding, context.inbox, context.now))


async def put_in_force(context: Context, found: Sequence[CurrentRoster], new: NewSwap) -> None:
    """Put an ordered or offered swap in force, and end the requests to others for the same shift."""
    await _must_be_newest(context, new)
    freed = [
        row.taker for row in await shift_swaps.waiting(context.now) if _same_place(row, new) and row.taker != new.taker
    ]
    if context.person.id == new.taker:
        text, told = context.text("roster.offered", new=new, freed=freed), new.giver
    else:
        text, told = context.text("roster.swapped", new=new, by=context.person.id, freed=freed), new.taker
    messages = context.to_group(Reply(text=text, mentions=tuple(dict.fromkeys((told, *freed)))))
    full = _is_full(found, new)
    done = await shift_swaps.put_in_force(new, context.person.id, messages, context.inbox, context.now, full=full)
    await _arm(context.office, done)


async def answer(context: Context, swap: AskedSwap, meaning: Meaning, remark: str) -> None:
    """Apply the speaker's yes or no to a swap. Refusal if somebody else was asked, or if it no longer waits."""
    if swap.taker != context.person.id:
        raise Refusal("swap.not_asked", swap=swap)
    await (agree(context, swap, remark) if meaning == "yes" else _decline(context, swap, remark))


async def agree(context: Context, row: AskedSwap, remark: str = "") -> None:
    """Put a swap in force that its taker agrees to. Refusal if it no longer waits, or the shift has changed."""
    found = await current_rosters(context.office, context.now)
    shift = next((s for one in found for s in (one.at(row.shift_at),) if s and s.roster == row.roster), None)
    if (
        row.state != shift_swaps.ASKED
        or shift is None
        or context.now >= answer_until(shift, row.at)
        or row.giver not in shift.everyone
    ):
        raise Refusal("swap.decided", swap=row)
    must_be_free(found, shift, row.taker)
    full = _is_full(found, NewSwap(row.shift_at, row.roster, row.giver, row.taker))
    reply = Reply(text=context.text("swap.agreed", swap=row, remark=remark), mentions=(row.giver,))
    await _settle(context, row, AGREED, reply, remark, full=full)


async def _decline(context: Context, row: AskedSwap, reason: str) -> None:
    reply = Reply(text=context.text("swap.declined", swap=row, reason=reason), mentions=(row.giver,))
    reply = await for_others(context, None, reply, reason)
    await _settle(context, row, DECLINED, reply, reason)


async def withdraw(context: Context, row: AskedSwap) -> None:
    """End a swap that the giver asked for: the giver keeps the shift."""
    await _settle(context, row, WITHDRAWN, Reply(text=context.text("swap.withdrawn", swap=row), mentions=(row.taker,)))


async def _settle(
    context: Context, row: AskedSwap, state: str, reply: Reply, reason: str = "", *, full: bool = False
) -> None:
    await _must_be_newest(context, row)
    messages = context.to_group(reply)
    by = context.person.id
    done = await shift_swaps.settle(row, state, by, messages, context.inbox, context.now, reason=reason, full=full)
    if done is None:
        raise Refusal("swap.decided", swap=await shift_swaps.find(row.id))
    await _arm(context.office, done)


def _is_full(found: Sequence[CurrentRoster], new: NewSwap) -> bool:
    """Return whether the shift has no empty place once the swap is in force."""
    after = (replace(one, swaps=(*one.swaps, new)) for one in found if one.roster.name == new.roster)
    return not any(shift.missing for one in after if (shift := one.at(new.shift_at)))


async def _must_be_newest(context: Context, swap: NewSwap | AskedSwap) -> None:
    """Raise Overtaken if words that were said after these have decided about the same shift."""
    place = {"shift_at": swap.shift_at.isoformat(), "roster": swap.roster, "giver": swap.giver}
    await context.must_be_newest(None, things(shift_swaps.KIND, place))


def _same_place(row: SwapRequest, new: NewSwap) -> bool:
    return (row.shift_at, row.roster, row.giver) == (new.shift_at, new.roster, new.giver)


async def _arm(office: Office, done: SwapEffect) -> None:
    await office.arm(Written(0, cancelled=done.cancelled, armed=done.armed))
