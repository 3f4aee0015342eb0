"""Check whether WeCom works: the clock, the app's credentials and address, the robot, webhooks, people."""

import asyncio
from contextlib import suppress
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.channels import connections
from bot.channels.base import SendError
from bot.channels.check_line import UNSET, CheckLine, local_address
from bot.channels.platform_check import CHECK_TIMEOUT, PlatformCheck
from bot.channels.wecom.app import App, AppSettings
from bot.channels.wecom.config import CHANNEL
from bot.channels.wecom.connect import API, app_settings, group_webhooks, robot_settings, robot_socket
from bot.channels.wecom.connection_owner import SocketPace
from bot.channels.wecom.http import Http, Json, WeComError
from bot.channels.wecom.robot import RobotSettings
from bot.channels.wecom.socket import REMEDY
from bot.channels.wecom.webhook import Webhook
from bot.errors import ConfigError
from handlers.common.bound_groups import with_groups
from storage import groups
from storage.inbox import spoke_in

SUBSCRIBE_SECONDS = 12.0
NO_SUCH_USER, WRONG_WEBHOOK, UNTRUSTED = 60111, 93000, 60020


class WeComCheck(PlatformCheck):
    """The checks of WeCom. They use a session of their own; the database has the groups that spoke to the robot."""

    channel, brand = CHANNEL, ("企业微信", "WeCom")

    async def lines(self) -> list[CheckLine]:
        tables = self._config.channel
        try:
            app = app_settings(tables.wecom_app) if tables.wecom_app else None
            robot = robot_settings(tables.wecom_robot) if tables.wecom_robot else None
            async with connections.session(timeout=CHECK_TIMEOUT) as session:
                http = Http(session, set())
                webhooks = group_webhooks(self._config, http)
                api = robot.api if robot else app.api if app else API
                found = [await self._clock(api, session)]
                found += await self._robot(robot, session) if robot else []
                for group in self._config.group:
                    if group.channel == CHANNEL and group.id in webhooks:
                        found.append(await self._webhook(group.name, webhooks[group.id]))
                found += await self._app(app, http) if app else [self._without_app()]
        except ConfigError as error:
            return [CheckLine(False, f"wecom: {error}", self._do(*UNSET))]
        return [*found, *self._without_account()]

    async def _robot(self, settings: RobotSettings, session: ClientSession) -> list[CheckLine]:
        if settings.mode == "http":
            what = self._say(
                "智能机器人用回调方式：在管理后台点“保存”时会核对地址",
                "the robot calls back: the console checks the address",
            )
            return [CheckLine(True, what)]
        return [await self._connection(settings, session), *await self._may_push()]

    async def _connection(self, settings: RobotSettings, session: ClientSession) -> CheckLine:
        """Ask a running bot; try a connection only if there is none, because a second connection kicks the first."""
        running = await self._running_bot()
        if running is not None:
            why = str(running.get("trouble", ""))
            what = self._say("长连接由运行中的回音保持", "the running bot has the long connection")
            return CheckLine(bool(running.get("connected") or not running.get("ours")), what, why)
        socket = robot_socket(settings, session, None, _ignored, SocketPace())
        trying = asyncio.create_task(socket.run())
        try:
            async with asyncio.timeout(SUBSCRIBE_SECONDS):
                await socket.state.known.wait()
        except TimeoutError:
            pass  # the line below says why there is none yet
        try:
            if socket.state.connected.is_set():
                works = self._say("长连接可以建立，订阅成功", "the long connection works, subscribing succeeded")
                return CheckLine(True, works)
            remedy = self._do(
                "核对 bot_id 和 secret；机器人页面的 API 模式选“使用长连接”；放行到 openws.work.weixin.qq.com:443",
                "compare bot_id and secret; choose the long connection on the robot's page; let "
                "openws.work.weixin.qq.com:443 out",
            )
            why = socket.state.why.removesuffix(f"; {REMEDY}")
            return CheckLine(False, self._say(f"长连接不通（{why}）", f"no long connection ({why})"), remedy)
        finally:
            trying.cancel()
            await asyncio.gather(trying, return_exceptions=True)

    async def _running_bot(self) -> dict[str, Any] | None:
        """Return the health of a bot that runs with this configuration on this machine, without a proxy; else None."""
        with suppress(ClientError, OSError, TimeoutError, ValueError, AttributeError):
            address, patience = local_address(self._config.web) / "healthz", ClientTimeout(total=3)
            async with ClientSession(timeout=patience) as session, session.get(address) as answer:
                found = (await answer.json()).get(CHANNEL)
                return found if isinstance(found, dict) else None
        return None

    async def _may_push(self) -> list[CheckLine]:
        if not self._stored:
            return []
        found = []
        for group in with_groups(self._institution, await groups.confirmed()).groups:
            if group.channel != CHANNEL:
                continue
            remedy = self._do("请有人在这个群里 @ 机器人说一句话", "let somebody @ the robot in this group once")
            if not group.conversation:
                remedy = self._do("在群里说“@回音 绑定”", 'say "@Huiyin bind" in the group')
            may = bool(group.conversation) and await spoke_in(CHANNEL, group.conversation)
            what = self._say(f"机器人可以在“{group.name}”主动发言", f"the robot may speak first in {group.name}")
            not_yet = self._say(
                f"机器人还不能在“{group.name}”主动发言", f"the robot may not yet speak first in {group.name}"
            )
            found.append(CheckLine(may, what if may else not_yet, remedy))
        return found

    async def _webhook(self, group: str, webhook: Webhook) -> CheckLine:
        """Send what no webhook accepts: the error tells a wrong address from a right one, and no message appears."""
        try:
            await webhook.probe()
        except WeComError as error:
            if not error.code or error.code == WRONG_WEBHOOK:
                remedy = self._do(
                    "在群里重新复制群机器人的 Webhook 地址", "copy the webhook's address from the group again"
                )
                what = self._say(f"“{group}”的 Webhook 不能用（{error}）", f"the webhook of {group} fails ({error})")
                return CheckLine(False, what, remedy)
        return CheckLine(True, self._say(f"“{group}”的 Webhook 地址有效", f"the webhook of {group} is known"))

    async def _app(self, settings: AppSettings, http: Http) -> list[CheckLine]:
        app = App(settings, http, None)
        try:
            await app.look_up("/cgi-bin/agent/get", agentid=str(settings.agent_id))
        except SendError as error:
            untrusted = isinstance(error, WeComError) and error.code == UNTRUSTED
            remedy = (
                self._do(
                    "在应用页面的“企业可信IP”里加上本机的公网地址（错误里有这个地址）",
                    "add this machine's public address (it is in the error) to the app's trusted addresses",
                )
                if untrusted
                else self._do("核对 corp_id、agent_id、secret", "compare corp_id, agent_id and secret")
            )
            return [
                CheckLine(False, self._say(f"自建应用不能用（{error}）", f"the self-built app fails ({error})"), remedy)
            ]
        works = CheckLine(
            True, self._say("自建应用：凭证有效，可信IP 正确", "the app's credentials and address are accepted")
        )
        return [works, *await self._people(app)]

    async def _people(self, app: App) -> list[CheckLine]:
        found = []
        for person in self._institution.people:
            uid = person.accounts.get(CHANNEL)
            if uid is None:
                continue
            line = await self._person(app, person.name, uid)
            found.append(line)
            if line.ok and line.remedy:  # the directory cannot be read: the same for everyone
                break
        return found

    async def _person(self, app: App, name: str, uid: str) -> CheckLine:
        try:
            await app.look_up("/cgi-bin/user/get", userid=uid)
        except WeComError as error:
            if error.code == NO_SUCH_USER:
                remedy = self._do(
                    "改 accounts.wecom，用通讯录里的账号", "correct accounts.wecom: the account in the directory"
                )
                return CheckLine(
                    False, self._say(f"{name}：没有成员 {uid}", f"{name}: there is no member {uid}"), remedy
                )
            remedy = self._do(
                f"要核对请把这些人加进应用的可见范围（{error}）",
                f"widen the app's visible range if you want it ({error})",
            )
            what = self._say("人员的账号无法核对", "people's accounts cannot be looked up")
            return CheckLine(True, f"{what} — {remedy}", remedy)
        return CheckLine(True, self._say(f"{name} = {uid}", f"{name} = {uid}"))

    def _without_app(self) -> CheckLine:
        what = self._say(
            "没有自建应用：人员的账号无法核对，加密的账号无法换成明文",
            "no self-built app: people's accounts cannot be looked up, encrypted ids not be resolved",
        )
        return CheckLine(True, what)


async def _ignored(_req_id: str, _body: Json) -> None:
    """Drop what arrives during the check, which connects only while no bot runs."""
