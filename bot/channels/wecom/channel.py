"""WeCom as one channel with three transports: the AI robot, the groups' webhooks, the self-built app."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec
import structlog
from redis.asyncio import Redis

from bot.channels.base import ELSEWHERE, Limit, Outcome, Receipt, SendError
from bot.channels.handover import visible
from bot.channels.wecom.app import App
from bot.channels.wecom.card import template_card
from bot.channels.wecom.config import CHANNEL
from bot.channels.wecom.files import Read, fetch, stored_file
from bot.channels.wecom.http import Json, WeComError
from bot.channels.wecom.markup import inert, plain
from bot.channels.wecom.robot import Robot, RobotSettings
from bot.channels.wecom.routing import Routes, for_one_person, is_private
from bot.channels.wecom.webhook import PICTURE_BYTES, Webhook
from bot.channels.wecom.wire import ROBOT
from handlers.rules.language.messages import Attachment, Reply
from storage.sent_messages import card_messages
from storage.timers import keys
from storage.timers.link import REDIS_ERRORS

log = structlog.get_logger(__name__)
UPDATABLE = timedelta(hours=71)
"""WeCom takes one update of an app's card within 72 hours."""
PRESS_LASTS_SECONDS = 10
DOWN_SECONDS = 2.0
"""How long a message waits while the robot's connection is down."""
Alias = Callable[[str], Awaitable[str]]


def no_webhook(_conversation: str) -> Webhook | None:
    return None


async def nothing_to_learn(_conversation: str) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Transports:
    """The transports, any of which may be missing. `webhook` returns that of a group by its conversation.

    `learn` looks for a group that another process may have bound a moment ago.
    """

    robot: Robot | None = None
    app: App | None = None
    webhook: Callable[[str], Webhook | None] = no_webhook
    learn: Callable[[str], Awaitable[None]] = nothing_to_learn
    settings: RobotSettings | None = None

    def routes(self, account: Callable[[str], str | None]) -> Routes:
        robot: Literal["none", "answers", "pushes"] = "none"
        if self.robot is not None:
            robot = "pushes" if self.robot.speaks_first else "answers"
        app: Literal["none", "speaks", "receives"] = "none"
        if self.app is not None:
            app = "receives" if self.app.settings.receives else "speaks"
        return Routes(robot=robot, app=app, webhook=self._target, account=account)

    def _target(self, conversation: str) -> str | None:
        webhook = self.webhook(conversation)
        return webhook.target if webhook else None


class WeCom:
    """`account` returns a person's user id, `alias` the id by which the robot knows that user, `read` a stored file."""

    name = CHANNEL
    idempotent = False

    def __init__(
        self,
        transports: Transports,
        redis: Redis | None,
        account: Callable[[str], str | None],
        alias: Alias,
        read: Read,
        now: Callable[[], datetime],
    ) -> None:
        self._transports, self._redis, self._alias = transports, redis, alias
        self._routes = transports.routes(account)
        self._account, self._read, self._now = account, read, now

    def parts(self, conversation: str, reply: Reply) -> Sequence[Reply]:
        return self._routes.parts(conversation, reply)

    def limits(self, conversation: str, reply: Reply) -> Sequence[Limit]:
        return self._routes.limits(conversation, reply)

    async def hold(self, conversation: str, reply: Reply, _urgency: int) -> float:
        """Return the seconds that a message for the robot waits while its connection is down, else 0.

        Return ELSEWHERE if another process has the connection.
        """
        if not is_private(conversation):
            await self._transports.learn(conversation)
        robot = self._transports.robot
        if robot is None or reply.update is not None or self._routes.transport(conversation, reply) != "robot":
            return 0.0
        if not robot.owns_connection:
            return ELSEWHERE
        return 0.0 if robot.ready or self._transports.webhook(conversation) else DOWN_SECONDS

    async def send(self, conversation: str, reply: Reply, key: str) -> Receipt:
        if reply.update is not None:
            await self._update(reply.update, reply.text)
            return Receipt(None, accepted=True)
        if for_one_person(conversation, reply):
            return await self._to_one_person(conversation, reply, key)
        if is_private(conversation):
            return await self._private(conversation, reply, key)
        return await self._group(conversation, reply, key)

    async def fetch(self, attachment: Attachment) -> bytes:
        return await fetch(attachment, self._transports.app, self._transports.settings)

    async def close(self) -> None: ...

    async def _group(self, conversation: str, reply: Reply, key: str) -> Receipt:
        """Send to a group by robot or webhook; where one fails the other sends, without buttons or real mentions."""
        webhook = self._transports.webhook(conversation)
        if webhook is not None and self._routes.transport(conversation, reply) == "webhook":
            try:
                await self._by_webhook(webhook, reply)
            except WeComError as error:
                if self._transports.robot is None or not error.other_way_may_work:
                    raise
                log.warning(
                    "webhook refused the message; the robot sends it", conversation=conversation, reason=str(error)
                )
                await self._by_robot(conversation, conversation, False, reply, key)
            return Receipt(None, accepted=False)
        try:
            await self._by_robot(conversation, conversation, False, reply, key)
        except WeComError as error:
            if webhook is None or error.may_have_arrived:
                raise
            log.info("robot cannot send it; the webhook sends it", conversation=conversation, reason=str(error))
            if reply.card is not None:
                return Receipt(left_out=str(error))
            await self._by_webhook(webhook, reply)
        return Receipt(None, accepted=False)

    async def _by_webhook(self, webhook: Webhook, reply: Reply) -> None:
        if not reply.attachments:
            rung = [uid for person in reply.mentions if (uid := self._account(person))]
            with visible():
                await webhook.text(plain(reply.text), rung)
            return
        kind, name, body = await stored_file(reply.attachments[0], self._read)
        if kind == "image" and len(body) <= PICTURE_BYTES:
            with visible():
                await webhook.picture(body)
            return
        media = await webhook.upload(body, name)
        with visible():
            await webhook.file(media)

    async def _by_robot(self, conversation: str, chat: str, private: bool, reply: Reply, key: str) -> None:
        robot = self._transports.robot
        if robot is None:
            reason = "WeCom: nothing can speak here: give the group a webhook, or set up [channel.wecom_robot]"
            raise WeComError(reason, Outcome.REFUSED)
        body: Json = {"msgtype": "markdown", "markdown": {"content": inert(reply.text)}}
        if reply.attachments:
            kind, name, content = await stored_file(reply.attachments[0], self._read)
            body = {"msgtype": kind, kind: {"media_id": await robot.upload(kind, content, name)}}
        elif reply.card is not None:
            body = {"msgtype": "template_card", "template_card": template_card(reply.card, reply.text, key)}
        with visible():
            await robot.push(conversation, chat, private, body)

    async def _private(self, conversation: str, reply: Reply, key: str) -> Receipt:
        uid = conversation.partition("@")[2]
        if self._routes.transport(conversation, reply) == "app":
            return await self._by_app(uid, reply, key)
        try:
            await self._by_robot(f"{ROBOT}{uid}", await self._alias(uid), True, reply, key)
        except WeComError as error:
            if self._transports.app is None or not error.other_way_may_work:
                raise
            return await self._by_app(uid, reply, key)
        return Receipt(None, accepted=False)

    async def _to_one_person(self, conversation: str, reply: Reply, key: str) -> Receipt:
        """Send one person their part of a group's message; if the app fails, send it to the group, or leave it out."""
        try:
            return await self._by_app(self._routes.uid(conversation, reply), reply, key)
        except WeComError as error:
            if error.may_have_arrived:
                raise
            log.warning("card not delivered through the app", person=reply.to, reason=str(error))
            if reply.card is None or self._transports.robot is None:
                return Receipt(left_out=str(error))
        return await self._group(conversation, Reply(text=reply.text, card=reply.card), key)

    async def _by_app(self, uid: str, reply: Reply, key: str) -> Receipt:
        app = self._transports.app
        if app is None:
            raise WeComError("WeCom: there is no self-built app: set up [channel.wecom_app]", Outcome.REFUSED)
        body: Json = {"msgtype": "text", "text": {"content": plain(reply.text)}}
        if reply.attachments:
            kind, name, content = await stored_file(reply.attachments[0], self._read)
            body = {"msgtype": kind, kind: {"media_id": await app.upload(kind, content, name)}}
        elif reply.card is not None and app.settings.receives:
            body = {"msgtype": "template_card", "template_card": template_card(reply.card, reply.text, key)}
        with visible():
            receipt = await app.send([uid], body)
        return Receipt((receipt.response_code or receipt.msgid)[:200] or None, accepted=bool(receipt.msgid))

    async def _update(self, card: str, done: str) -> None:
        """Replace the buttons on the card that was just pressed, and on every copy that the app sent."""
        key = keys.card_update(keys.NAMESPACE, card)
        try:
            if self._redis is not None:
                async with self._redis.pipeline(transaction=False) as pipe:
                    pipe.rpush(key, done)
                    pipe.expire(key, PRESS_LASTS_SECONDS)
                    await pipe.execute()
        except REDIS_ERRORS:
            log.warning("card keeps its buttons: Redis is away", card=card)
        if self._transports.app is not None:
            await self._update_in_app(self._transports.app, card, done)

    async def _update_in_app(self, app: App, card: str, done: str) -> None:
        async def update(uid: str, response_code: str) -> None:
            try:
                await app.update_card([uid], response_code, done)
            except SendError as error:
                log.info("card keeps its buttons", card=card, uid=uid, reason=str(error))

        copies = []
        for one in await card_messages(CHANNEL, card, self._now() - UPDATABLE):
            reply = msgspec.json.decode(one.body, type=Reply)
            uid = self._routes.uid(one.conversation, reply)
            if reply.card is not None and uid and one.platform_id:
                copies.append(update(uid, one.platform_id))
        await asyncio.gather(*copies)
