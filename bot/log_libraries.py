"""What libraries, asyncio and the interpreter say goes into the log like our own lines: dated, limited, without values.

Of a library's line its sentence is kept, without what it fills in; of an error what `log_text` shows.
"""

import asyncio
import logging
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any

import structlog

from bot.log_text import sentence_of

log = structlog.get_logger(__name__)


class IntoOurLog(logging.Handler):
    """Pass on what libraries log by Python's own `logging`. It never fails, and never writes anywhere else."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):
            facts: dict[str, Any] = {"exc_info": record.exc_info} if record.exc_info else {}
            level = logging.getLevelName(record.levelno).lower()
            say = getattr(log, level if level in {"debug", "info", "error", "critical"} else "warning")
            say(sentence_of(str(record.msg)), logger=record.name, **facts)


def listen(level: int) -> None:
    """Let all loggers of `logging` pass on what is at least a warning, and at least of `level`."""
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, IntoOurLog)]:
        root.removeHandler(old)
    root.addHandler(IntoOurLog(max(level, logging.WARNING)))


def catch_the_rest(loop: asyncio.AbstractEventLoop) -> None:
    """Log the errors that nobody catches: of the loop, of threads, of finalizers, and the one that ends the process."""
    loop.set_exception_handler(_of_the_loop)
    threading.excepthook = lambda given: _uncaught("a thread ended by an error", given.exc_value)
    sys.unraisablehook = lambda given: _uncaught("an error in a finalizer", given.exc_value)
    sys.excepthook = _of_the_process


def _of_the_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    said = sentence_of(str(context.get("message") or "an error in the event loop"))
    _uncaught(said, context.get("exception"))


def _of_the_process(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if not isinstance(error, KeyboardInterrupt):
        log.critical("the process ends by an error", exc_info=error)


def _uncaught(said: str, error: BaseException | None) -> None:
    if isinstance(error, SystemExit):
        return
    log.error(said, **({"exc_info": error} if error is not None else {}))
