"""Requests to WeCom's HTTP API: an answer without an error code, or a SendError that says what to do.

Addresses hold secrets (access_token, key, corpsecret), so no error holds an address.
"""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, FormData
from yarl import URL

from bot.channels import connections
from bot.channels.base import (
    FEW_TRIES,
    FILE_LIMIT,
    FILE_TRIES,
    REPEAT_AFTER,
    Outcome,
    SendError,
    download_time,
    upload_time,
)
from bot.channels.contact import Contact

Json = dict[str, Any]
REQUEST_TIMEOUT = ClientTimeout(total=20, connect=8)

TOO_EARLY = (408, 425, 429)
"""HTTP statuses of a request that was not taken."""
STALE_TOKEN = (40014, 42001)

NOT_SUBSCRIBED = (846605, 846608, 846609)
"""Codes of a long connection on which WeCom does not know the subscription (any more)."""

VERDICTS: dict[int, tuple[Outcome, float, str]] = {
    -1: (Outcome.RETRY, 10.0, "busy"),
    45009: (Outcome.RETRY, 60.0, "too many messages: they go on in a minute"),
    45033: (Outcome.RETRY, 5.0, "too many calls at once"),
    40014: (Outcome.RETRY, 60.0, "a new access token is refused as well"),
    42001: (Outcome.RETRY, 60.0, "a new access token is refused as well"),
    40001: (Outcome.RETRY, 600.0, "the secret is wrong: compare it with the console"),
    40091: (Outcome.RETRY, 600.0, "the secret is wrong: compare it with the console"),
    40013: (Outcome.RETRY, 600.0, "the corp id is wrong: compare it with the console"),
    60020: (
        Outcome.RETRY,
        600.0,
        "this server's address is not trusted: add it to the app's trusted addresses (企业可信IP)",
    ),
    48002: (Outcome.RETRY, 600.0, "the app has no permission for this"),
    60011: (Outcome.RETRY, 600.0, "the app may not see this person: widen its visible range (可见范围)"),
    60111: (Outcome.REFUSED, 30.0, "no such person: compare accounts in config.toml"),
    81013: (Outcome.REFUSED, 30.0, "no such person within the app's visible range: compare accounts in config.toml"),
    93000: (Outcome.REFUSED, 30.0, "the group webhook's address is wrong: copy it from the group again"),
    93001: (Outcome.RETRY, 300.0, "the robot is not in this group: add it there"),
    93006: (Outcome.RETRY, 300.0, "somebody in this group has to @ the robot once before it can speak there"),
    40058: (Outcome.REFUSED, 30.0, "WeCom finds a field missing, wrong or too long"),
    **dict.fromkeys(NOT_SUBSCRIBED, (Outcome.RETRY, 5.0, "the robot is not subscribed: it connects again")),
}
"""What documented codes mean. Any other one means "not now": a few tries, and another way where there is one."""


class WeComError(SendError):
    """`code` is WeCom's errcode, or 0 when there was no answer."""

    def __init__(
        self, reason: str, outcome: Outcome, wait: float = 30.0, code: int = 0, tries: int | None = None
    ) -> None:
        super().__init__(reason, outcome, wait, tries)
        self.code = code


def refused(code: int, message: str, secrets: Iterable[str] = ()) -> WeComError:
    """Return the error for an answer with an errcode; `secrets` are removed from WeCom's message."""
    outcome, wait, advice = VERDICTS.get(code, (Outcome.RETRY, 30.0, "see the list of error codes in docs/wecom.md"))
    tries = None if code in VERDICTS else FEW_TRIES
    for secret in filter(None, secrets):
        message = message.replace(secret, "***")
    return WeComError(f"WeCom: {code} {message[:200]}: {advice}", outcome, wait, code, tries)


class Http:
    """Requests over one session, which the caller owns. `secrets`, one set for all users, never appear in an error."""

    def __init__(self, session: ClientSession, secrets: set[str]) -> None:
        self._session = session
        self.secrets = secrets
        self.contact = Contact()

    async def post(self, url: URL, body: Json) -> Json:
        """Post a body; return the answer's fields. Raises WeComError for an errcode."""
        status, answer, *_ = await self._fetch("POST", url, msgspec.json.encode(body), connections.ANSWER_LIMIT)
        return self._checked(status, answer)

    async def upload(self, url: URL, body: bytes, name: str) -> Json:
        """Upload a file, in a time for its size and few tries. It may always be repeated: an upload is not visible."""
        form, time = upload_form(body, name), upload_time(len(body))
        try:
            status, answer, *_ = await self._fetch("POST", url, form, connections.ANSWER_LIMIT, time)
            return self._checked(status, answer)
        except WeComError as error:
            raise as_upload(error) from None

    async def get(self, url: URL) -> Json:
        status, answer, *_ = await self._fetch("GET", url, None, connections.ANSWER_LIMIT)
        return self._checked(status, answer)

    async def download(self, url: URL, limit: int = FILE_LIMIT) -> tuple[bytes, str]:
        """Return a file's bytes and its name. WeComError if WeCom answers with an error in JSON instead."""
        try:
            status, body, type, name = await self._fetch("GET", url, None, limit, download_time())
        except WeComError as error:
            raise as_upload(error) from None
        if status != 200 or type == "application/json":
            self._checked(status, body)
            raise self._failed(f"WeCom at {url.host}: HTTP {status} instead of a file", Outcome.REFUSED)
        self.contact.answered()
        return body, name

    async def _fetch(
        self, method: str, url: URL, data: Any, limit: int, timeout: ClientTimeout | None = None
    ) -> tuple[int, bytes, str, str]:
        """Send one request on a new connection: a stale one would leave open whether the message arrived."""
        headers = {"Connection": "close"} | ({"Content-Type": "application/json"} if isinstance(data, bytes) else {})
        timeout = upload_time(len(data)) if isinstance(data, bytes) else timeout or REQUEST_TIMEOUT
        options: Any = {"data": data, "headers": headers, "timeout": timeout, "allow_redirects": False}
        try:
            async with self._session.request(method, url, **options) as response:
                body = await connections.body_of(response, limit)
                name = response.content_disposition.filename if response.content_disposition else None
                return response.status, body, response.content_type, name or ""
        except connections.TooLong:
            raise self._failed(f"WeCom: more than {limit // 1_000_000} MB", Outcome.REFUSED) from None
        except connections.NOT_SENT as error:
            failure, outcome = connections.failure(error), Outcome.RETRY
        except connections.CLOSED:
            if not self._session.closed:
                raise
            failure, outcome = "not sent, because the bot stops", Outcome.RETRY
        except (ClientError, OSError, TimeoutError) as error:
            failure, outcome = connections.failure(error), Outcome.UNKNOWN
        failed = self._failed(f"WeCom at {url.host}: {failure}", outcome)
        failed.unreached = outcome is Outcome.RETRY
        raise failed

    def _checked(self, status: int, body: bytes) -> Json:
        try:
            fields = msgspec.json.decode(body, type=Json)
        except (ValueError, RecursionError):
            fields = {}
        code = fields.get("errcode", 0)
        if status == 200 and fields and code == 0:
            self.contact.answered()
            return fields
        if isinstance(code, int) and code and status < 500:
            refusal = refused(code, str(fields.get("errmsg", "")), self.secrets)
            self.contact.failed(refusal)
            raise refusal
        reason = f"WeCom: HTTP {status} without an answer that can be read"
        if status >= 500 or status == 200:
            raise self._failed(reason, Outcome.REPEAT, REPEAT_AFTER)
        raise self._failed(reason, Outcome.RETRY, tries=None if status in TOO_EARLY else FEW_TRIES)

    def _failed(self, reason: str, outcome: Outcome, wait: float = 30.0, tries: int | None = None) -> WeComError:
        self.contact.failed(reason)
        return WeComError(reason, outcome, wait, tries=tries)


def as_upload(error: WeComError) -> WeComError:
    """Return what a failed upload or download means: nobody saw any of it, so it is tried again, a few times."""
    outcome = Outcome.RETRY if error.may_have_arrived else error.outcome
    return WeComError(str(error), outcome, error.wait, error.code, FILE_TRIES)


def upload_form(body: bytes, name: str) -> FormData:
    """Return the form that uploads a file. Its name is not percent-encoded, because WeCom would show it encoded."""
    form = FormData(quote_fields=False)
    safe = re.sub(r'[\x00-\x1f"\\]', "_", name)
    form.add_field("media", body, filename=safe, content_type="application/octet-stream")
    return form
