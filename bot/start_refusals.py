"""What a start on SQLite refuses, in the institution's words: a second bot on one file, and a file that was emptied."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.config import Config, Installation
from bot.config.storage import database_address, redis_address
from bot.errors import CannotStart
from bot.runtime import valkey_directory
from storage.database.address import sqlite_file
from storage.database.emptied import traces_of_older
from storage.database.sole_use import InUse, SoleUse, User

_IN_USE = (
    "{file} 正由另一个回音使用（{who}），一个 SQLite 文件只能由一个回音使用。请先停止它，再启动；"
    "要几个进程一起工作，[storage] database 请改用 PostgreSQL",
    "{file} is in use by another bot ({who}), and only one may work on a SQLite file. Stop that one, then start; for "
    "several processes set [storage] database to PostgreSQL",
)
_SECOND_NAME = (
    "{file} 还有别的名字（硬链接），拦不住从另一个名字再启动一个回音。"
    "请只留一个名字（ls -li 看是哪些，rm 去掉多余的），再启动",
    "{file} has another name (a hard link), by which a second bot could be started beside this one. Leave it one name "
    "(ls -li shows them, rm removes one), then start",
)
_WHO = (
    "进程 {pid}，在 {host} 上，{since:%Y-%m-%d %H:%M:%S} 启动",
    "process {pid} on {host}, since {since:%Y-%m-%d %H:%M:%S}",
)
_UNKNOWN = ("看不出是哪个进程", "it cannot be seen which process")
_EMPTIED = (
    "{file} 是空的（0 字节），或者不见了，旁边却有以前的数据：{traces}。没有启动，以免当成新的从头开始。"
    "请先把整个目录 {folder} 另存一份，再把最近的备份放到 {file}，启动；"
    "若确实要从头开始，请把 {file} 和上面列出的都移到别处，再启动",
    "{file} is empty (0 bytes) or gone, but there are older data: {traces}. The bot did not start, as it would begin "
    "with nothing. Copy the whole directory {folder}, put the last backup there as {file}, and start; if you do want "
    "to begin with nothing, move {file} and what is listed here to another place, and start",
)


@contextmanager
def alone(installation: Installation, now: datetime) -> Iterator[None]:
    """Hold the SQLite file of the configuration alone. CannotStart if another bot has it; PostgreSQL may be shared."""
    file = sqlite_file(database_address(installation.config))
    if file is None:
        yield
        return
    if file.is_file() and file.stat().st_nlink > 1:
        raise CannotStart(_SECOND_NAME[installation.institution.language != "zh"].format(file=file))
    try:
        held = SoleUse.take(file, now)
    except InUse as error:
        raise CannotStart(_in_use(file, error.by, installation)) from error
    try:
        yield
    finally:
        held.give_back()


def _in_use(file: Path, by: User | None, installation: Installation) -> str:
    english = installation.institution.language != "zh"
    who = _UNKNOWN[english]
    if by is not None:
        since = by.since.astimezone(installation.institution.zone)
        who = _WHO[english].format(pid=by.pid, host=by.host, since=since)
    return _IN_USE[english].format(file=file, who=who)


def refuse_emptied(config: Config) -> None:
    """Raise CannotStart if the SQLite file is empty, or gone, and something tells that it was not."""
    file = sqlite_file(database_address(config))
    if file is None:
        return
    timers = valkey_directory(config) if redis_address(config) is None else None
    if traces := traces_of_older(file, timers):
        english = config.institution.language != "zh"
        named = (", " if english else "、").join(str(one) for one in traces)
        raise CannotStart(_EMPTIED[english].format(file=file, traces=named, folder=file.resolve().parent))
