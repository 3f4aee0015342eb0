"""DingTalk's HTTP API: requests with credentials, counted against the monthly quota; failures are SendErrors."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, FormData
from yarl import URL

from bot.channels import connections
from bot.channels.base import FEW_TRIES, FILE_TRIES, REPEAT_AFTER, TOKEN_SECONDS, Outcome, SendError, upload_time
from bot.channels.contact import Contact
from bot.channels.dingtalk.wire import sign

LONGEST_LIFETIME = 7 * 86_400.0
"""The longest lifetime of an access token, in seconds, that is believed; DingTalk's is two hours."""
CALL_TIMEOUT = ClientTimeout(total=12, connect=8)
BAD_TOKEN = "InvalidAuthentication"  # noqa: S105 - an error code
STALE_TOKEN = (BAD_TOKEN, "40014", "42001")
NOT_COUNTED = re.compile(r"QpsLimit|^90018$|^1111$")
"""Error codes of calls that the platform does not count against the month."""
COMPARE = "compare them with the app's page"
WRONG = "check robot_code, that the robot is in the group, and the group robot's address, secret and keywords"
TOO_EARLY = (408, 425, 429)
"""HTTP statuses of a request that was not taken."""
LATER = (
    (r"ApiCountLimit", 3600.0, "this month's API calls of the organisation are used up: buy more, or wait"),
    (r"QpsLimit", 1.5, "too many calls in a second"),
    (r"^9001[89]$", 1.5, "too many calls in a second"),
    (r"^90020$", 3600.0, "this month's API calls of the organisation are used up: buy more, or wait"),
    (f"{BAD_TOKEN}|^(40014|42001)$", 60.0, "a new access token is refused as well"),
    (r"^130101$", 600.0, "more than 20 messages in a minute: the group robot is blocked for ten minutes"),
    (r"^1111$", 300.0, "too many calls from this address: it is blocked for five minutes"),
    (r"^(-1|410100)$", 30.0, "busy"),
)
"""Error codes after which the same message may go later: seconds to wait, and what happened."""
ADDRESS_BLOCKED = 1111
FINAL = re.compile(r"invalid|^param|missing|NotExist|NotFound|^(310000|300001|460101|60121|40078)$", re.IGNORECASE)
"""Error codes of what cannot be sent as it is. Any other code means "not now": a few tries."""


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


class DingTalkError(SendError):
    """A call that DingTalk refused; `code` is its error code."""

    def __init__(self, code: str, reason: str, outcome: Outcome, wait: float, tries: int | None = None) -> None:
        super().__init__(reason, outcome, wait, tries)
        self.code = code


class ApiAnswer(NamedTuple):
    status: int
    code: str
    message: str
    fields: dict[str, Any]


class Meter(Protocol):
    """What counts requests. `refund` takes one back that the platform does not count."""

    async def spend(self) -> None: ...

    def refund(self) -> None: ...


class Uncounted:
    async def spend(self) -> None: ...

    def refund(self) -> None: ...


UNCOUNTED = Uncounted()


class DingTalkApi:
    """Requests with credentials. Every failure is a SendError that says what to do and holds no secret.

    `calls` counts the metered requests, `deliveries` the posts through custom robots. Tokens, openings of the long
    connection and reads of the directory are not metered; nor is what failed on its way or by the limit of a second.
    """

    def __init__(
        self,
        settings: DingTalkSettings,
        session: ClientSession,
        now: Callable[[], datetime],
        calls: Meter = UNCOUNTED,
        deliveries: Meter = UNCOUNTED,
    ) -> None:
        self._settings, self._session, self._now = settings, session, now
        self._calls, self._deliveries = calls, deliveries
        self._token, self._fresh_until = "", now()
        self._one_at_a_time = asyncio.Lock()
        self.contact = Contact()

    async def call(self, path: str, body: bytes, method: str = "POST") -> ApiAnswer:
        """Send a request with an access token, renewed once if it is refused; return the answer."""
        url, token = URL(self._settings.api + path), await self.token()
        answer = await self._counted(self._calls, self._ask(method, url, body, token))
        if answer.code == BAD_TOKEN:
            token = await self._newer(token)
            answer = await self._counted(self._calls, self._ask(method, url, body, token))
        return self.checked(answer)

    async def without_token(self, path: str, body: bytes, remedy: str = COMPARE) -> ApiAnswer:
        """Send a request that carries its own credentials; `remedy` is what to do if it is refused."""
        return self.checked(await self._ask("POST", URL(self._settings.api + path), body), remedy)

    async def old(self, path: str, body: bytes) -> ApiAnswer:
        """Read the directory by the older API, with the token in the address; return the answer."""
        url = URL(self._settings.oapi + path).update_query(access_token=await self.token())
        return self.checked(await self._ask("POST", url, body))

    async def upload(self, body: bytes, name: str, media_type: str, kind: str) -> str:
        """Upload a picture or file; return its media id. A failed upload may always be repeated: it is not visible.

        It has longer the larger the file is, and few tries.
        """

        async def post(token: str) -> ApiAnswer:
            url = URL(f"{self._settings.oapi}/media/upload").update_query(access_token=token, type=kind)
            form = FormData({"type": kind})
            form.add_field("media", body, filename=name, content_type=media_type)
            return await self._counted(
                self._calls, self._request("POST", url, data=form, timeout=upload_time(len(body)))
            )

        try:
            token = await self.token()
            answer = await post(token)
            if answer.code in STALE_TOKEN:
                answer = await post(await self._newer(token))
            media = self.checked(answer).fields.get("media_id")
        except SendError as error:
            outcome = Outcome.RETRY if error.may_have_arrived else error.outcome
            raise SendError(str(error), outcome, error.wait, FILE_TRIES) from None
        if not isinstance(media, str):
            raise SendError("DingTalk names no media id", Outcome.RETRY, tries=FILE_TRIES)
        return media

    async def webhook(self, robot: RobotWebhook, body: bytes) -> None:
        url = URL(self._settings.oapi).join(URL(robot.url))
        if robot.secret:
            timestamp = str(int(self._now().timestamp() * 1000))
            url = url.update_query(timestamp=timestamp, sign=sign(timestamp, robot.secret))
        self.checked(await self._counted(self._deliveries, self._ask("POST", url, body)))

    async def _counted(self, meter: Meter, request: Awaitable[ApiAnswer]) -> ApiAnswer:
        """Send a metered request: counted before it is sent, and taken back if the platform does not count it."""
        await meter.spend()
        try:
            answer = await request
        except SendError as error:
            if error.outcome is Outcome.RETRY:
                meter.refund()
            raise
        if NOT_COUNTED.search(answer.code):
            meter.refund()
        return answer

    async def _newer(self, refused: str) -> str:
        """Return another access token than the one that was refused."""
        self._token = "" if self._token == refused else self._token
        return await self.token()

    async def token(self) -> str:
        """Return the access token, fetched again when it is stale; concurrent callers wait for the same one.

        SendError after TOKEN_SECONDS: who waits for a token has sent nothing yet.
        """
        try:
            async with asyncio.timeout(TOKEN_SECONDS), self._one_at_a_time:
                if not self._token or self._now() >= self._fresh_until:
                    await self._fetch_token()
                return self._token
        except TimeoutError:
            reason = f"DingTalk gives no access token within {TOKEN_SECONDS:g} s"
            raise _unreached(SendError(reason, Outcome.RETRY, TOKEN_SECONDS)) from None

    async def _fetch_token(self) -> None:
        body = msgspec.json.encode({"appKey": self._settings.app_key, "appSecret": self._settings.app_secret})
        try:
            answer = await self.without_token("/v1.0/oauth2/accessToken", body)
            token, lifetime = str(answer.fields["accessToken"]), float(answer.fields["expireIn"])
            _must_be_token(token, lifetime)
        except (SendError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, SendError) and error.outcome is not Outcome.REFUSED:
                said = str(error).partition(": it may have")[0].strip()
                reason, wait = f"DingTalk gives no access token now, it is asked again ({said})", error.wait
            else:
                reason, wait = f"DingTalk gives no access token: check app_key and app_secret ({error})", 600.0
            away = isinstance(error, SendError) and (error.is_away or error.may_have_arrived)
            raise _unreached(SendError(reason, Outcome.RETRY, wait), away) from None
        self._token = token
        self._fresh_until = self._now() + timedelta(seconds=lifetime - min(300.0, lifetime / 10))

    async def answers(self) -> bool:
        """Ask for an access token, which is not metered; return whether DingTalk answers."""
        try:
            async with asyncio.timeout(TOKEN_SECONDS), self._one_at_a_time:
                await self._fetch_token()
        except TimeoutError:
            return False
        except SendError as error:
            return not error.is_away
        return True

    async def _ask(self, method: str, url: URL, body: bytes, token: str = "") -> ApiAnswer:
        """Send one request on a new connection: a stale one would leave open whether the message arrived."""
        headers = {"Content-Type": "application/json", "Connection": "close"}
        headers |= {"x-acs-dingtalk-access-token": token} if token else {}
        return await self._request(method, url, data=body, headers=headers, timeout=CALL_TIMEOUT)

    async def _request(self, method: str, url: URL, **options: Any) -> ApiAnswer:
        try:
            async with self._session.request(method, url, allow_redirects=False, **options) as response:
                return _answer(response.status, await connections.body_of(response))
        except connections.NOT_SENT as error:
            failure, outcome = connections.failure(error), Outcome.RETRY
        except connections.CLOSED:
            if not self._session.closed:
                raise
            failure, outcome = "not sent, because the bot stops", Outcome.RETRY
        except (ClientError, OSError, TimeoutError, connections.TooLong) as error:
            failure, outcome = connections.failure(error), Outcome.UNKNOWN
        self.contact.failed(f"DingTalk at {url.host}: {failure}")
        raise _unreached(SendError(f"DingTalk at {url.host}: {failure}", outcome), outcome is Outcome.RETRY)

    def checked(self, answer: ApiAnswer, remedy: str = WRONG) -> ApiAnswer:
        if answer.status == 200 and answer.fields and answer.code in ("", "0"):
            self.contact.answered()
            return answer
        told = self._masked(f"HTTP {answer.status} {answer.code} {answer.message}")
        refusal = _refused(answer, told[:300], remedy)
        self.contact.failed(refusal)
        raise refusal

    def _masked(self, text: str) -> str:
        robots = self._settings.webhooks.values()
        tokens = (value for robot in robots for value in (robot.secret, *URL(robot.url).query.values()))
        for secret in filter(None, (self._settings.app_secret, self._token, *tokens)):
            text = text.replace(secret, "***")
        return text


def _unreached(error: SendError, so: bool = True) -> SendError:
    error.unreached = so
    return error


def _answer(status: int, body: bytes) -> ApiAnswer:
    try:
        fields = msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        return ApiAnswer(status, "", "", {})
    code, message = (fields.get(new, fields.get(old, "")) for new, old in (("code", "errcode"), ("message", "errmsg")))
    if fields.get("status") == ADDRESS_BLOCKED:  # it comes without an error code, even with HTTP 200
        code = ADDRESS_BLOCKED
    return ApiAnswer(status, str(code), str(message), fields)


def _refused(answer: ApiAnswer, told: str, remedy: str) -> SendError:
    """Return what an answer other than success means; `told` is what it says, `remedy` what to do if it is final."""

    def error(outcome: Outcome, wait: float, advice: str, tries: int | None = None) -> SendError:
        return DingTalkError(answer.code, f"DingTalk: {told}: {advice}", outcome, wait, tries)

    for pattern, wait, advice in LATER:
        if re.search(pattern, answer.code):
            return error(Outcome.RETRY, wait, advice)
    if answer.status in TOO_EARLY:
        return error(Outcome.RETRY, 30.0, "too many requests")
    if answer.status >= 500 or (answer.status // 100 == 2 and not answer.fields):
        advice = "it may have been sent: it goes out again, marked as a possible repeat"
        return error(Outcome.REPEAT, REPEAT_AFTER, advice)
    if answer.status in (401, 403):
        return error(Outcome.RETRY, 600.0, "check the app's permissions and its trusted server addresses")
    if FINAL.search(answer.code):
        return error(Outcome.REFUSED, 30.0, remedy)
    return error(Outcome.RETRY, 30.0, remedy, FEW_TRIES)


def _must_be_token(token: str, lifetime: float) -> None:
    """Raise ValueError for what cannot be an access token: it goes into a header, and its lifetime into a time."""
    if not (token and token.isascii() and token.isprintable() and 0 <= lifetime <= LONGEST_LIFETIME):
        raise ValueError("it is no token, or its lifetime is none")
