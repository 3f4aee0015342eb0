"""Connects the platforms of the configuration: their channels, their callbacks, their long connections."""

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.channels.dingtalk.connect import connect_dingtalk
from bot.channels.wecom.connect import connect_wecom

if TYPE_CHECKING:
    from bot.app import Bot


async def connect_platforms(bot: "Bot", stack: AsyncExitStack) -> None:
    """The real platforms of the configuration, with their secrets from the environment."""
    if table := bot.config.channel.dingtalk:
        await connect_dingtalk(bot, table, stack)
    if bot.config.channel.has("wecom"):
        await connect_wecom(bot, stack)
