"""Sort errors by what they mean for the work: storage is away or damaged, data cannot be stored, or the code is wrong.

asyncpg is loaded when PostgreSQL is first used, so its errors are known by their SQLSTATE and the names of their
classes. Tortoise wraps some errors of the drivers: what it wraps decides.
"""

import errno
import os
import re
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from enum import StrEnum
from traceback import walk_tb
from typing import Literal

from tortoise import Tortoise
from tortoise.exceptions import DBConnectionError, IntegrityError, TransactionManagementError, ValidationError


class Fault(StrEnum):
    """What an error means, and what to do with the work that it stopped."""

    # storage is unreachable, locked, full or read-only, or the machine has nothing left, and comes back: put it off
    AWAY = "away"
    DAMAGED = "damaged"  # what is stored cannot be read any more and does not come back by itself: tell people at once
    BAD_DATA = "bad data"  # a value does not fit a column or a rule of the tables: refuse the work with a sentence
    BUG = "bug"  # everything else, such as wrong SQL: keep the work, tell people


class FileReplaced(Exception):
    """The file of an open SQLite database was deleted, or another one was put in its place."""


_STATES = {
    # connections, authorisation, missing database, rollback by a deadlock or a conflict, a state of the transaction,
    # a prepared statement or cursor that a connection pooler lost, resources, object states, shutdown, the system
    **dict.fromkeys(("08", "28", "3D", "40", "25", "26", "34", "53", "55", "57", "58", "XX"), Fault.AWAY),
    # values, constraints, limits of an index row
    **dict.fromkeys(("22", "23", "54"), Fault.BAD_DATA),
    "XX001": Fault.DAMAGED,
    "XX002": Fault.DAMAGED,
    "42P05": Fault.AWAY,  # a pooler gave us a connection that has a prepared statement of this name
    "42501": Fault.AWAY,  # the permission on a table was taken away
    "25P02": Fault.BUG,  # the code went on in a transaction that had failed
}
"""What a SQLSTATE means, by the whole of it or by its class (two characters)."""

_NO_TABLE, _NAMED_TABLE = "42P01", re.compile(r'relation "(?:\w+\.)?(\w+)"')
"""A table that is not there: while a dump is restored over ours, or without the search path, as long as that lasts."""

Flaw = Literal["length", "number", "characters", "rule"]
"""What is wrong with data: a text is too long, a number too large, characters cannot be stored, or a rule is broken."""
_FLAWS: dict[str, Flaw] = {
    "22001": "length",
    "54000": "length",
    "22003": "number",
    "22021": "characters",
    "22P05": "characters",
}

_ASYNCPG = {
    "DataError": Fault.BAD_DATA,
    "InvalidCachedStatementError": Fault.AWAY,  # the schema was changed since the statement was prepared
    "InterfaceError": Fault.AWAY,
    "InternalClientError": Fault.AWAY,
}
"""What asyncpg's own errors mean, by the name of their nearest class; those with a SQLSTATE come from the server."""

_WRONG_CALL = ("the server expects", "cannot perform operation: another operation")
"""How the messages of those InterfaceErrors begin that only wrong code raises."""

_SQLITE = {
    **dict.fromkeys((sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_RANGE), Fault.BUG),
    **dict.fromkeys((sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH), Fault.BAD_DATA),
    **dict.fromkeys((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB), Fault.DAMAGED),
}
"""What SQLite's primary result codes mean; all others say that the file cannot be read or written now."""
_SQLITE_DAMAGED = (sqlite3.SQLITE_IOERR_CORRUPTFS, sqlite3.SQLITE_IOERR_SHORT_READ)
"""Extended result codes: the file system finds itself damaged, or the file ends before its last page."""
_MALFORMED = re.compile(r"malformed|is not a database|corrupt")
"""What SQLite says of damage where the error has no result code."""

_OUT_OF_STEP = re.compile(r"no transaction is active|within a transaction")
"""SQLite rolls a transaction back by itself when the disk is full, and cannot end one that reads a damaged page: then
the next statement about transactions fails as well."""
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS)
"""What the system says when the process or the machine has no descriptor or memory left for now."""
_NO_THREAD = "can't start new thread"
_CLOSED = ("Connection closed", "no active connection")
"""How aiosqlite says that the connection was closed, by a stop or a fault."""

WAITED = "waited_seconds"
"""The attribute in which an engine notes on an error how long the work had waited."""

_DRIVERS = ("asyncpg", "aiosqlite", "tortoise")
"""The packages that reach storage: they call no code of ours, so what is raised within them comes from storage."""


def fault_of(error: BaseException) -> Fault:
    """Return what an error means. The first error in the chain of what it wraps that says something decides."""
    fault = next((found for one in chain_of(error) if (found := _of(one)) is not None), _unexplained(error))
    return Fault.DAMAGED if fault is Fault.AWAY and _came_of_damage(error) else fault


def _came_of_damage(error: BaseException) -> bool:
    """Return whether damage led to the error: after it the end of the transaction fails as well, with another error."""
    for one in chain_of(error):
        before, seen = one.__context__, {id(one)}
        while before is not None and id(before) not in seen:
            if any(_of(part) is Fault.DAMAGED for part in chain_of(before)):
                return True
            seen.add(id(before))
            before = before.__context__
    return False


def flaw_of(error: BaseException) -> Flaw:
    """Return what is wrong with data that cannot be stored; "rule" where it is none of the others."""
    for one in chain_of(error):
        state = getattr(one, "sqlstate", None)
        if isinstance(state, str) and state in _FLAWS:
            return _FLAWS[state]
        if isinstance(one, UnicodeEncodeError):
            return "characters"
        if isinstance(one, OverflowError) or "out of range" in str(one):
            return "number"
        if isinstance(one, ValidationError) or getattr(one, "sqlite_errorcode", None) == sqlite3.SQLITE_TOOBIG:
            return "length"
    return "rule"


def kind_of(error: BaseException) -> str:
    """Return what kind of error it is, to be stored and shown: its class, and what says nothing of people's texts.

    That is the words of SQLite and of the system, and the SQLSTATE of PostgreSQL; others' words may quote the values.
    """
    last = list(chain_of(error))[-1]
    known = words_of(last)
    return f"{type(last).__name__}: {known}"[:200] if known else type(last).__name__


def words_of(error: BaseException) -> str:
    """Return of an error's words, whatever it wraps, those that say nothing of people's texts; "" if there are none."""
    state = getattr(error, "sqlstate", None)
    if isinstance(error, OSError):
        return _of_the_system(error)
    return str(error) if isinstance(error, sqlite3.Error) else state if isinstance(state, str) else ""


def _of_the_system(error: OSError) -> str:
    """Return the system's words for an error number: those of the error may name a file or quote who raised it."""
    if isinstance(error, ssl.SSLError):
        return str(error.reason or "")
    if isinstance(error, socket.gaierror):
        return str(error.strerror or "")
    return f"[Errno {error.errno}] {os.strerror(error.errno)}" if isinstance(error.errno, int) else ""


def is_away(error: BaseException) -> bool:
    """Return whether storage could not do it, be it away or damaged: whatever was to be stored is stored nowhere."""
    return fault_of(error) in (Fault.AWAY, Fault.DAMAGED)


def has_nothing_left(error: BaseException) -> bool:
    """Return whether the process or the machine has no descriptor, memory or thread left for now.

    A MemoryError is none of these: what asks for too much would ask for it again and again.
    """
    if isinstance(error, OSError):
        return error.errno in _EXHAUSTED
    return isinstance(error, RuntimeError) and str(error) == _NO_THREAD


def is_damaged(error: BaseException) -> bool:
    return fault_of(error) is Fault.DAMAGED


def result_code(error: BaseException) -> int | None:
    """Return SQLite's primary result code of an error, whatever wraps it; None if it has none."""
    codes = (getattr(one, "sqlite_errorcode", None) for one in chain_of(error))
    return next((code & 0xFF for code in codes if isinstance(code, int)), None)


def waited_for(error: BaseException) -> float:
    """Return how many seconds the work had waited for storage when the error was raised, as its engine noted it."""
    return max(float(getattr(one, WAITED, 0.0)) for one in chain_of(error))


def chain_of(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it wraps: the driver's error in its arguments, or its explicit cause."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [*(part for part in one.args if isinstance(part, BaseException)), one.__cause__]


def _of(error: BaseException) -> Fault | None:
    """Return what one error of the chain says; None if it says nothing by itself."""
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        if state == _NO_TABLE and _misses_ours(error):
            return Fault.AWAY
        return _STATES.get(state) or _of_asyncpg(error) or _STATES.get(state[:2], Fault.BUG)
    if isinstance(error, FileReplaced):
        return Fault.DAMAGED
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if isinstance(error, OverflowError | UnicodeEncodeError | ValidationError):
        return Fault.BAD_DATA
    if has_nothing_left(error) or (isinstance(error, OSError) and _is_from_driver(error)):
        return Fault.AWAY
    return _of_asyncpg(error)


def _misses_ours(error: BaseException) -> bool:
    """Return whether the table that an error misses is one of ours, which was there when the database was opened."""
    apps = Tortoise.apps.apps if Tortoise.apps else {}
    ours = {model._meta.db_table for app in apps.values() for model in app.values()}
    return any(name in ours for name in _NAMED_TABLE.findall(str(error)))


def _of_asyncpg(error: BaseException) -> Fault | None:
    for kind in type(error).__mro__:
        if kind.__module__.startswith("asyncpg") and kind.__name__ in _ASYNCPG:
            wrong = kind.__name__ == "InterfaceError" and str(error).startswith(_WRONG_CALL)
            return Fault.BUG if wrong else _ASYNCPG[kind.__name__]
    return None


def _of_sqlite(error: sqlite3.Error) -> Fault:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        out_of_step = code == sqlite3.SQLITE_ERROR and _OUT_OF_STEP.search(str(error))
        if code in _SQLITE_DAMAGED:
            return Fault.DAMAGED
        return Fault.AWAY if out_of_step else _SQLITE.get(code & 0xFF, Fault.AWAY)
    if _MALFORMED.search(str(error)):
        return Fault.DAMAGED
    if isinstance(error, sqlite3.IntegrityError | sqlite3.DataError):
        return Fault.BAD_DATA
    closed = "closed database" in str(error)
    return Fault.AWAY if closed or type(error) in (sqlite3.OperationalError, sqlite3.DatabaseError) else Fault.BUG


def _unexplained(error: BaseException) -> Fault:
    """Return what an error means that wraps no driver's error."""
    if isinstance(error, IntegrityError):
        return Fault.BAD_DATA
    away = isinstance(error, DBConnectionError | TransactionManagementError) or str(error) in _CLOSED
    return Fault.AWAY if away else Fault.BUG


def _is_from_driver(error: OSError) -> bool:
    """Return whether a driver raised an error of the system. A file, a platform or Redis raises the same classes."""
    frames = walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__", "").partition(".")[0] in _DRIVERS for frame, _ in frames)
