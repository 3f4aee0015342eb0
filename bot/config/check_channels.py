"""Contradictions between groups and the platforms' tables, and in the group page's."""

from collections.abc import Iterator
from ipaddress import ip_address

from bot.channels.dingtalk import config as dingtalk
from bot.channels.wecom import config as wecom
from bot.config.tables import ChannelTables, Config
from handlers.rules.toml_errors import Complaint

TABLE_OF = {"wecom": "wecom_robot"}
"""The table to add for a channel that is not called like it."""


def channel_complaints(config: Config) -> Iterator[Complaint]:
    """Yield what cannot work, platform by platform."""
    channel = config.channel
    yield from _without_table(config)
    yield from wecom.complaints(channel.wecom_robot, channel.wecom_app, config.group)
    yield from dingtalk.complaints(channel.dingtalk, config.group)
    yield from _local(config)


def _without_table(config: Config) -> Iterator[Complaint]:
    for n, group in enumerate(config.group):
        if not config.channel.has(group.channel):
            table = TABLE_OF.get(group.channel, group.channel)
            remedy = f"there is no [channel.{table}]: add it, or take the group out"
            yield Complaint(f".group[{n}].channel", remedy)


def _local(config: Config) -> Iterator[Complaint]:
    ours = [n for n, group in enumerate(config.group) if group.channel == "local"]
    for n in ours:
        if not config.group[n].conversation:
            yield Complaint(f".group[{n}].conversation", "name it: only a group without a webhook can be bound later")
    if config.channel.local is None:
        return
    if not ours:
        remedy = 'the group page has no group: add a [[group]] with channel = "local"'
        yield Complaint(".channel.local", remedy)
    if not config.channel.local.anyone_may_speak_as_anyone:
        yield from _unguarded(config.channel, config.web.host)


def _unguarded(channel: ChannelTables, host: str) -> Iterator[Complaint]:
    """Yield a complaint if a page on which anyone may speak as anyone can be reached by others."""
    remedy = "take [channel.local] out, or set anyone_may_speak_as_anyone = true in it if you mean it"
    if channel.has(dingtalk.CHANNEL) or channel.has(wecom.CHANNEL):
        reason = "the group page lets anyone speak as anyone beside a real platform"
        yield Complaint(".channel.local", f"{reason}: {remedy}")
    if not _loopback(host):
        reason = "the group page lets anyone speak as anyone and listens beyond this machine"
        yield Complaint(".web.host", f"{reason}: {remedy}")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
