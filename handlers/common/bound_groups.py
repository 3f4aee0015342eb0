"""Groups that were bound in the chat: they count beside those of the configuration once the office confirmed them."""

from collections.abc import Collection

from msgspec.structs import replace

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
    """Return the institution with the bound groups, in the order of their confirmation.

    Each fills the group of the configuration that is stored with it. One that an earlier version confirmed fills the
    first group of its channel that has no conversation and is none of those.
    """
    known = list(institution.groups)
    stored = {one.group_id for one in bound if one.group_id}
    for one in bound:
        if any((group.channel, group.conversation) == (one.channel, one.conversation) for group in known):
            continue
        n = next((n for n, group in enumerate(known) if _is_filled_by(group, one, stored)), None)
        if n is None:
            known.append(Group(f"bound-{one.id}", one.name, one.channel, one.conversation))
        else:
            known[n] = replace(known[n], conversation=one.conversation)
    return replace(institution, groups=tuple(known))


def _is_filled_by(group: Group, bound: GroupBinding, stored: Collection[str | None]) -> bool:
    if group.conversation or group.channel != bound.channel:
        return False
    if bound.group_id is None:
        return group.id not in stored and group.unit is None
    return group.id == bound.group_id


def filled_next(institution: Institution, channel: str, unit: str | None, bound: list[GroupBinding]) -> str:
    """Return the id of the first group of a channel that still has no conversation, "" if there is none.

    It is one of the `unit`, or of the office under None: nobody of a unit gets the office's, nor another unit's.
    """
    groups = with_groups(institution, bound).groups_of(unit)
    return next((group.id for group in groups if group.channel == channel and not group.conversation), "")
