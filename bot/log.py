"""The log on standard error: one line for each kind of fault and minute, with its date, as text or as JSON."""

import logging
import sys
from collections.abc import Callable
from threading import RLock
from time import monotonic
from typing import Any, Literal, NamedTuple, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.log_file import LogFile
from bot.log_libraries import listen
from bot.log_text import error_of, escape_json, escape_values, show_error

log = structlog.get_logger(__name__)
Format = Literal["text", "json"]
WINDOW_SECONDS = 60.0
MOST_KINDS = 500
"""Faults of more kinds than these within a minute count as one."""
FAULTS = ("warning", "error", "critical", "exception")


class FaultKind(NamedTuple):
    """What makes two faults the same for the log."""

    level: str
    event: str
    error: str
    where: str  # the channel, loop or library, where the line names one


MANY_KINDS = FaultKind("warning", "faults of many kinds", "", "")


class Repeats:
    """Drop a fault's lines for a minute after the first; then say how often it has come meanwhile.

    What was dropped is also said when any other line is written after that minute, so that no count is lost for long.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = RLock()  # libraries log from threads of their own
        self._since: dict[FaultKind, float] = {}
        self._dropped: dict[FaultKind, int] = {}

    def __call__(self, _logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        for kind, count in self._ended():
            facts = {name: one for name, one in (("error", kind.error), ("where", kind.where)) if one}
            log.info("the same again", said=kind.event, times=count, **facts)
        if method in FAULTS and self._is_repeated(_kind(method, event)):
            raise structlog.DropEvent
        return event

    def _is_repeated(self, kind: FaultKind) -> bool:
        """Count a fault; return whether its kind was written less than a minute ago."""
        with self._lock:
            known = kind if kind in self._since or len(self._since) < MOST_KINDS else MANY_KINDS
            repeated = known in self._since
            if repeated:
                self._dropped[known] = self._dropped.get(known, 0) + 1
            else:
                self._since[known] = self._now()
            return repeated

    def _ended(self) -> list[tuple[FaultKind, int]]:
        """End the minutes that are over; return the kinds of which lines were dropped, with their number."""
        with self._lock:
            now = self._now()
            over = [kind for kind, since in self._since.items() if now - since >= WINDOW_SECONDS]
            for kind in over:
                del self._since[kind]
            return [(kind, self._dropped.pop(kind)) for kind in over if kind in self._dropped]


def configure(level: int = logging.INFO, format: Format = "text") -> None:
    """Log to standard error. Errors show lines and classes, no values: they hold secrets and what people wrote."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            Repeats(),
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S%z", utc=False),
            show_error,
            *_rendering(format),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, LogFile(sys.stderr))),
    )
    listen(level)


def _rendering(format: Format) -> list[Any]:
    if format == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False), escape_json]
    return [escape_values, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]


def _kind(method: str, event: EventDict) -> FaultKind:
    raised = error_of(event)
    place = event.get("channel") or event.get("loop") or event.get("logger") or ""
    return FaultKind(method, str(event.get("event")), type(raised).__name__ if raised else "", str(place))
