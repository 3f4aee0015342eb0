"""What people are told when the database does not work: what it is, whether it comes back by itself, what to do.

`place` is the SQLite file, or the address of PostgreSQL without its password. Chinese is written first.
"""

import os
import pwd
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from storage.database.faults import FileReplaced, chain_of, has_nothing_left, is_damaged, kind_of, result_code
from storage.database.lock_holders import Holder, holders
from storage.database.schema import CannotOpen, MayOpenLater

_SQLITE = {
    "damaged": (
        "{place} 坏了（{why}），不会自己好，程序也不再反复去试。请停止程序，把 {folder} 整个目录另存一份；"
        "再把 {name} 连同 -wal、-shm 挪开，放上最近的备份，改名为 {name}，启动。"
        "没有备份，就从挪开的文件抢救：sqlite3 挪开的文件 .recover | sqlite3 {name}",
        "{place} is damaged ({why}); it does not come back by itself and is not tried again and again. Stop the bot "
        "and copy the whole directory {folder}; then move {name} with its -wal and -shm away, put the last backup "
        "there as {name}, and start. Without a backup, recover from the file that was moved: sqlite3 MOVED-FILE "
        ".recover | sqlite3 {name}",
    ),
    "replaced": (
        "{place} 在运行中被换掉或删掉了（{why}）：新说的话不再收下，以免写进旧文件。请停止程序，核对 {place} "
        "是不是要用的那个文件，再启动；此前写进旧文件的，停止之前还可以从 /proc/{pid}/fd 另存",
        "{place} was replaced or deleted while the bot runs ({why}): nothing more is taken, as it would go into the "
        "old file. Stop the bot, see that {place} is the file that is wanted, and start; what went into the old file "
        "can be saved from /proc/{pid}/fd before the stop",
    ),
    "locked": (
        "{place} 被别的程序锁着（{why}）：{holders}。可能是另一个正在运行的回音、备份，或者打开着它的数据库工具，"
        "请结束它，或者等它做完；用 fuser -v {place} 看是谁",
        "{place} is locked by another program ({why}): {holders}. It may be another bot that runs, a backup, or a "
        "database tool that has it open: end it, or wait until it is done; fuser -v {place} shows which it is",
    ),
    "full": (
        "{place} 所在的磁盘满了（{why}）：请给 {folder} 所在的磁盘腾出空间",
        "the disk of {place} is full ({why}): free room on the disk of {folder}",
    ),
    "other": (
        "{place} 读写不了（{why}）：请确认 {folder} 还在、磁盘没有坏也没有满，"
        "运行回音的用户 {user} 能读写目录和文件（目录属于 {owner}）",
        "{place} cannot be read or written ({why}): see that {folder} is there, that its disk is well and not full, "
        "and that the bot's user {user} may write the directory and the file (the directory belongs to {owner})",
    ),
}
_EXHAUSTED = (
    "这台机器或这个进程的文件句柄、内存或线程用完了（{why}），不是数据库的毛病：请看 ulimit -n、内存和别的程序，"
    "腾出来以后自动接着办",
    "the machine or the process has no descriptor, memory or thread left ({why}); the database is well: see ulimit -n, "
    "the memory and what else runs, and the work goes on by itself",
)
_SERVER = {
    "damaged": (
        "PostgreSQL（{place}）报告数据损坏（{why}），不会自己好。请停止程序，把数据库的数据目录另存一份，"
        "恢复最近的备份，再启动",
        "PostgreSQL at {place} reports damaged data ({why}); it does not come back by itself. Stop the bot, copy the "
        "server's data directory, restore the last backup, and start",
    ),
    "other": (
        "PostgreSQL（{place}）用不了（{why}）：请确认它在运行、网络通、磁盘没有满、[storage] database 写得对",
        "PostgreSQL at {place} does not work ({why}): see that it runs and can be reached, that its disk is not full, "
        "and that [storage] database names it",
    ),
}
_NOBODY = ("看不出是谁", "it cannot be seen which")
_FULL = "full"


def explained(error: BaseException, place: str, *, chinese: bool) -> str:
    """Return what an error of the database means and what to do, in one sentence or two.

    A refusal to open it that explains itself, such as a schema of another version, is returned as it is.
    """
    cause = error.__cause__ if isinstance(error, CannotOpen) else error
    if cause is not None and any(has_nothing_left(one) for one in chain_of(cause)):
        return _EXHAUSTED[not chinese].format(why=kind_of(cause))
    if cause is None or (isinstance(error, CannotOpen) and _is_server(place) and not isinstance(error, MayOpenLater)):
        return str(error)
    return _words_for(_kind(cause), kind_of(cause), place, chinese=chinese)


def _is_server(place: str) -> bool:
    return "://" in place


def _words_for(kind: str, why: str, place: str, *, chinese: bool) -> str:
    """Return the words for a kind of trouble: "damaged", "locked", "full" or "other"; `why` is its technical name."""
    if _is_server(place):
        return _SERVER.get(kind, _SERVER["other"])[not chinese].format(place=place, why=why)
    file = Path(place)
    folder = file.resolve().parent
    facts = {"place": place, "why": why, "name": file.name, "folder": folder}
    facts |= {
        "pid": os.getpid(),
        "user": _name(os.geteuid()),
        "owner": _owner(folder),
        "holders": _said(holders(file) if kind == "locked" else (), chinese=chinese),
    }
    return _SQLITE[kind][not chinese].format(**facts)


def _kind(error: BaseException) -> str:
    if isinstance(error, FileReplaced):
        return "replaced"
    if is_damaged(error):
        return "damaged"
    code = result_code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "locked"
    return _FULL if code == sqlite3.SQLITE_FULL else "other"


def _said(found: Sequence[Holder], *, chinese: bool) -> str:
    if not found:
        return _NOBODY[not chinese]
    return ("、" if chinese else ", ").join(
        f"{one.command}（进程 {one.pid}）" if chinese else f"{one.command} (process {one.pid})" for one in found
    )


def _owner(folder: Path) -> str:
    try:
        return _name(folder.stat().st_uid)
    except OSError:
        return "?"


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
