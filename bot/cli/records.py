"""`archive --year 2026 -o DIRECTORY`: write a year's matters. `erase --before 2023-11-01`: erase old texts."""

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.config import Installation
from bot.config.storage import database_address
from handlers.common import form_file
from handlers.common.archive_file import archive
from handlers.common.office import Office
from handlers.timed import retention
from storage import reports
from storage.database.database import close_database, open_database
from storage.unattached_texts import UnattachedCounts

CHINESE = "zh"


class CannotWrite(Exception):
    """The options are wrong; the text says how to correct them."""


def _office(installation: Installation) -> Office:
    return Office(installation.institution, installation.regime, forms=installation.forms)


async def write_year(installation: Installation, options: Namespace) -> str:
    """Write every matter that was closed in a local year as a zip of its own; return the line to print."""
    directory: Path = options.output or Path(f"archive-{options.year}")
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CannotWrite(f"{directory} is not empty: name a new directory with -o")
    directory.mkdir(parents=True, exist_ok=True)
    office, now = _office(installation), Clock().now()
    await open_database(database_address(installation.config), may_migrate=False)
    try:
        zone = office.institution.zone
        span = datetime(options.year, 1, 1, tzinfo=zone), datetime(options.year + 1, 1, 1, tzinfo=zone)
        numbers = await reports.closed_between(span[0].astimezone(UTC), span[1].astimezone(UTC))
        for number in numbers:
            made = await archive(office, await form_file.matter(office, number, now), "clock", now)
            (directory / f"{number:06d}.zip").write_bytes(made.document.body)
    finally:
        await close_database()
    if office.texts.language == CHINESE:
        return f"{directory}：{options.year} 年办结 {len(numbers)} 件"
    return f"{directory}: {len(numbers)} matters closed in {options.year}"


async def erase(installation: Installation, options: Namespace) -> str:
    """Return a list of what has outlived its retention; erase it with --yes."""
    office, now = _office(installation), Clock().now()
    before = _day(options.before, office, now)
    await open_database(database_address(installation.config), may_migrate=False)
    try:
        numbers = await retention.over(office, now, before)
        unattached = await retention.count_unattached(office, now, before)
        if options.yes:
            await retention.erase(office, now, "admin", before)
    finally:
        await close_database()
    return _summary(office, numbers, unattached, done=options.yes)


def _day(text: str | None, office: Office, now: datetime) -> datetime | None:
    """Return the beginning of a local day, in UTC. Raise CannotWrite unless it is at least a day ago."""
    if text is None:
        return None
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=office.institution.zone).astimezone(UTC)
    except ValueError as error:
        raise CannotWrite(f'--before "{text}" is no day: write 2023-11-01') from error
    if day > now - timedelta(days=1):
        raise CannotWrite(f"--before {text} is not in the past: write an earlier day")
    return day


def _summary(office: Office, numbers: list[int], unattached: UnattachedCounts, *, done: bool) -> str:
    shown = ", ".join(f"#{number}" for number in numbers[:20]) + (" …" if len(numbers) > 20 else "")
    counts = {"received": unattached.received, "sent": unattached.sent, "files": unattached.files}
    if office.texts.language == CHINESE:
        head = "已清除" if done else "将清除（加 --yes 才执行）"
        messages = f"另有收到的消息 {counts['received']} 条、发出的 {counts['sent']} 条、文件 {counts['files']} 个"
        return f"{head}：{len(numbers)} 件事的文字 {shown}\n{messages}"
    head = "erased" if done else "would be erased (add --yes to do it)"
    messages = f"and {counts['received']} messages received, {counts['sent']} sent, {counts['files']} files"
    return f"{head}: the texts of {len(numbers)} matters {shown}\n{messages}"
