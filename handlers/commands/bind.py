"""`绑定` in a new group: the bot learns the conversation once the office confirms it with `确认绑定 4821`.

Until then the bot tells nothing about the institution there. People of the office bind a group without a code. A group
of the configuration that has no conversation yet gets this one: one of the unit, if somebody of a unit asks.
"""

import secrets
from functools import partial
from typing import Literal, NamedTuple

from handlers.common.bound_groups import filled_next, learn
from handlers.common.context import Context
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import groups
from storage.groups import Fills, GroupBinding
from storage.outbox import OutgoingMessage

ASK = ("绑定", "绑定本群", "bind")
CONFIRM = ("确认绑定", "confirm bind")
EXAMPLES = {"zh": ("绑定", "确认绑定 482159"), "en": ("bind", "confirm bind 482159")}


class Bind(NamedTuple):
    """`ask` for this group, or `confirm` the group with a code."""

    what: Literal["ask", "confirm"]
    code: str = ""


def parse(utterance: Utterance) -> Bind | None:
    words = utterance.text.strip(" 。.!！")
    for verb in CONFIRM:
        code = words[len(verb) :].strip(" :：")
        if words.casefold().startswith(verb) and code.isascii() and code.isdigit():
            return Bind("confirm", code)
    return Bind("ask") if words.casefold() in ASK and utterance.message.addressed else None


async def handle(context: Context, bind: Bind) -> None:
    await (_confirm(context, bind.code) if bind.what == "confirm" else _ask(context))


async def _ask(context: Context) -> None:
    message, person = context.message, context.person
    if message.private:
        raise Refusal("bind.in_the_group")
    if context.office.group(message.channel, message.conversation):
        raise Refusal("bind.known")
    may = person in context.office.institution.office()
    code, name = f"{secrets.randbelow(900_000) + 100_000}", message.group_name or message.conversation
    _must_have_place(context, message.channel, context.of_unit)
    new = GroupBinding(0, message.channel, message.conversation, name, code, person.id, person.id if may else None)

    def outgoing(bound: GroupBinding) -> list[OutgoingMessage]:
        if may:
            return [_to(context, Reply(text=context.text("bind.done", by=person.id)), bound)]
        desk = [one for one in context.office.institution.desk() if message.channel in one.accounts]
        asked = context.text("bind.asked", desk=desk)
        ask = context.text("bind.confirm", by=person.id, channel=bound.channel, name=bound.name, code=bound.code)
        return [
            _to(context, Reply(text=asked), bound),
            *(_to(context, Reply(text=ask, to=one.id), bound) for one in desk),
        ]

    await groups.ask(new, _fills(context, message.channel, context.of_unit), context.inbox, outgoing, context.now)
    if may:
        await learn(context.office)


async def _confirm(context: Context, code: str) -> None:
    if context.person not in context.office.institution.office():
        raise Refusal("bind.not_yours")
    bound = await groups.waiting(code)
    if bound is None:
        raise Refusal("bind.no_such")

    def outgoing(bound: GroupBinding) -> list[OutgoingMessage]:
        done = _to(context, Reply(text=context.text("bind.done", by=context.person.id)), bound)
        if (context.message.channel, context.message.conversation) == (bound.channel, bound.conversation):
            return [done]
        here = context.office.outgoing(
            Reply(text=context.text("bind.confirmed")), context.message.channel, context.message.conversation
        )
        return [done, here]

    asked_by = context.person_of(bound.bound_by)
    unit = context.office.institution.unit_of(asked_by) if asked_by else None
    _must_have_place(context, bound.channel, unit)
    fills = _fills(context, bound.channel, unit)
    if not await groups.confirm(bound, context.person.id, fills, context.inbox, outgoing, context.now):
        raise Refusal("bind.no_such")
    await learn(context.office)


def _must_have_place(context: Context, channel: str, unit: str | None) -> None:
    """Raise Refusal if a unit has no group that waits for a conversation: it would become one of the office."""
    if unit and not filled_next(context.office.institution, channel, unit, []):
        raise Refusal("bind.no_place", unit=unit)


def _fills(context: Context, channel: str, unit: str | None) -> Fills:
    """Return how the group of the configuration is found that a newly confirmed one of a unit or the office fills."""
    return partial(filled_next, context.office.institution, channel, unit)


def _to(context: Context, reply: Reply, bound: GroupBinding) -> OutgoingMessage:
    return context.office.outgoing(reply, bound.channel, bound.conversation)
