"""The log on standard error: one line for each kind of fault and minute, with its date, as text or as JSON."""

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, Literal, NamedTuple, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

log = structlog.get_logger(__name__)
Format = Literal["text", "json"]
WINDOW_SECONDS = 60.0
FAULTS = ("warning", "error", "critical", "exception")


class FaultKind(NamedTuple):
    """What makes two faults the same for the log."""

    level: str
    event: str
    error: str
    where: str  # the channel or loop, where the line names one


class Repeats:
    """Drop a fault's lines for a minute after the first; then say how often it has come meanwhile.

    What was dropped is also said when any other line is written after that minute, so that no count is lost for long.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._since: dict[FaultKind, float] = {}
        self._dropped: dict[FaultKind, int] = {}

    def __call__(self, _logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        for kind, count in self._ended():
            facts = {name: one for name, one in (("error", kind.error), ("where", kind.where)) if one}
            log.info("the same again", said=kind.event, times=count, **facts)
        if method not in FAULTS:
            return event
        kind = _kind(method, event)
        if kind in self._since:
            self._dropped[kind] = self._dropped.get(kind, 0) + 1
            raise structlog.DropEvent
        self._since[kind] = self._now()
        return event

    def _ended(self) -> list[tuple[FaultKind, int]]:
        """End the minutes that are over; return the kinds of which lines were dropped, with their number."""
        now = self._now()
        over = [kind for kind, since in self._since.items() if now - since >= WINDOW_SECONDS]
        for kind in over:
            del self._since[kind]
        return [(kind, self._dropped.pop(kind)) for kind in over if kind in self._dropped]


class NeverFails:
    """A file whose faults stop nobody who writes a line: on a full disk the log has gaps, and the bot goes on."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._file.flush()


def configure(level: int = logging.INFO, format: Format = "text") -> None:
    """Log to standard error. A traceback names lines and no values: they hold secrets and what people wrote."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            Repeats(),
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S%z", utc=False),
            *_rendering(format),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, NeverFails(sys.stderr))),
    )


def _rendering(format: Format) -> list[Any]:
    if format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _kind(method: str, event: EventDict) -> FaultKind:
    error = event.get("exc_info")
    raised = sys.exc_info()[1] if error is True else error
    place = event.get("channel") or event.get("loop") or ""
    return FaultKind(method, str(event.get("event")), type(raised).__name__ if raised else "", str(place))
