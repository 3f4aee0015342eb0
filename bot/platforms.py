"""Connects the platforms of the configuration: their channels, their callbacks, their long connections."""

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from aiohttp import ClientSession, ClientTimeout

from bot.channels.dingtalk import DingTalk, DingTalkSettings, RobotWebhook
from bot.config import Config, DingTalkTable, secret
from bot.web.callbacks import dingtalk_routes

if TYPE_CHECKING:
    from bot.app import Bot


async def connect_platforms(bot: "Bot", stack: AsyncExitStack) -> None:
    """The real platforms of the configuration, with their secrets from the environment."""
    config = bot.config.channel.dingtalk
    if config:
        settings = dingtalk_settings(bot.config, config)
        session = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=20)))
        institution, now = bot.office.institution, bot.clock.now

        def account(person: str) -> str | None:
            known = institution.person(person)
            return known.accounts.get("dingtalk") if known else None

        bot.add(DingTalk(settings, session, account, institution.name_of, now))
        bot.callbacks.append(dingtalk_routes(settings, bot.dispatcher.hear, now))


def dingtalk_settings(config: Config, table: DingTalkTable) -> DingTalkSettings:
    """ConfigError when a secret is not set in the environment."""
    webhooks = {
        group.conversation: RobotWebhook(
            url=secret(group.webhook, f"webhook of group {group.id}"),
            secret=secret(group.webhook_secret or "", f"webhook_secret of group {group.id}"),
        )
        for group in config.group
        if group.channel == "dingtalk" and group.webhook
    }
    return DingTalkSettings(
        app_key=secret(table.app_key, "channel.dingtalk.app_key"),
        app_secret=secret(table.app_secret, "channel.dingtalk.app_secret"),
        robot_code=secret(table.robot_code, "channel.dingtalk.robot_code"),
        api=table.api,
        oapi=table.oapi,
        webhooks=webhooks,
    )
