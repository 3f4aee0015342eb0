"""DingTalk's HTTP API: requests with credentials, counted against the monthly quota; failures are SendErrors."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, FormData
from yarl import URL

from bot.channels import connections
from bot.channels.base import REPEAT_AFTER, Outcome, SendError
from bot.channels.dingtalk.wire import sign

CALL_TIMEOUT = ClientTimeout(total=12, connect=8)
BAD_TOKEN = "InvalidAuthentication"  # noqa: S105 - an error code
COMPARE = "compare them with the app's page"
WRONG = "check robot_code, that the robot is in the group, and the group robot's address, secret and keywords"
TOO_EARLY = (408, 425, 429)
"""HTTP statuses of a request that was not taken."""
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
    """`webhooks` are by conversation id; without a `card_template` buttons become words."""

    app_key: str
    app_secret: str = field(repr=False)
    robot_code: str
    api: str = "https://api.dingtalk.com"
    oapi: str = "https://oapi.dingtalk.com"
    webhooks: Mapping[str, RobotWebhook] = field(default_factory=dict)
    card_template: str = ""


class ApiAnswer(NamedTuple):
    status: int
    code: str
    message: str
    fields: dict[str, Any]


async def _uncounted() -> None:
    return


class DingTalkApi:
    """Requests with credentials. Every failure is a SendError that says what to do and holds no secret.

    `spend` is called for each request that the platform counts: all but those to a group's custom robot.
    """

    def __init__(
        self,
        settings: DingTalkSettings,
        session: ClientSession,
        now: Callable[[], datetime],
        spend: Callable[[], Awaitable[None]] = _uncounted,
    ) -> None:
        self._settings, self._session, self._now, self._spend = settings, session, now, spend
        self._token, self._fresh_until = "", now()
        self._one_at_a_time = asyncio.Lock()

    async def call(self, path: str, body: bytes, method: str = "POST") -> ApiAnswer:
        """Send a request with an access token, renewed once if it is refused; return the answer."""
        url, token = URL(self._settings.api + path), await self.token()
        await self._spend()
        answer = await self._ask(method, url, body, token)
        if answer.code == BAD_TOKEN:
            self._token = "" if self._token == token else self._token
            token = await self.token()
            await self._spend()
            answer = await self._ask(method, url, body, token)
        return self.checked(answer)

    async def without_token(self, path: str, body: bytes, remedy: str = COMPARE) -> ApiAnswer:
        """Send a request that carries its own credentials; `remedy` is what to do if it is refused.

        It is counted when it is answered, so that repeated tries during an outage cost nothing.
        """
        answer = await self._ask("POST", URL(self._settings.api + path), body)
        await self._spend()
        return self.checked(answer, remedy)

    async def old(self, path: str, body: bytes) -> ApiAnswer:
        """Send a request to the older API, with the token in the address; return the answer."""
        url = URL(self._settings.oapi + path).update_query(access_token=await self.token())
        await self._spend()
        return self.checked(await self._ask("POST", url, body))

    async def upload(self, body: bytes, name: str, media_type: str, kind: str) -> str:
        """Upload a picture or file; return its media id. A failed upload may always be repeated: it is not visible."""
        url = URL(f"{self._settings.oapi}/media/upload").update_query(access_token=await self.token(), type=kind)
        form = FormData({"type": kind})
        form.add_field("media", body, filename=name, content_type=media_type)
        await self._spend()
        try:
            async with self._session.post(url, data=form, timeout=CALL_TIMEOUT, allow_redirects=False) as response:
                answer = self.checked(_answer(response.status, await connections.body_of(response)))
        except SendError as error:
            outcome = Outcome.RETRY if error.may_have_arrived else error.outcome
            raise SendError(str(error), outcome, error.wait) from None
        except (ClientError, OSError, TimeoutError, connections.TooLong) as error:
            raise SendError(f"DingTalk at {url.host}: {connections.failure(error)}", Outcome.RETRY) from None
        media = answer.fields.get("media_id")
        if not isinstance(media, str):
            raise SendError("DingTalk names no media id", Outcome.REFUSED)
        return media

    async def webhook(self, robot: RobotWebhook, body: bytes) -> None:
        url = URL(self._settings.oapi).join(URL(robot.url))
        if robot.secret:
            timestamp = str(int(self._now().timestamp() * 1000))
            url = url.update_query(timestamp=timestamp, sign=sign(timestamp, robot.secret))
        self.checked(await self._ask("POST", url, body))

    async def token(self) -> str:
        """Return the access token, fetched again when it is stale; concurrent callers wait for the same one."""
        async with self._one_at_a_time:
            if not self._token or self._now() >= self._fresh_until:
                await self._fetch_token()
            return self._token

    async def _fetch_token(self) -> None:
        body = msgspec.json.encode({"appKey": self._settings.app_key, "appSecret": self._settings.app_secret})
        try:
            answer = await self.without_token("/v1.0/oauth2/accessToken", body)
            self._token, lifetime = str(answer.fields["accessToken"]), float(answer.fields["expireIn"])
        except (SendError, KeyError, TypeError, ValueError) as error:
            wait = error.wait if isinstance(error, SendError) and error.outcome is not Outcome.REFUSED else 600.0
            reason = f"DingTalk gives no access token: check app_key and app_secret ({error})"
            raise SendError(reason, Outcome.RETRY, wait) from None
        self._fresh_until = self._now() + timedelta(seconds=lifetime - min(300.0, lifetime / 10))

    async def _ask(self, method: str, url: URL, body: bytes, token: str = "") -> ApiAnswer:
        """Send one request on a new connection: a stale one would leave open whether the message arrived."""
        headers = {"Content-Type": "application/json", "Connection": "close"}
        headers |= {"x-acs-dingtalk-access-token": token} if token else {}
        options: Any = {"data": body, "headers": headers, "timeout": CALL_TIMEOUT, "allow_redirects": False}
        request = self._session.request(method, url, **options)
        try:
            async with request as response:
                return _answer(response.status, await connections.body_of(response))
        except connections.NOT_SENT as error:
            failure, outcome = connections.failure(error), Outcome.RETRY
        except (ClientError, OSError, TimeoutError, connections.TooLong) as error:
            failure, outcome = connections.failure(error), Outcome.UNKNOWN
        raise SendError(f"DingTalk at {url.host}: {failure}", outcome)

    def checked(self, answer: ApiAnswer, remedy: str = WRONG) -> ApiAnswer:
        if answer.status == 200 and answer.fields and answer.code in ("", "0"):
            return answer
        outcome, wait, advice = _verdict(answer, remedy)
        told = self._masked(f"HTTP {answer.status} {answer.code} {answer.message}")
        raise SendError(f"DingTalk: {told[:300]}: {advice}", outcome, wait)

    def _masked(self, text: str) -> str:
        robots = self._settings.webhooks.values()
        tokens = (value for robot in robots for value in (robot.secret, *URL(robot.url).query.values()))
        for secret in filter(None, (self._settings.app_secret, self._token, *tokens)):
            text = text.replace(secret, "***")
        return text


def _answer(status: int, body: bytes) -> ApiAnswer:
    try:
        fields = msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        return ApiAnswer(status, "", "", {})
    code, message = (fields.get(new, fields.get(old, "")) for new, old in (("code", "errcode"), ("message", "errmsg")))
    return ApiAnswer(status, str(code), str(message), fields)


def _verdict(answer: ApiAnswer, remedy: str) -> tuple[Outcome, float, str]:
    """Return what an answer other than success means: the outcome, seconds to wait, and what to do."""
    for pattern, wait, advice in LATER:
        if re.search(pattern, answer.code):
            return Outcome.RETRY, wait, advice
    if answer.status in TOO_EARLY:
        return Outcome.RETRY, 30.0, "too many requests"
    if answer.status >= 500 or (answer.status == 200 and not answer.fields):
        return Outcome.REPEAT, REPEAT_AFTER, "it may have been sent: it goes out again, marked as a possible repeat"
    if answer.status in (401, 403):
        return Outcome.RETRY, 600.0, "check the app's permissions and its trusted server addresses"
    return Outcome.REFUSED, 30.0, remedy
