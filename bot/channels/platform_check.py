"""What `python -m bot check` asks of every platform alike: whether it is reachable, the clock, people's accounts."""

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import ClassVar

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from bot.channels.check_line import CheckLine
from bot.config import Config
from handlers.rules.people.institution import Institution

CHECK_TIMEOUT = ClientTimeout(total=15)
SKEW_SECONDS = 60
"""Warn from this difference on: platforms refuse signatures that are several minutes too early or too late."""


class PlatformCheck:
    """`channel` and `brand` name the platform; `stored` says that the database is open and can be asked."""

    channel: ClassVar[str]
    brand: ClassVar[tuple[str, str]]

    def __init__(self, config: Config, institution: Institution, now: Callable[[], datetime], stored: bool) -> None:
        self._config, self._institution, self._now, self._stored = config, institution, now, stored
        self._chinese = institution.language == "zh"

    def _say(self, chinese: str, english: str) -> str:
        """Return what a line is about, behind the platform's name."""
        return f"{self.channel}: {self._do(chinese, english)}"

    def _do(self, chinese: str, english: str) -> str:
        """Return a remedy in the institution's language."""
        return chinese if self._chinese else english

    async def _clock(self, api: str, session: ClientSession) -> CheckLine:
        """Compare this machine's clock with the platform's, which also shows whether it can be reached."""
        try:
            async with session.get(api, allow_redirects=False) as answer:
                theirs = parsedate_to_datetime(answer.headers["Date"])
        except (ClientError, OSError, TimeoutError, KeyError, ValueError) as error:
            host, what = URL(api).host, type(error).__name__
            remedy = self._do("检查网络、防火墙和 DNS", "look at the network, the firewall and DNS")
            return CheckLine(False, self._say(f"连不上 {host}（{what}）", f"{host} cannot be reached ({what})"), remedy)
        off = round((self._now() - theirs).total_seconds())
        remedy = self._do("请校准这台电脑的时钟（例如打开 NTP）", "set this machine's clock (NTP, for example)")
        return CheckLine(abs(off) <= SKEW_SECONDS, self._say(f"时钟相差 {off} 秒", f"the clock is {off} s off"), remedy)

    def _without_account(self) -> list[CheckLine]:
        """Name the people who have no account on the platform; no line if everybody has one."""
        lacking = [person.name for person in self._institution.people if self.channel not in person.accounts]
        if not lacking:
            return []
        chinese, english = self.brand
        names = ("、" if self._chinese else ", ").join(lacking)
        what = self._say(f"没有写{chinese}账号：{names}", f"no {english} account: {names}")
        remedy = self._do("请他们 @ 一次机器人，照回答登记", "let them @ the robot once, and add what it answers")
        return [CheckLine(False, what, remedy)]
