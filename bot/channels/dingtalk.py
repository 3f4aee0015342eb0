"""Sending to DingTalk: a `Say` goes out, the platform's `processQueryKey` comes back as the receipt, or a SendError.

Only a group's custom robot can really @ people, so a message that mentions somebody goes through the group's webhook
where there is one. All else goes through the robot's API, with names as text. Buttons cannot be sent this way.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError, InvalidURL
from yarl import URL

from bot.channels.base import Outcome, Receipt, SendError
from bot.channels.dingtalk_wire import CHANNEL, OUTSIDER, Words, sign, template_body, webhook_body, with_card
from handlers.rules.messages import Say

PATIENCE = ClientTimeout(total=20, connect=8)
NOT_SENT = (ClientConnectorError, ConnectionTimeoutError, InvalidURL)
SURELY_SENT = 1000  # characters of a text that no cutting takes away
BAD_TOKEN = "InvalidAuthentication"  # noqa: S105 - an error code
LATER = (
    (r"ApiCountLimit", 3600.0, "this month's API calls of the organisation are used up: buy more, or wait"),
    (r"QpsLimit", 1.5, "too many calls in a second"),
    (BAD_TOKEN, 60.0, "a new access token is refused as well"),
    (r"^130101$", 600.0, "more than 20 messages in a minute: the group robot is blocked for ten minutes"),
    (r"^(-1|410100)$", 30.0, "busy"),
)
"""Error codes after which the same message may go later: seconds to wait, and what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotWebhook:
    """A group's custom robot: its address (absolute, or below `oapi`) and its 加签 secret, "" if it has none."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkSettings:
    """`webhooks` are by conversation id."""

    app_key: str
    app_secret: str = field(repr=False)
    robot_code: str
    api: str = "https://api.dingtalk.com"
    oapi: str = "https://oapi.dingtalk.com"
    webhooks: Mapping[str, RobotWebhook] = field(default_factory=dict)


class Answer(NamedTuple):
    status: int
    code: str
    message: str
    fields: dict[str, Any]


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
    ) -> None:
        self._settings, self._account, self._name_of = settings, account, name
        self._wire = Wire(settings, session, now)

    async def send(self, conversation: str, say: Say, key: str) -> Receipt:  # noqa: ARG002 - no idempotency here
        if say.update is not None:
            return Receipt(None, accepted=True)
        if conversation.startswith("@"):
            return await self._send_private(conversation[1:], say)
        uids = {person: uid for person in say.mentions if (uid := self._account(person))}
        if uids and (webhook := self._settings.webhooks.get(conversation)):
            await self._wire.webhook(webhook, webhook_body(self._words(say, uids), list(uids.values())))
            return Receipt(None, accepted=False)
        return await self._send_group(conversation, say)

    async def close(self) -> None: ...

    async def _send_private(self, uid: str, say: Say) -> Receipt:
        if uid.startswith(OUTSIDER):
            raise SendError("DingTalk: a person outside the organisation cannot be written to", Outcome.REFUSED)
        body = template_body(self._words(say, {}), robotCode=self._settings.robot_code, userIds=[uid])
        answer = await self._wire.robot("/v1.0/robot/oToMessages/batchSend", body)
        if uid in (answer.fields.get("invalidStaffIdList") or ()):
            raise SendError(f"DingTalk knows no member {uid}: correct the account in config.toml", Outcome.REFUSED)
        if uid in (answer.fields.get("flowControlledStaffIdList") or ()):
            raise SendError(f"DingTalk holds back messages to {uid}: too many", Outcome.RETRY, 60.0)
        return _receipt(answer)

    async def _send_group(self, conversation: str, say: Say) -> Receipt:
        robot = self._settings.robot_code
        body = template_body(self._words(say, {}), robotCode=robot, openConversationId=conversation)
        return _receipt(await self._wire.robot("/v1.0/robot/groupMessages/send", body))

    def _words(self, say: Say, uids: Mapping[str, str]) -> Words:
        """The text with everybody mentioned in it: by user id where that rings, else by name."""
        people = [(self._name_of(person), uids.get(person)) for person in say.mentions]
        text = mentioning(say.text, [(name, uid or name) for name, uid in people])
        return with_card(text, say.card) if say.card else Words(text)


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


class Wire:
    """Requests with their credentials. Every failure is a SendError that says what to do and holds no secret."""

    def __init__(self, settings: DingTalkSettings, session: ClientSession, now: Callable[[], datetime]) -> None:
        self._settings, self._session, self._now = settings, session, now
        self._token, self._fresh_until = "", now()
        self._one_at_a_time = asyncio.Lock()

    async def robot(self, path: str, body: bytes) -> Answer:
        token = await self._access_token()
        answer = await self._post(URL(self._settings.api + path), body, token)
        if answer.code == BAD_TOKEN:
            self._token = "" if self._token == token else self._token
            answer = await self._post(URL(self._settings.api + path), body, await self._access_token())
        return self._checked(answer)

    async def webhook(self, robot: RobotWebhook, body: bytes) -> None:
        url = URL(self._settings.oapi).join(URL(robot.url))
        if robot.secret:
            timestamp = str(int(self._now().timestamp() * 1000))
            url = url.update_query(timestamp=timestamp, sign=sign(timestamp, robot.secret))
        self._checked(await self._post(url, body))

    async def _access_token(self) -> str:
        """The cached token; whoever finds it stale fetches a new one while the others wait."""
        async with self._one_at_a_time:
            if not self._token or self._now() >= self._fresh_until:
                await self._fetch_token()
            return self._token

    async def _fetch_token(self) -> None:
        body = msgspec.json.encode({"appKey": self._settings.app_key, "appSecret": self._settings.app_secret})
        try:
            answer = self._checked(await self._post(URL(f"{self._settings.api}/v1.0/oauth2/accessToken"), body))
            self._token, lifetime = str(answer.fields["accessToken"]), float(answer.fields["expireIn"])
        except (SendError, KeyError, TypeError, ValueError) as error:
            wait = error.wait if isinstance(error, SendError) and error.outcome is not Outcome.REFUSED else 600.0
            reason = f"DingTalk gives no access token: check app_key and app_secret ({error})"
            raise SendError(reason, Outcome.RETRY, wait) from None
        self._fresh_until = self._now() + timedelta(seconds=lifetime - min(300.0, lifetime / 10))

    async def _post(self, url: URL, body: bytes, token: str = "") -> Answer:
        """One request on a connection of its own: a stale one would leave open whether the message arrived."""
        headers = {"Content-Type": "application/json", "Connection": "close"}
        headers |= {"x-acs-dingtalk-access-token": token} if token else {}
        request = self._session.post(url, data=body, headers=headers, timeout=PATIENCE, allow_redirects=False)
        try:
            async with request as response:
                return _answer(response.status, await response.read())
        except NOT_SENT as error:
            failure, outcome = type(error).__name__, Outcome.RETRY
        except (ClientError, OSError, TimeoutError) as error:
            failure, outcome = type(error).__name__, Outcome.UNKNOWN
        raise SendError(f"DingTalk at {url.host}: {failure}", outcome)

    def _checked(self, answer: Answer) -> Answer:
        if answer.status == 200 and answer.fields and answer.code in ("", "0"):
            return answer
        outcome, wait, advice = _verdict(answer)
        said = self._masked(f"HTTP {answer.status} {answer.code} {answer.message}")
        raise SendError(f"DingTalk: {said[:300]}: {advice}", outcome, wait)

    def _masked(self, text: str) -> str:
        robots = self._settings.webhooks.values()
        tokens = (value for robot in robots for value in (robot.secret, *URL(robot.url).query.values()))
        for secret in filter(None, (self._settings.app_secret, self._token, *tokens)):
            text = text.replace(secret, "***")
        return text


def _answer(status: int, body: bytes) -> Answer:
    try:
        fields = msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        return Answer(status, "", "", {})
    code, message = (fields.get(new, fields.get(old, "")) for new, old in (("code", "errcode"), ("message", "errmsg")))
    return Answer(status, str(code), str(message), fields)


def _verdict(answer: Answer) -> tuple[Outcome, float, str]:
    """What an answer other than success means for the message, seconds to wait, and what to do."""
    for pattern, wait, advice in LATER:
        if re.search(pattern, answer.code):
            return Outcome.RETRY, wait, advice
    if answer.status == 429:
        return Outcome.RETRY, 30.0, "too many requests"
    if answer.status >= 500 or (answer.status == 200 and not answer.fields):
        return Outcome.UNKNOWN, 30.0, "it may have been sent"
    if answer.status in (401, 403):
        return Outcome.RETRY, 600.0, "check the app's permissions and its trusted server addresses"
    remedy = "check robot_code, that the robot is in the group, and the group robot's address, secret and keywords"
    return Outcome.REFUSED, 30.0, remedy
