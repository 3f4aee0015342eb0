"""DingTalk: sends a `Reply` and returns the platform's `processQueryKey` as the receipt, or raises SendError.

Only a group's custom robot and a card can really @ people, so a message that mentions people goes through the group's
webhook where there is one. Everything else goes through the robot's API, with names as text. With a card template
buttons can be pressed; without one they are shown as text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
import structlog
from aiohttp import ClientSession
from msgspec.structs import replace

from bot.channels.base import FILE_LIMIT, Limit, Outcome, Receipt, SendError
from bot.channels.dingtalk.api import ApiAnswer, DingTalkApi, DingTalkError, DingTalkSettings, RobotWebhook
from bot.channels.dingtalk.card import CREATE, UPDATE, create_body, filled, reply_of, track, update_body
from bot.channels.dingtalk.config import CHANNEL, OUTSIDER
from bot.channels.dingtalk.quota import Quotas
from bot.channels.dingtalk.wire import (
    MessageText,
    file_param,
    split_reply,
    template_body,
    webhook_body,
    with_card,
)
from bot.channels.download import download
from bot.channels.handover import visible
from handlers.rules.language.messages import Attachment, Reply
from storage import files, sent_messages

__all__ = ["DingTalk", "DingTalkSettings", "RobotWebhook", "mentioning"]

log = structlog.get_logger(__name__)
SURELY_SENT = 1000  # characters of a text that always fit into one message
TO_GROUP = "/v1.0/robot/groupMessages/send"
TO_PERSON = "/v1.0/robot/oToMessages/batchSend"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
CARD_EXISTS = "outTrackIdExist"
"""In the error code for a card whose id is in use: each card has its message's."""
PER_SECOND = 20
PER_MINUTE = 20


class DingTalk:
    """`account` returns a person's DingTalk user id, `name` their name. The caller owns the session."""

    name = CHANNEL
    idempotent = False

    def __init__(
        self,
        settings: DingTalkSettings,
        session: ClientSession,
        account: Callable[[str], str | None],
        name: Callable[[str], str],
        now: Callable[[], datetime],
        quotas: Quotas,
    ) -> None:
        self._settings, self._account, self._name_of, self._quotas = settings, account, name, quotas
        self.api = DingTalkApi(settings, session, now, *quotas)

    def parts(self, conversation: str, reply: Reply) -> Sequence[Reply]:  # noqa: ARG002 - the same everywhere
        if reply.update is not None:
            return [reply]
        texts = split_reply(replace(reply, attachments=())) if reply.text or not reply.attachments else []
        return [*texts, *(Reply(text="", attachments=(one,)) for one in reply.attachments)]

    def limits(self, conversation: str, reply: Reply) -> Sequence[Limit]:
        if webhook := self._webhook(conversation, reply):
            return [Limit(f"dingtalk-webhook:{_digest(webhook.url)}", PER_MINUTE, 60)]
        path = _send_path(conversation)
        if reply.update is not None:
            path = UPDATE
        elif self._is_card(reply):
            path = CREATE
        return [Limit(f"dingtalk:{_digest(self._settings.app_key)}:{path}", PER_SECOND, 1)]

    async def hold(self, conversation: str, reply: Reply, urgency: int) -> float:
        """Return how many seconds a message has to wait because of the monthly quota that it counts against."""
        waits = [await quota.wait(urgency) for quota in self._quotas]
        return waits[1] if self._webhook(conversation, reply) else waits[0]

    async def send(self, conversation: str, reply: Reply, key: str) -> Receipt:
        if reply.update is not None:
            return await self._update(reply.update, reply.text)
        uids = {person: uid for person in reply.mentions if (uid := self._account(person))}
        if (webhook := self._webhook(conversation, reply)) and await self._sent_by_webhook(webhook, reply, uids):
            return Receipt(None, accepted=False)
        if conversation.startswith(f"@{OUTSIDER}"):
            raise SendError("DingTalk: a person outside the organisation cannot be written to", Outcome.REFUSED)
        if reply.attachments:
            return await self._send_file(conversation, reply.attachments[0])
        if self._is_card(reply):
            return await self._send_card(conversation, reply, key, uids)
        if conversation.startswith("@"):
            return await self._send_private(conversation[1:], reply)
        return await self._send_group(conversation, reply)

    async def _sent_by_webhook(self, webhook: RobotWebhook, reply: Reply, uids: Mapping[str, str]) -> bool:
        """Send through the group's custom robot; return False if it is refused, so that the app's robot has to send."""
        try:
            body = webhook_body(self._words(reply, uids), list(uids.values()))
            with visible():
                await self.api.webhook(webhook, body)
        except SendError as error:
            if not error.other_way_may_work:
                raise
            log.warning(
                "custom robot refused the message; the app's robot sends it without a real mention", reason=str(error)
            )
            return False
        return True

    async def fetch(self, attachment: Attachment) -> bytes:
        body = msgspec.json.encode({"robotCode": self._settings.robot_code, "downloadCode": attachment.source})
        answer = await self.api.call(DOWNLOAD, body)
        address = answer.fields.get("downloadUrl")
        if not isinstance(address, str) or not address:
            raise SendError("DingTalk names no address for a file", Outcome.REFUSED)
        return await download(address, FILE_LIMIT, trusted=[self._settings.api])

    async def close(self) -> None: ...

    def _webhook(self, conversation: str, reply: Reply) -> RobotWebhook | None:
        """Return the group's custom robot for what must ring, and for all while calls are short; else None.

        Its posts are deliveries, and without any left nobody is heard: so it is spared while those are short.
        """
        webhook = self._settings.webhooks.get(conversation)
        if webhook is None or reply.update is not None or reply.attachments or self._quotas.spares_deliveries:
            return None
        if self._quotas.spares_calls:
            return webhook
        rings = any(self._account(person) for person in reply.mentions)
        return webhook if rings and not self._is_card(reply) else None

    def _is_card(self, reply: Reply) -> bool:
        return bool(self._settings.card_template and reply.card and reply.card.buttons)

    async def _call(self, path: str, body: bytes) -> ApiAnswer:
        """Send what people see."""
        with visible():
            return await self.api.call(path, body)

    async def _send_private(self, uid: str, reply: Reply) -> Receipt:
        body = template_body(self._words(reply, {}), robotCode=self._settings.robot_code, userIds=[uid])
        answer = await self._call(TO_PERSON, body)
        if uid in (answer.fields.get("invalidStaffIdList") or ()):
            raise SendError(f"DingTalk knows no member {uid}: correct the account in config.toml", Outcome.REFUSED)
        if uid in (answer.fields.get("flowControlledStaffIdList") or ()):
            raise SendError(f"DingTalk holds back messages to {uid}: too many", Outcome.RETRY, 60.0)
        return _receipt(answer)

    async def _send_group(self, conversation: str, reply: Reply) -> Receipt:
        robot = self._settings.robot_code
        body = template_body(self._words(reply, {}), robotCode=robot, openConversationId=conversation)
        return _receipt(await self._call(TO_GROUP, body))

    async def _send_file(self, conversation: str, attachment: Attachment) -> Receipt:
        """Upload a picture or file, then send it. The upload may be repeated: it is not visible."""
        found = await files.read(attachment.id or 0)
        if found is None:
            raise SendError("the file to send is no longer kept", Outcome.REFUSED)
        facts, body = found
        picture, name = facts.type in PICTURES, attachment.name or facts.name
        media = await self.api.upload(body, name, facts.type, "image" if picture else "file")
        key, param = file_param(media, name, picture=picture)
        robot = self._settings.robot_code
        to: dict[str, object] = {"openConversationId": conversation}
        if conversation.startswith("@"):
            to = {"userIds": [conversation[1:]]}
        request = msgspec.json.encode({"robotCode": robot, **to, "msgKey": key, "msgParam": param})
        return _receipt(await self._call(_send_path(conversation), request))

    async def _send_card(self, conversation: str, reply: Reply, key: str, uids: Mapping[str, str]) -> Receipt:
        """Send a card with buttons, which really mentions people."""
        assert reply.card is not None  # noqa: S101 - _is_card
        at = {uid: self._name_of(person) for person, uid in uids.items()}
        text = mentioning(reply.text, [(self._name_of(person), self._name_of(person)) for person in reply.mentions])
        template, robot = self._settings.card_template, self._settings.robot_code
        body = create_body(template, robot, conversation, track(reply.card, key), filled(reply.card, text), at)
        fields = await self._created(body)
        if fields is None:
            return Receipt(None, accepted=False)
        result = fields.get("result")
        results = (result if isinstance(result, dict) else fields).get("deliverResults")
        first = results[0] if isinstance(results, list) and results and isinstance(results[0], dict) else {}
        if first.get("success") is False:
            raise SendError(f"DingTalk put up no card: {str(first.get('errorMsg'))[:200]}", Outcome.REFUSED)
        carrier = first.get("carrierId")
        return Receipt(carrier, accepted=True) if isinstance(carrier, str) and carrier else Receipt(None, False)

    async def _created(self, body: bytes) -> dict[str, Any] | None:
        """Put a card up; return None if an earlier try, whose answer was lost, has done so."""
        try:
            return (await self._call(CREATE, body)).fields
        except DingTalkError as error:
            if CARD_EXISTS not in error.code:
                raise
            return None

    async def _update(self, card: str, done: str) -> Receipt:
        """Replace the buttons by what was decided on every card that was sent with this id."""
        if not self._settings.card_template:
            return Receipt(None, accepted=True)
        for row in await sent_messages.with_card(CHANNEL, card):
            reply = reply_of(row.body)
            if reply.card is None or reply.card.done is not None or not reply.card.buttons:
                continue
            try:
                await self.api.call(UPDATE, update_body(track(reply.card, str(row.id)), done), "PUT")
            except SendError as error:
                if error.outcome is not Outcome.REFUSED:
                    raise SendError(str(error), Outcome.RETRY, error.wait) from None  # updating it twice does no harm
                log.warning("card not updated", card=card, outbox=row.id, reason=str(error))
            changed = replace(
                reply, card=replace(reply.card, done=done)
            )  # its buttons stay, because they may still be pressed
            await sent_messages.rewrite(row.id, msgspec.json.encode(changed).decode())
        return Receipt(None, accepted=True)

    def _words(self, reply: Reply, uids: Mapping[str, str]) -> MessageText:
        """Return the text with everyone mentioned in it: by user id where that rings, else by name."""
        people = [(self._name_of(person), uids.get(person)) for person in reply.mentions]
        text = mentioning(reply.text, [(name, uid or name) for name, uid in people])
        return with_card(text, reply.card) if reply.card else MessageText(text)


def mentioning(text: str, people: Sequence[tuple[str, str]]) -> str:
    """Replace each "@name" by what DingTalk knows; put in front those who are not mentioned near the beginning."""
    if called := dict(people):
        longest_first = sorted(map(re.escape, called), key=len, reverse=True)
        text = re.sub(f"@({'|'.join(longest_first)})\\s?", lambda found: f"@{called[found[1]]} ", text)
    missing = [f"@{one} " for _, one in people if f"@{one} " not in text[:SURELY_SENT]]
    return "".join(dict.fromkeys(missing)) + text


def _receipt(answer: ApiAnswer) -> Receipt:
    key = answer.fields.get("processQueryKey")
    return Receipt(key, accepted=True) if isinstance(key, str) and key else Receipt(None, accepted=False)


def _send_path(conversation: str) -> str:
    return TO_PERSON if conversation.startswith("@") else TO_GROUP


def _digest(secret: str) -> str:
    """Return a name of a target that is the same in all processes and tells no secret."""
    return sha256(secret.encode()).hexdigest()[:16]
