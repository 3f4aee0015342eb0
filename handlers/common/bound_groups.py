"""Groups that were bound in the chat: they count beside those of the configuration once the office confirmed them."""

from dataclasses import replace

from handlers.common.context import Context
from handlers.common.office import Office
from handlers.rules.people.institution import Group, Institution
from storage import groups
from storage.groups import GroupBinding

OURS = ("local",)
"""Channels on which every group is in the configuration."""


async def is_strange(context: Context) -> bool:
    """Return whether a message comes from an unconfirmed group, after looking up what other processes confirmed."""
    message, office = context.message, context.office
    if message.private or message.channel in OURS or office.group(message.channel, message.conversation):
        return False
    await learn(office)
    return office.group(message.channel, message.conversation) is None


async def learn(office: Office) -> None:
    """Add the confirmed groups to those of the configuration."""
    office.learn(with_groups(office.institution, await groups.confirmed()).groups)


def with_groups(institution: Institution, bound: list[GroupBinding]) -> Institution:
    """Return the institution with the bound groups; the first one of a channel fills a group without conversation."""
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
