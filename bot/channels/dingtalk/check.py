"""Check whether DingTalk works: credentials, the clock, Stream, user ids, groups, the monthly quota."""

import msgspec
from aiohttp import ClientError, ClientSession
from yarl import URL

from bot.channels import connections
from bot.channels.base import SendError
from bot.channels.check_line import UNSET, CheckLine
from bot.channels.dingtalk.api import DingTalkApi, DingTalkSettings
from bot.channels.dingtalk.config import CHANNEL, DingTalkTable
from bot.channels.dingtalk.connect import dingtalk_settings
from bot.channels.dingtalk.quota import Quota, What
from bot.channels.dingtalk.stream import CARD, OPEN, ROBOT
from bot.channels.platform_check import CHECK_TIMEOUT, PlatformCheck
from bot.errors import ConfigError
from storage import groups

NO_SUCH_USER = "60121"


class DingTalkCheck(PlatformCheck):
    """The checks of DingTalk. They use a session of their own; none of their calls is metered."""

    channel, brand = CHANNEL, ("钉钉", "DingTalk")

    async def lines(self) -> list[CheckLine]:
        table = self._config.channel.dingtalk
        if table is None:
            return []
        try:
            settings = dingtalk_settings(self._config, table)
        except ConfigError as error:
            return [CheckLine(False, f"dingtalk: {error}", self._do(*UNSET))]
        async with connections.session(timeout=CHECK_TIMEOUT) as session:
            api = DingTalkApi(settings, session, self._now)
            found = [await self._clock(settings.api, session)]
            credentials = await self._credentials(api)
            found.append(credentials)
            if credentials.ok:
                found += [await self._stream(settings, api, session)] if table.mode == "stream" else []
                found += await self._people(api)
        return [*found, *await self._groups(), *await self._quotas(table)]

    async def _credentials(self, api: DingTalkApi) -> CheckLine:
        try:
            await api.token()
        except SendError as error:
            remedy = self._do(
                "核对 app_key、app_secret，应用是否已发布", "compare app_key and app_secret; is the app released?"
            )
            return CheckLine(False, self._say(f"拿不到访问凭证（{error}）", f"no access token ({error})"), remedy)
        return CheckLine(True, self._say("凭证有效", "the credentials work"))

    async def _stream(self, settings: DingTalkSettings, api: DingTalkApi, session: ClientSession) -> CheckLine:
        """Get a ticket and reach its endpoint, but do not connect: the platform would deliver messages here."""
        topics = [{"type": "CALLBACK", "topic": topic} for topic in (ROBOT, CARD)]
        body = {"clientId": settings.app_key, "clientSecret": settings.app_secret, "subscriptions": topics}
        try:
            answer = await api.without_token(OPEN, msgspec.json.encode({**body, "ua": "huiyin"}))
            await _reach(URL(str(answer.fields["endpoint"])), session)
        except (SendError, ClientError, OSError, TimeoutError, KeyError, ValueError) as error:
            why = str(error) if isinstance(error, SendError) else connections.failure(error)
            remedy = self._do(
                "在开放平台把消息接收模式选为 Stream 模式并发布；放行到 wss-open-connection.dingtalk.com:443 的连接",
                "choose Stream as the robot's message mode, release, and let wss-open-connection.dingtalk.com:443 out",
            )
            return CheckLine(False, self._say(f"Stream 连不上（{why}）", f"no Stream connection ({why})"), remedy)
        return CheckLine(True, self._say("Stream 可以连接", "Stream can be connected"))

    async def _people(self, api: DingTalkApi) -> list[CheckLine]:
        accounts = [(p.name, p.accounts[CHANNEL]) for p in self._institution.people if CHANNEL in p.accounts]
        found = []
        for name, uid in accounts:
            line = await self._person(api, name, uid)
            found.append(line)
            if line.ok and line.remedy:  # the directory cannot be read: the same for everyone
                break
        return [*found, *self._without_account()]

    async def _person(self, api: DingTalkApi, name: str, uid: str) -> CheckLine:
        try:
            await api.old("/topapi/v2/user/get", msgspec.json.encode({"userid": uid}))
        except SendError as error:
            if NO_SUCH_USER in str(error):
                remedy = self._do(
                    "改 accounts.dingtalk，用通讯录里的员工 UserID", "correct accounts.dingtalk: the UserID"
                )
                return CheckLine(False, self._say(f"{name}：没有用户 {uid}", f"{name}: there is no user {uid}"), remedy)
            what = self._say("人员的账号无法核对", "people's accounts cannot be looked up")
            remedy = self._do(
                f"要核对请开通“通讯录个人信息读权限”（{error}）",
                f"grant the app to read the directory if you want it ({error})",
            )
            return CheckLine(True, f"{what} — {remedy}", remedy)
        return CheckLine(True, self._say(f"{name} = {uid}", f"{name} = {uid}"))

    async def _groups(self) -> list[CheckLine]:
        bound = len([one for one in await groups.confirmed() if one.channel == CHANNEL]) if self._stored else 0
        empty = [g.name for g in self._config.group if g.channel == CHANNEL and not g.conversation]
        remedy = self._do(
            "在群里说“@回音 绑定”，由办公室确认", 'say "@Huiyin bind" in the group, and let the office confirm'
        )
        return [
            CheckLine(False, self._say(f"群“{name}”还没有绑定", f"group {name} is not bound"), remedy)
            for name in empty[bound:]
        ]

    async def _quotas(self, table: DingTalkTable) -> list[CheckLine]:
        if not self._stored:
            return []
        calls = await self._quota("calls", table.monthly_calls, ("调用接口", "API calls"))
        return [calls, await self._quota("deliveries", table.monthly_deliveries, ("收发消息推送", "deliveries"))]

    async def _quota(self, what: What, monthly: int, name: tuple[str, str]) -> CheckLine:
        spent = await Quota(what, monthly, self._institution.zone, self._now).spent()
        line = self._say(
            f"本月已{name[0]} {spent.used} 次，共 {spent.monthly} 次",
            f"{spent.used} of this month's {spent.monthly} {name[1]} used",
        )
        remedy = self._do(
            f"快用完了：最后一成只优先发最急的。请购买并改 monthly_{what}，或关掉不用的事件订阅",
            f"in the last tenth the most urgent goes first: buy more and raise monthly_{what}, or turn off event "
            "subscriptions that nobody needs",
        )
        return CheckLine(spent.used < spent.warned_at, line, remedy)


async def _reach(endpoint: URL, session: ClientSession) -> None:
    """Request the endpoint without the ticket: any answer shows that it can be reached."""
    secure = endpoint.scheme in ("wss", "https")
    async with session.get(endpoint.with_scheme("https" if secure else "http"), allow_redirects=False):
        return
