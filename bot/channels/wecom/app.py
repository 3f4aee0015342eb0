"""WeCom's self-built app: one-to-one messages, cards with buttons, files, and the user behind an encrypted open id.

    POST /cgi-bin/message/send {"touser": "wangqiang", "msgtype": "text", "agentid": 1000002, "text": {"content": "…"}}

All processes share its access token over Redis; a token that WeCom refuses as stale is fetched again once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from redis.asyncio import Redis
from yarl import URL

from bot.channels.base import TOKEN_SECONDS, Outcome
from bot.channels.wecom.http import STALE_TOKEN, Http, Json, WeComError
from storage.timers import keys
from storage.timers.link import REDIS_ERRORS

APP_TEXT_BYTES = 2048
SAFETY = 300.0
A_MINUTE = 60.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings:
    """Without `token` and `aes_key` the app only sends: it receives no messages and has no buttons."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    api: str = "https://qyapi.weixin.qq.com"

    @property
    def receives(self) -> bool:
        return bool(self.token and self.aes_key)


class AppReceipt(NamedTuple):
    """`response_code` takes one update of the card within 72 hours."""

    msgid: str
    response_code: str


class App:
    """The app's API."""

    def __init__(self, settings: AppSettings, http: Http, redis: Redis | None) -> None:
        self.settings, self.http, self._redis = settings, http, redis
        http.secrets |= {settings.secret, settings.token, settings.aes_key}
        self._key = keys.access_token(keys.NAMESPACE, f"wecom:{settings.corp_id}:{settings.agent_id}")
        self._token, self._until = "", 0.0
        self._one_at_a_time = asyncio.Lock()

    async def send(self, uids: Sequence[str], body: Json) -> AppReceipt:
        """Send to people. WeCom accepts lists with unknown people; WeComError when it knows none of them."""
        asked = {"touser": "|".join(uids), "agentid": self.settings.agent_id, **body}
        answer = await self.call("/cgi-bin/message/send", asked)
        strangers = {one for one in str(answer.get("invaliduser") or "").split("|") if one}
        if strangers >= {uid.lower() for uid in uids}:
            reason = (
                f"WeCom: the app reaches none of {', '.join(uids)}: see its visible range, and accounts in config.toml"
            )
            raise WeComError(reason, Outcome.REFUSED, code=81013)
        return AppReceipt(str(answer.get("msgid") or ""), str(answer.get("response_code") or ""))

    async def update_card(self, uids: Sequence[str], response_code: str, done: str) -> None:
        """Replace the card's buttons by a word."""
        update = {"userids": list(uids), "agentid": self.settings.agent_id, "response_code": response_code}
        await self.call("/cgi-bin/message/update_template_card", {**update, "button": {"replace_name": done}})

    async def user_ids(self, open_ids: Sequence[str]) -> dict[str, str]:
        """Return the user ids behind encrypted open ids, without those that cannot be resolved."""
        answer = await self.call("/cgi-bin/batch/openuserid_to_userid", {"open_userid_list": list(open_ids)})
        found = answer.get("userid_list")
        pairs = [pair for pair in found if isinstance(pair, dict)] if isinstance(found, list) else []
        return {
            str(pair["open_userid"]): str(pair["userid"]) for pair in pairs if pair.keys() >= {"open_userid", "userid"}
        }

    async def upload(self, kind: str, body: bytes, name: str) -> str:
        """Upload a file for three days; return its media id. `kind` is image or file."""
        url = URL(f"{self.settings.api}/cgi-bin/media/upload").update_query(type=kind)
        answer = await self._with_token(
            lambda token: self.http.upload(url.update_query(access_token=token), body, name)
        )
        return str(answer.get("media_id") or "")

    async def download(self, media_id: str) -> tuple[bytes, str]:
        url = URL(f"{self.settings.api}/cgi-bin/media/get").update_query(media_id=media_id)
        return await self._with_token(lambda token: self.http.download(url.update_query(access_token=token)))

    async def call(self, path: str, body: Json) -> Json:
        url = URL(self.settings.api + path)
        return await self._with_token(lambda token: self.http.post(url.update_query(access_token=token), body))

    async def look_up(self, path: str, **query: str) -> Json:
        url = URL(self.settings.api + path).update_query(query)
        return await self._with_token(lambda token: self.http.get(url.update_query(access_token=token)))

    async def _with_token(self, call: Callable[[str], Awaitable[T]]) -> T:
        token = await self._access_token()
        try:
            return await call(token)
        except WeComError as error:
            if error.code not in STALE_TOKEN:
                raise
        return await call(await self._access_token(stale=token))

    async def _access_token(self, stale: str = "") -> str:
        """Return the shared token, or a new one if there is none or the shared one is `stale`.

        WeComError after TOKEN_SECONDS: who waits for a token has sent nothing yet.
        """
        try:
            async with asyncio.timeout(TOKEN_SECONDS), self._one_at_a_time:
                known = await self._known()
                return known if known and known != stale else await self._fetch_token()
        except TimeoutError:
            reason = f"WeCom gives no access token within {TOKEN_SECONDS:g} s"
            late = WeComError(reason, Outcome.RETRY, TOKEN_SECONDS)
            late.unreached = True
            raise late from None

    async def answers(self) -> bool:
        """Ask for an access token; return whether WeCom answers."""
        try:
            async with asyncio.timeout(TOKEN_SECONDS), self._one_at_a_time:
                await self._fetch_token()
        except TimeoutError:
            return False
        except WeComError as error:
            return not error.is_away
        return True

    async def _known(self) -> str:
        """Return the token that the processes share; while Redis is away, the last one known here."""
        now = asyncio.get_running_loop().time()
        try:
            shared = await self._redis.get(self._key) if self._redis else None
        except REDIS_ERRORS:
            shared = None
        found = shared.decode() if isinstance(shared, bytes) else shared
        if found:
            self._keep(found, max(self._until, now + A_MINUTE))
        return self._token if now < self._until else ""

    async def _fetch_token(self) -> str:
        url = URL(f"{self.settings.api}/cgi-bin/gettoken")
        asked = url.update_query(corpid=self.settings.corp_id, corpsecret=self.settings.secret)
        try:
            answer = await self.http.get(asked)
            token, lifetime = str(answer["access_token"]), float(answer["expires_in"])
        except (WeComError, KeyError, TypeError, ValueError) as error:
            known = error if isinstance(error, WeComError) else None
            wait = known.wait if known else 600.0
            reason = f"WeCom gives no access token ({error})"
            failed = WeComError(reason, Outcome.RETRY, wait, known.code if known else 0)
            failed.unreached = known is not None and (known.is_away or known.may_have_arrived)
            raise failed from None
        await self._remember(token, lifetime - min(SAFETY, lifetime / 10))
        return token

    async def _remember(self, token: str, lasts: float) -> None:
        self._keep(token, asyncio.get_running_loop().time() + lasts)
        try:
            if self._redis:
                await self._redis.set(self._key, token, px=max(int(lasts * 1000), 1))
        except REDIS_ERRORS:
            return  # this process keeps its own token

    def _keep(self, token: str, until: float) -> None:
        self.http.secrets -= {self._token}
        self.http.secrets.add(token)
        self._token, self._until = token, until
