"""`绑定` in a new group: the bot learns the conversation once the office confirms it with `确认绑定 4821`.

Until then nothing of the institution's is said there. Who runs the office may bind a group by the word alone. A group
of the configuration that has no conversation yet is the one that is bound.
"""

import secrets
from dataclasses import replace
from typing import Literal, NamedTuple

from handlers.common.context import Context
from handlers.common.office import Office
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Group, Institution
from handlers.rules.refusal import Refusal
from storage import groups
from storage.groups import GroupBinding
from storage.outbox import OutgoingMessage

ASK = ("绑定", "绑定本群", "bind")
CONFIRM = ("确认绑定", "confirm bind")
EXAMPLES = {"zh": ("绑定", "确认绑定 482159"), "en": ("bind", "confirm bind 482159")}
OURS = ("local",)
"""Channels whose only group is the configuration's."""


class Bind(NamedTuple):
    """`ask` for this group, or `confirm` the group with a code."""

    what: Literal["ask", "confirm"]
    code: str = ""


def parse(said: Utterance) -> Bind | None:
    words = said.text.strip(" 。.!！")
    for verb in CONFIRM:
        code = words[len(verb) :].strip(" :：")
        if words.casefold().startswith(verb) and code.isascii() and code.isdigit():
            return Bind("confirm", code)
    return Bind("ask") if words.casefold() in ASK and said.message.addressed else None


async def handle(turn: Context, bind: Bind) -> None:
    await (_confirm(turn, bind.code) if bind.what == "confirm" else _ask(turn))


async def is_strange(turn: Context) -> bool:
    """Whether a message comes from a group that nobody has confirmed. Another process may have learnt of it."""
    message, office = turn.message, turn.office
    if message.private or message.channel in OURS or office.group(message.channel, message.conversation):
        return False
    await learn(office)
    return office.group(message.channel, message.conversation) is None


async def learn(office: Office) -> None:
    """The groups that were confirmed join those of the configuration."""
    office.learn(with_groups(office.institution, await groups.confirmed()).groups)


def with_groups(institution: Institution, bound: list[GroupBinding]) -> Institution:
    known = list(institution.groups)
    for one in bound:
        if any((group.channel, group.conversation) == (one.channel, one.conversation) for group in known):
            continue
        empty = next((n for n, g in enumerate(known) if g.channel == one.channel and not g.conversation), None)
        if empty is None:
            known.append(Group(f"bound-{one.id}", one.name, one.channel, one.conversation))
        else:
            known[empty] = replace(known[empty], conversation=one.conversation)
    return replace(institution, groups=tuple(known))


async def _ask(turn: Context) -> None:
    message, person = turn.message, turn.person
    if message.private:
        raise Refusal("bind.in_the_group")
    if turn.office.group(message.channel, message.conversation):
        raise Refusal("bind.known")
    may = person in turn.office.institution.office()
    code, name = f"{secrets.randbelow(900_000) + 100_000}", message.group_name or message.conversation
    new = GroupBinding(0, message.channel, message.conversation, name, code, person.id, person.id if may else None)

    def letters(bound: GroupBinding) -> list[OutgoingMessage]:
        if may:
            return [_to(turn, Reply(text=turn.text("bind.done", by=person.id)), bound)]
        desk = [one for one in turn.office.institution.desk() if message.channel in one.accounts]
        asked = turn.text("bind.asked", desk=desk)
        ask = turn.text("bind.confirm", by=person.id, channel=bound.channel, name=bound.name, code=bound.code)
        return [
            _to(turn, Reply(text=asked), bound),
            *(_to(turn, Reply(text=ask, to=one.id), bound) for one in desk),
        ]

    await groups.ask(new, turn.inbox, letters, turn.now)
    if may:
        await learn(turn.office)


async def _confirm(turn: Context, code: str) -> None:
    if turn.person not in turn.office.institution.office():
        raise Refusal("bind.not_yours")
    bound = await groups.waiting(code)
    if bound is None:
        raise Refusal("bind.no_such")

    def letters(bound: GroupBinding) -> list[OutgoingMessage]:
        done = _to(turn, Reply(text=turn.text("bind.done", by=turn.person.id)), bound)
        if (turn.message.channel, turn.message.conversation) == (bound.channel, bound.conversation):
            return [done]
        here = turn.office.letter(
            Reply(text=turn.text("bind.confirmed")), turn.message.channel, turn.message.conversation
        )
        return [done, here]

    await groups.confirm(bound, turn.person.id, turn.inbox, letters, turn.now)
    await learn(turn.office)


def _to(turn: Context, say: Reply, bound: GroupBinding) -> OutgoingMessage:
    return turn.office.letter(say, bound.channel, bound.conversation)
