"""`python -m bot check`: print a line for each thing that has to work, with the remedy if it does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.channels.check_line import CheckLine
from bot.channels.dingtalk.check import DingTalkCheck
from bot.channels.wecom.check import WeComCheck
from bot.config import Config, Installation
from bot.config.storage import database_address, database_place
from bot.storage_words import explained
from handlers.rules.people.institution import Institution
from handlers.rules.time.clock_difference import MOST
from storage import clock_doubts
from storage.database.address import shown, sqlite_file
from storage.database.database import close_database, open_database
from storage.database.faults import is_away
from storage.database.schema import CannotOpen
from storage.database.sqlite_file import damage_in
from storage.database.transaction import transact

OCTOBER = 10


async def lines(installation: Installation, path: Path, now: datetime) -> list[str]:
    """Return a line for each check, in the institution's language: ✓ works, ! needs attention, ✗ does not work."""
    institution, regime = installation.institution, installation.regime
    chinese = institution.language == "zh"
    found = [
        f"✓ {path}: {institution.name}, {len(institution.people)} {'人' if chinese else 'people'}",
        f"✓ {'规则' if chinese else 'regime'}: {regime.title[institution.language]} ({regime.name})",
    ]
    found += [f"✓ {'表单' if chinese else 'forms'}: {installation.forms or ('自带模板' if chinese else 'as shipped')}"]
    found += [
        f"✓ {'值班' if chinese else 'roster'}: {len(one.teams)} {'组' if chinese else 'teams'}"
        for one in installation.rosters
    ]
    return [*found, *_calendar(institution, now), *await _platforms(installation.config, institution, now)]


def _calendar(institution: Institution, now: datetime) -> list[str]:
    """Check this year's calendar, from October on next year's. Due times in an unknown year are provisional."""
    local = now.astimezone(institution.zone)
    year = local.year + (local.month >= OCTOBER)
    if institution.calendar.published(year):
        return [f"✓ {year}: {'放假安排已知' if institution.language == 'zh' else 'the calendar is known'}"]
    if institution.language == "zh":
        return [
            f"! {year} 年放假安排还没有：到期日在该年的先按暂定计算。国务院公布后请升级 chinesecalendar，"
            f"或在 [calendar] 里写上 days_off、working_days 和 complete_years = [{year}]"
        ]
    return [
        f"! the calendar of {year} is not here yet: due times in it are provisional. When the State Council publishes "
        f"it, upgrade chinesecalendar, or fill in [calendar] and set complete_years = [{year}]"
    ]


async def _platforms(config: Config, institution: Institution, now: datetime) -> list[str]:
    """Ask the platforms. Counted calls and bound accounts come from the database, if it exists."""
    async with _database(config, institution) as (stored, line):
        found = [line] if line else []
        if stored:
            found += await _clock(institution, now)
        if config.channel.has("dingtalk"):
            found += await DingTalkCheck(config, institution, lambda: now, stored).lines()
        if config.channel.has("wecom"):
            found += await WeComCheck(config, institution, lambda: now, stored).lines()
        return [str(line) for line in found]


@asynccontextmanager
async def _database(config: Config, institution: Institution) -> AsyncIterator[tuple[bool, CheckLine | None]]:
    """Open the database; yield whether it is open, and its line, None for a file that the first start will make."""
    url = database_address(config)
    file = sqlite_file(url)
    if file is not None and not file.exists():
        yield False, None
        return
    name = f"{'数据库' if institution.language == 'zh' else 'database'} {shown(url)}"
    try:
        await open_database(url, may_migrate=False)
    except CannotOpen as error:
        yield False, CheckLine(False, name, _said(error, config))
        return
    try:
        yield True, await _written_to(name, config)
    finally:
        await close_database()


async def _clock(institution: Institution, now: datetime) -> list[CheckLine]:
    """Return a line if something is on record at a time that has not come yet: the clock was set back."""
    latest = await clock_doubts.latest_after(now + MOST)
    if latest is None:
        return []
    opened = ", ".join(f"#{number}" for number in await clock_doubts.opened_between(now, latest)) or "–"
    at = latest.astimezone(institution.zone)
    if institution.language == "zh":
        why = f"往回拨过：记录里已有 {at:%m-%d %H:%M} 的事。请用 NTP 校准，并核对其间登记的：{opened}"
        return [CheckLine(False, "钟", why)]
    why = f"was set back: something is on record at {at:%m-%d %H:%M}. Set it by NTP, and look at these: {opened}"
    return [CheckLine(False, "clock", why)]


async def _written_to(name: str, config: Config) -> CheckLine:
    """Return the line of an open database, after a transaction that may write and does not.

    A SQLite file is read as a whole.
    """
    file = sqlite_file(database_address(config))
    try:
        await transact(_nothing)
        damage = await asyncio.to_thread(damage_in, file) if file is not None else None
    except Exception as error:
        if not is_away(error):
            raise
        return CheckLine(False, name, _said(error, config))
    return CheckLine(damage is None, name, "" if damage is None else _said(damage, config))


def _said(error: BaseException, config: Config) -> str:
    return explained(error, database_place(config), chinese=config.institution.language == "zh")


async def _nothing() -> None:
    """Write nothing: SQLite takes its lock for writing all the same."""
