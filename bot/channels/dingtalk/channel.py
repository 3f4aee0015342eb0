"""DingTalk: a `Say` goes out, the platform's `processQueryKey` comes back as the receipt, or a SendError.

Only a group's custom robot and a card can really @ people, so a message that mentions somebody goes through the group's
webhook where there is one. All else goes through the robot's API, with names as text. With a card template buttons can
be pressed; without one they are words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
import structlog
from aiohttp import ClientSession
from msgspec.structs import replace

from bot.channels.base import Limit, Outcome, Receipt, SendError
from bot.channels.dingtalk.api import Answer, DingTalkSettings, RobotWebhook, Wire
from bot.channels.dingtalk.call_budget import Budget
from bot.channels.dingtalk.card import CREATE, UPDATE, create_body, filled, say_of, track, update_body
from bot.channels.dingtalk.config import CHANNEL, OUTSIDER
from bot.channels.dingtalk.wire import (
    MessageText,
    cut,
    file_param,
    template_body,
    webhook_body,
    with_card,
)
from bot.channels.download import download
from bot.engine.attachments import LIMIT as FILE_LIMIT
from handlers.rules.language.messages import Attachment, Reply
from storage import files, outbox

__all__ = ["DingTalk", "DingTalkSettings", "RobotWebhook", "mentioning"]

log = structlog.get_logger(__name__)
SURELY_SENT = 1000  # characters of a text that no cutting takes away
TO_GROUP = "/v1.0/robot/groupMessages/send"
TO_PERSON = "/v1.0/robot/oToMessages/batchSend"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
PER_SECOND = 20
PER_MINUTE = 20


class DingTalk:
    """`account` gives a person's DingTalk user id, `name` what people call them. The session is its maker's."""

    name = CHANNEL
    idempotent = False

    def __init__(
        self,
        settings: DingTalkSettings,
        session: ClientSession,
        account: Callable[[str], str | None],
        name: Callable[[str], str],
        now: Callable[[], datetime],
        budget: Budget,
    ) -> None:
        self._settings, self._account, self._name_of, self._budget = settings, account, name, budget
        self.wire = Wire(settings, session, now, budget.spend)

    def parts(self, conversation: str, say: Reply) -> Sequence[Reply]:  # noqa: ARG002 - the same everywhere
        if say.update is not None:
            return [say]
        texts = cut(replace(say, attachments=())) if say.text or not say.attachments else []
        return [*texts, *(Reply(text="", attachments=(one,)) for one in say.attachments)]

    def limits(self, conversation: str, say: Reply) -> Sequence[Limit]:
        if webhook := self._webhook(conversation, say):
            return [Limit(f"dingtalk-webhook:{_digest(webhook.url)}", PER_MINUTE, 60)]
        path = _way(conversation)
        if say.update is not None:
            path = UPDATE
        elif self._is_card(say):
            path = CREATE
        return [Limit(f"dingtalk:{_digest(self._settings.app_key)}:{path}", PER_SECOND, 1)]

    async def hold(self, conversation: str, say: Reply, urgency: int) -> float:
        """How many seconds a message waits for the month's calls to suffice."""
        wait = await self._budget.wait(urgency)
        return 0.0 if self._webhook(conversation, say) else wait

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        if say.update is not None:
            return await self._update(say.update, say.text)
        uids = {person: uid for person in say.mentions if (uid := self._account(person))}
        if (webhook := self._webhook(conversation, say)) and await self._rung(webhook, say, uids):
            return Receipt(None, accepted=False)
        if conversation.startswith(f"@{OUTSIDER}"):
            raise SendError("DingTalk: a person outside the organisation cannot be written to", Outcome.REFUSED)
        if say.attachments:
            return await self._send_file(conversation, say.attachments[0])
        if self._is_card(say):
            return await self._put_up(conversation, say, key, uids)
        if conversation.startswith("@"):
            return await self._send_private(conversation[1:], say)
        return await self._send_group(conversation, say)

    async def _rung(self, webhook: RobotWebhook, say: Reply, uids: Mapping[str, str]) -> bool:
        """Whether the group's own robot said it; where it is refused for good, the app's robot says it, with names."""
        try:
            await self.wire.webhook(webhook, webhook_body(self._words(say, uids), list(uids.values())))
        except SendError as error:
            if error.outcome is not Outcome.REFUSED:
                raise
            log.warning("the group's own robot is refused: nobody's telephone rings", reason=str(error))
            return False
        return True

    async def fetch(self, attachment: Attachment) -> bytes:
        body = msgspec.json.encode({"robotCode": self._settings.robot_code, "downloadCode": attachment.source})
        answer = await self.wire.call(DOWNLOAD, body)
        address = answer.fields.get("downloadUrl")
        if not isinstance(address, str) or not address:
            raise SendError("DingTalk names no address for a file", Outcome.REFUSED)
        return await download(address, FILE_LIMIT, trusted=[self._settings.api])

    async def close(self) -> None: ...

    def _webhook(self, conversation: str, say: Reply) -> RobotWebhook | None:
        """The group's own robot, for what has to ring, and for everything while the month's calls run short."""
        webhook = self._settings.webhooks.get(conversation)
        if webhook is None or say.update is not None or say.attachments:
            return None
        if self._budget.short:
            return webhook
        rings = any(self._account(person) for person in say.mentions)
        return webhook if rings and not self._is_card(say) else None

    def _is_card(self, say: Reply) -> bool:
        return bool(self._settings.card_template and say.card and say.card.buttons)

    async def _send_private(self, uid: str, say: Reply) -> Receipt:
        body = template_body(self._words(say, {}), robotCode=self._settings.robot_code, userIds=[uid])
        answer = await self.wire.call(TO_PERSON, body)
        if uid in (answer.fields.get("invalidStaffIdList") or ()):
            raise SendError(f"DingTalk knows no member {uid}: correct the account in config.toml", Outcome.REFUSED)
        if uid in (answer.fields.get("flowControlledStaffIdList") or ()):
            raise SendError(f"DingTalk holds back messages to {uid}: too many", Outcome.RETRY, 60.0)
        return _receipt(answer)

    async def _send_group(self, conversation: str, say: Reply) -> Receipt:
        robot = self._settings.robot_code
        body = template_body(self._words(say, {}), robotCode=robot, openConversationId=conversation)
        return _receipt(await self.wire.call(TO_GROUP, body))

    async def _send_file(self, conversation: str, attachment: Attachment) -> Receipt:
        """Uploads a picture or file, then says it. The upload may be repeated: nobody sees it."""
        found = await files.read(attachment.id or 0)
        if found is None:
            raise SendError("the file to send is no longer kept", Outcome.REFUSED)
        facts, body = found
        picture = facts.type in PICTURES
        media = await self.wire.upload(body, facts.name, facts.type, "image" if picture else "file")
        key, param = file_param(media, facts.name, picture=picture)
        robot = self._settings.robot_code
        to: dict[str, object] = {"openConversationId": conversation}
        if conversation.startswith("@"):
            to = {"userIds": [conversation[1:]]}
        request = msgspec.json.encode({"robotCode": robot, **to, "msgKey": key, "msgParam": param})
        return _receipt(await self.wire.call(_way(conversation), request))

    async def _put_up(self, conversation: str, say: Reply, key: str, uids: Mapping[str, str]) -> Receipt:
        """A card with buttons, by which those mentioned are really called."""
        assert say.card is not None  # noqa: S101 - _is_card
        at = {uid: self._name_of(person) for person, uid in uids.items()}
        text = mentioning(say.text, [(self._name_of(person), self._name_of(person)) for person in say.mentions])
        template, robot = self._settings.card_template, self._settings.robot_code
        body = create_body(template, robot, conversation, track(say.card, key), filled(say.card, text), at)
        fields = (await self.wire.call(CREATE, body)).fields
        result = fields.get("result")
        results = (result if isinstance(result, dict) else fields).get("deliverResults")
        first = results[0] if isinstance(results, list) and results and isinstance(results[0], dict) else {}
        if first.get("success") is False:
            raise SendError(f"DingTalk put up no card: {str(first.get('errorMsg'))[:200]}", Outcome.REFUSED)
        carrier = first.get("carrierId")
        return Receipt(carrier, accepted=True) if isinstance(carrier, str) and carrier else Receipt(None, False)

    async def _update(self, card: str, done: str) -> Receipt:
        """On every card that was put up with this id the buttons give way to what was decided."""
        if not self._settings.card_template:
            return Receipt(None, accepted=True)
        for row in await outbox.with_card(CHANNEL, card):
            say = say_of(row.body)
            if say.card is None or say.card.done is not None or not say.card.buttons:
                continue
            try:
                await self.wire.call(UPDATE, update_body(track(say.card, str(row.id)), done), "PUT")
            except SendError as error:
                if error.outcome is not Outcome.REFUSED:
                    raise SendError(str(error), Outcome.RETRY, error.wait) from None  # saying it twice does no harm
                log.warning("a card was not updated", card=card, outbox=row.id, reason=str(error))
            changed = replace(say, card=replace(say.card, done=done))  # its buttons are still known by who sees them
            await outbox.rewrite(row.id, msgspec.json.encode(changed).decode())
        return Receipt(None, accepted=True)

    def _words(self, say: Reply, uids: Mapping[str, str]) -> MessageText:
        """The text with everybody mentioned in it: by user id where that rings, else by name."""
        people = [(self._name_of(person), uids.get(person)) for person in say.mentions]
        text = mentioning(say.text, [(name, uid or name) for name, uid in people])
        return with_card(text, say.card) if say.card else MessageText(text)


def mentioning(text: str, people: Sequence[tuple[str, str]]) -> str:
    """Writes each "@name" as DingTalk knows it; who is not found near the beginning is put in front."""
    if called := dict(people):
        longest_first = sorted(map(re.escape, called), key=len, reverse=True)
        text = re.sub(f"@({'|'.join(longest_first)})\\s?", lambda found: f"@{called[found[1]]} ", text)
    missing = [f"@{one} " for _, one in people if f"@{one} " not in text[:SURELY_SENT]]
    return "".join(dict.fromkeys(missing)) + text


def _receipt(answer: Answer) -> Receipt:
    key = answer.fields.get("processQueryKey")
    return Receipt(key, accepted=True) if isinstance(key, str) and key else Receipt(None, accepted=False)


def _way(conversation: str) -> str:
    return TO_PERSON if conversation.startswith("@") else TO_GROUP


def _digest(secret: str) -> str:
    """Names a target to all processes without telling how it is reached."""
    return sha256(secret.encode()).hexdigest()[:16]
