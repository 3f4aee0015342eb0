"""WeCom as one channel with three doors: the AI robot, the groups' webhooks, the self-built app."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec
import structlog
from redis.asyncio import Redis

from bot.channels.base import Limit, Outcome, Receipt, SendError
from bot.channels.wecom.app import App
from bot.channels.wecom.card import template_card
from bot.channels.wecom.config import CHANNEL
from bot.channels.wecom.files import Read, fetch, kept
from bot.channels.wecom.http import Json, WeComError
from bot.channels.wecom.robot import Robot, RobotSettings
from bot.channels.wecom.routing import Routes, aside, is_private
from bot.channels.wecom.webhook import PICTURE_BYTES, Webhook
from bot.channels.wecom.wire import ROBOT
from handlers.rules.language.messages import Attachment, Reply
from storage.outbox import shown
from storage.timers import keys
from storage.timers.lease import AWAY

log = structlog.get_logger(__name__)
UPDATABLE = timedelta(hours=71)
SOON = 10
ELSEWHERE, AWAY_SECONDS = 0.5, 2.0
Alias = Callable[[str], Awaitable[str]]


def no_webhook(_conversation: str) -> Webhook | None:
    return None


async def nothing_to_learn(_conversation: str) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Transports:
    """What there is, of which any may be missing. `webhook` finds that of a group by its conversation.

    A group may have been bound a moment ago through another process: `learn` looks for it.
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
        app: Literal["none", "speaks", "hears"] = "none"
        if self.app is not None:
            app = "hears" if self.app.settings.hears else "speaks"
        return Routes(robot=robot, app=app, hook=self._target, account=account)

    def _target(self, conversation: str) -> str | None:
        hook = self.webhook(conversation)
        return hook.target if hook else None


class WeCom:
    """`account` gives a person's user id, `alias` the id by which the robot knows that user, `read` a kept file."""

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

    def parts(self, conversation: str, say: Reply) -> Sequence[Reply]:
        return self._routes.parts(conversation, say)

    def limits(self, conversation: str, say: Reply) -> Sequence[Limit]:
        return self._routes.limits(conversation, say)

    async def hold(self, conversation: str, say: Reply, _urgency: int) -> float:
        """What only the robot can say waits, uncounted, while its connection is another process's, or is down."""
        if not is_private(conversation):
            await self._transports.learn(conversation)
        robot = self._transports.robot
        if robot is None or say.update is not None or self._routes.transport(conversation, say) != "robot":
            return 0.0
        if not robot.has_it:
            return ELSEWHERE
        return 0.0 if robot.ready or self._transports.webhook(conversation) else AWAY_SECONDS

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        if say.update is not None:
            await self._update(say.update, say.text)
            return Receipt(None, accepted=True)
        if aside(conversation, say):
            return await self._aside(conversation, say, key)
        if is_private(conversation):
            return await self._private(conversation, say, key)
        return await self._group(conversation, say, key)

    async def fetch(self, attachment: Attachment) -> bytes:
        return await fetch(attachment, self._transports.app, self._transports.settings)

    async def close(self) -> None: ...

    async def _group(self, conversation: str, say: Reply, key: str) -> Receipt:
        """Where one cannot speak the other does: buttons are missed then, or nobody's telephone rings."""
        hook = self._transports.webhook(conversation)
        if hook is not None and self._routes.transport(conversation, say) == "webhook":
            try:
                await self._by_webhook(hook, say)
            except WeComError as error:
                if self._transports.robot is None or error.outcome is not Outcome.REFUSED:
                    raise
                log.warning("the robot speaks for the webhook", conversation=conversation, why=str(error))
                await self._by_robot(conversation, conversation, False, say, key)
            return Receipt(None, accepted=False)
        try:
            await self._by_robot(conversation, conversation, False, say, key)
        except WeComError as error:
            if hook is None or error.outcome is Outcome.UNKNOWN:
                raise
            log.info("the webhook speaks for the robot", conversation=conversation, why=str(error))
            if say.card is not None:
                return Receipt(left_out=str(error))
            await self._by_webhook(hook, say)
        return Receipt(None, accepted=False)

    async def _by_webhook(self, hook: Webhook, say: Reply) -> None:
        if not say.attachments:
            await hook.text(say.text, [uid for person in say.mentions if (uid := self._account(person))])
            return
        kind, name, body = await kept(say.attachments[0], self._read)
        if kind == "image" and len(body) <= PICTURE_BYTES:
            await hook.picture(body)
        else:
            await hook.file(body, name)

    async def _by_robot(self, conversation: str, chat: str, private: bool, say: Reply, key: str) -> None:
        robot = self._transports.robot
        if robot is None:
            reason = "WeCom: nothing can speak here: give the group a webhook, or set up [channel.wecom_robot]"
            raise WeComError(reason, Outcome.REFUSED)
        body: Json = {"msgtype": "markdown", "markdown": {"content": inert(say.text)}}
        if say.attachments:
            kind, name, content = await kept(say.attachments[0], self._read)
            body = {"msgtype": kind, kind: {"media_id": await robot.upload(kind, content, name)}}
        elif say.card is not None:
            body = {"msgtype": "template_card", "template_card": template_card(say.card, say.text, key)}
        await robot.push(conversation, chat, private, body)

    async def _private(self, conversation: str, say: Reply, key: str) -> Receipt:
        uid = conversation.partition("@")[2]
        if self._routes.transport(conversation, say) == "app":
            return await self._by_app(uid, say, key)
        try:
            await self._by_robot(f"{ROBOT}{uid}", await self._alias(uid), True, say, key)
        except WeComError as error:
            if self._transports.app is None or error.outcome is not Outcome.REFUSED:
                raise
            return await self._by_app(uid, say, key)
        return Receipt(None, accepted=False)

    async def _aside(self, conversation: str, say: Reply, key: str) -> Receipt:
        """A part for one person of what the group has heard: whatever is wrong with the app, it holds nothing up."""
        try:
            return await self._by_app(self._routes.uid(conversation, say), say, key)
        except WeComError as error:
            if error.outcome is Outcome.UNKNOWN:
                raise
            log.warning("a card did not reach a person through the app", person=say.to, why=str(error))
            if say.card is None or self._transports.robot is None:
                return Receipt(left_out=str(error))
        return await self._group(conversation, Reply(text=say.text, card=say.card), key)

    async def _by_app(self, uid: str, say: Reply, key: str) -> Receipt:
        app = self._transports.app
        if app is None:
            raise WeComError("WeCom: there is no self-built app: set up [channel.wecom_app]", Outcome.REFUSED)
        body: Json = {"msgtype": "text", "text": {"content": say.text}}
        if say.attachments:
            kind, name, content = await kept(say.attachments[0], self._read)
            body = {"msgtype": kind, kind: {"media_id": await app.upload(kind, content, name)}}
        elif say.card is not None and app.settings.hears:
            body = {"msgtype": "template_card", "template_card": template_card(say.card, say.text, key)}
        receipt = await app.send([uid], body)
        return Receipt((receipt.response_code or receipt.msgid)[:200] or None, accepted=bool(receipt.msgid))

    async def _update(self, card: str, done: str) -> None:
        """Buttons give way: on the card that was just pressed, and on every copy that went out through the app."""
        key = keys.card_update(keys.NAMESPACE, card)
        try:
            if self._redis is not None:
                async with self._redis.pipeline(transaction=False) as pipe:
                    pipe.rpush(key, done)
                    pipe.expire(key, SOON)
                    await pipe.execute()
        except AWAY:
            log.warning("a card keeps its buttons: Redis is away", card=card)
        if self._transports.app is not None:
            await self._update_in_app(self._transports.app, card, done)

    async def _update_in_app(self, app: App, card: str, done: str) -> None:
        async def update(uid: str, response_code: str) -> None:
            try:
                await app.update_card([uid], response_code, done)
            except SendError as error:
                log.info("a card keeps its buttons", card=card, uid=uid, why=str(error))

        copies = []
        for one in await shown(CHANNEL, card, self._now() - UPDATABLE):
            say = msgspec.json.decode(one.body, type=Reply)
            uid = self._routes.uid(one.conversation, say)
            if say.card is not None and uid and one.platform_id:
                copies.append(update(uid, one.platform_id))
        await asyncio.gather(*copies)


def inert(text: str) -> str:
    """Text from outside as markdown: it makes no link, picture or tag, and keeps its lines."""
    return text.replace("](", "] (").replace("<", "＜").replace("\n", "  \n")
