"""Connect DingTalk: its channel, and its long connection or its callback."""

from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from aiohttp import ClientTimeout

from bot.channels import connections
from bot.channels.config import secret
from bot.channels.contact import StreamState
from bot.channels.dingtalk.callbacks import dingtalk_routes
from bot.channels.dingtalk.channel import DingTalk, DingTalkSettings, RobotWebhook
from bot.channels.dingtalk.config import CHANNEL, DingTalkTable
from bot.channels.dingtalk.deliveries import Deliveries
from bot.channels.dingtalk.quota import Quota, Quotas
from bot.channels.dingtalk.quota_notices import QuotaNotices
from bot.channels.dingtalk.quota_watch import QuotaWatch
from bot.channels.dingtalk.stream import DingTalkStream
from bot.config import Config
from bot.runtime import Bot


async def connect_dingtalk(bot: Bot, table: DingTalkTable, stack: AsyncExitStack) -> None:
    settings = dingtalk_settings(bot.config, table)
    session = await stack.enter_async_context(connections.session(timeout=ClientTimeout(total=20)))
    institution, now = bot.office.institution, bot.clock.now
    notices = QuotaNotices(bot.office, now)
    quotas = Quotas(
        Quota("calls", table.monthly_calls, institution.zone, now, notices.crossed),
        Quota("deliveries", table.monthly_deliveries, institution.zone, now, notices.crossed),
    )
    channel = DingTalk(settings, session, partial(institution.account, CHANNEL), institution.name_of, now, quotas)
    bot.add(channel, channel.hold, channel.api.answers)
    deliveries = Deliveries(quotas.deliveries, notices)
    contact = channel.api.contact
    store = contact.noting(bot.dispatcher.store)
    stream = DingTalkStream(settings, channel.api, session, store, now, deliveries)
    if table.mode == "stream":
        bot.loops.append(stream.run)
    else:
        bot.callbacks.append(dingtalk_routes(settings, store, now, deliveries))

    watch = QuotaWatch(quotas, bot.tell_page)
    bot.loops.append(watch.run)
    bot.usage += (watch.used, bot.senders[CHANNEL].used)
    bot.alarms.append(watch.alarms)

    async def health() -> dict[str, Any]:
        await watch.used()
        alarm = "; ".join(filter(None, (deliveries.alarm, bot.senders[CHANNEL].alarm)))
        facts = contact.facts() | quotas.facts() | ({"alarm": alarm} if alarm else {})
        if table.mode != "stream":
            return facts
        state: StreamState = "connected" if stream.connected else "away"
        connection = {"connected": stream.connected, "trouble": stream.trouble}
        return connection | contact.stream(state, stream.trouble) | facts

    bot.health[CHANNEL] = health


def dingtalk_settings(config: Config, table: DingTalkTable) -> DingTalkSettings:
    """Return the settings with their secrets. ConfigError when one is not set in the environment."""
    webhooks = {
        group.conversation: RobotWebhook(
            url=secret(group.webhook, f"webhook of group {group.id}"),
            secret=secret(group.webhook_secret or "", f"webhook_secret of group {group.id}"),
        )
        for group in config.group
        if group.channel == CHANNEL and group.webhook
    }
    return DingTalkSettings(
        app_key=secret(table.app_key, "channel.dingtalk.app_key"),
        app_secret=secret(table.app_secret, "channel.dingtalk.app_secret"),
        robot_code=secret(table.robot_code, "channel.dingtalk.robot_code"),
        api=table.api,
        oapi=table.oapi,
        webhooks=webhooks,
        card_template=table.card_template,
    )
