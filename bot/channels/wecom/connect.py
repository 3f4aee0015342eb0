"""Build the WeCom channel from the configuration: its transports, its callbacks, its long connection."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.channels import connections
from bot.channels.config import secret
from bot.channels.contact import Contact
from bot.channels.wecom.app import App, AppSettings
from bot.channels.wecom.callbacks import app_routes, robot_routes
from bot.channels.wecom.channel import Transports, WeCom
from bot.channels.wecom.config import CHANNEL, WeComAppTable, WeComRobotTable
from bot.channels.wecom.connection_owner import SocketPace
from bot.channels.wecom.crypto import aes_bytes
from bot.channels.wecom.http import Http
from bot.channels.wecom.inbound import Identities, InboundMessages, SocketInbound
from bot.channels.wecom.robot import AnsweringRobot, Robot, RobotSettings, SocketRobot
from bot.channels.wecom.socket import OnFrame, Socket
from bot.channels.wecom.webhook import Webhook
from bot.config import Config
from bot.engine.platform_pause import Answers
from bot.errors import ConfigError
from bot.runtime import Bot
from handlers.common.bound_groups import learn
from storage import files
from storage.timers import keys
from storage.timers.connection_lease import Lease

PACE = SocketPace()
API = "https://qyapi.weixin.qq.com"


async def connect_wecom(bot: Bot, stack: AsyncExitStack, pace: SocketPace = PACE) -> None:
    """Add the channel "wecom" with those of robot, app and webhooks that are configured."""
    session = await stack.enter_async_context(connections.session())
    http = Http(session, set())
    tables, institution, redis = bot.config.channel, bot.office.institution, bot.redis
    app = App(app_settings(tables.wecom_app), http, redis) if tables.wecom_app else None
    identities = Identities(app, redis, lambda id: institution.by_account(CHANNEL, id) is not None)
    inbound = InboundMessages(http.contact.noting(bot.dispatcher.store), identities, redis, bot.clock.now)
    settings = robot_settings(tables.wecom_robot) if tables.wecom_robot else None
    robot = _robot(bot, settings, inbound, http, session, pace) if settings else None
    if app is not None and app.settings.receives:
        bot.callbacks.append(app_routes(app.settings, inbound, bot.clock.now))
    webhooks, office = group_webhooks(bot.config, http), bot.office

    def webhook(conversation: str) -> Webhook | None:
        group = office.group(CHANNEL, conversation)
        return webhooks.get(group.id) if group else None

    async def learn_of(conversation: str) -> None:
        if office.group(CHANNEL, conversation) is None:
            await learn(office)

    bot.health[CHANNEL] = partial(_health, bot, http.contact, robot)
    await learn(office)
    transports = Transports(robot=robot, app=app, webhook=webhook, learn=learn_of, settings=settings)
    channel = WeCom(
        transports, redis, partial(institution.account, CHANNEL), identities.robot_id, files.read, bot.clock.now
    )
    bot.add(channel, channel.hold, _answers(app, webhooks, robot))
    bot.usage.append(bot.senders[CHANNEL].used)


def _robot(
    bot: Bot, settings: RobotSettings, inbound: InboundMessages, http: Http, session: ClientSession, pace: SocketPace
) -> Robot:
    now = bot.clock.now
    http.secrets |= {settings.secret, settings.token, settings.aes_key}
    if settings.mode == "http":
        answering = AnsweringRobot(settings, http, bot.redis, now)
        bot.callbacks.append(robot_routes(settings, inbound, answering, now))
        return answering
    callbacks = SocketInbound(inbound, settings.names, now)
    robot = SocketRobot(robot_socket(settings, session, bot.redis, callbacks.receive, pace))
    callbacks.update = robot.update_card
    robot.socket.contact = http.contact
    bot.loops.append(robot.socket.run)
    return robot


def _answers(app: App | None, webhooks: Mapping[str, Webhook], robot: Robot | None) -> Answers:
    """Return how to ask whether WeCom answers, by what there is."""
    if app is not None:
        return app.answers
    if webhooks:
        return next(iter(webhooks.values())).answers

    async def ready() -> bool:
        return robot is not None and robot.ready

    return ready


async def _health(bot: Bot, contact: Contact, robot: Robot | None) -> dict[str, Any]:
    """Return the facts of the calls, the deliveries and, if there is one, the long connection."""
    alarm = bot.senders[CHANNEL].alarm
    facts = contact.facts() | ({"alarm": alarm} if alarm else {})
    if not isinstance(robot, SocketRobot):
        return facts
    trouble = "" if robot.ready else robot.socket.state.why
    connection = {"connected": robot.ready, "ours": robot.owns_connection, "trouble": trouble}
    return connection | contact.stream(robot.socket.state.stream, trouble) | facts


def robot_socket(
    settings: RobotSettings, session: ClientSession, redis: Redis | None, on_frame: OnFrame, pace: SocketPace
) -> Socket:
    """Return the long connection, which one process owns at a time, by a lease in Redis where there is one."""
    lease = Lease(redis, keys.lock(keys.NAMESPACE, f"wecom-{settings.bot_id}"), pace.lease) if redis else None
    credentials = {"bot_id": settings.bot_id, "secret": settings.secret}
    return Socket(settings.socket, credentials, session, lease, on_frame, pace)


def robot_settings(table: WeComRobotTable) -> RobotSettings:
    """Return the settings with their secrets. ConfigError when one is not set in the environment, or is no key."""
    where = "channel.wecom_robot"
    return RobotSettings(
        bot_id=secret(table.bot_id, f"{where}.bot_id"),
        secret=secret(table.secret, f"{where}.secret"),
        token=secret(table.token, f"{where}.token"),
        aes_key=_aes_key(secret(table.aes_key, f"{where}.aes_key"), where),
        mode=table.mode,
        names=table.names,
        socket=table.socket,
        api=table.api.rstrip("/"),
        media_hosts=table.media_hosts,
    )


def app_settings(table: WeComAppTable) -> AppSettings:
    """Return the settings with their secrets. ConfigError when one is not set in the environment, or is no key."""
    where = "channel.wecom_app"
    return AppSettings(
        corp_id=secret(table.corp_id, f"{where}.corp_id"),
        agent_id=table.agent_id,
        secret=secret(table.secret, f"{where}.secret"),
        token=secret(table.token, f"{where}.token"),
        aes_key=_aes_key(secret(table.aes_key, f"{where}.aes_key"), where),
        api=table.api.rstrip("/"),
    )


def group_webhooks(config: Config, http: Http) -> dict[str, Webhook]:
    """Return the groups' webhooks by the group's id, as its conversation may not be known yet."""
    tables = (config.channel.wecom_robot, config.channel.wecom_app)
    api = next((table.api.rstrip("/") for table in tables if table), API)
    return {
        group.id: Webhook(http, secret(group.webhook, f"webhook of group {group.id}"), api)
        for group in config.group
        if group.channel == CHANNEL and group.webhook
    }


def _aes_key(key: str, where: str) -> str:
    try:
        if key:
            aes_bytes(key)
    except ValueError as error:
        raise ConfigError(None, None, f"{where}.aes_key: {error}") from None
    return key
