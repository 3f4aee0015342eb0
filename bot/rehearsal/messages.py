"""Read the messages of a rehearsal from a file of JSON lines, and spread them over its days.

`{"id": "24", "topic": "…", "posted_at": "2020-01-06 12:09:38", "text": "…"}`: the k-th of n messages by `posted_at`
(k from 0) is forwarded on day floor(k * days / n), at its own time of day.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bot.errors import CannotStart


class PublicMessage(Struct, frozen=True):
    """The fields of a line that are used; others are ignored."""

    id: str | int
    topic: str
    posted_at: datetime
    text: str


class _Line(Struct, frozen=True):
    id: str | int
    topic: str
    posted_at: str
    text: str


def read(path: Path, limit: int) -> list[PublicMessage]:
    """Return the first `limit` messages of a file, sorted by `posted_at`. CannotStart names file and line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CannotStart(f"{path}: {error.strerror}; name a file of JSON lines with --messages") from error
    except UnicodeDecodeError as error:
        raise CannotStart(f"{path}: not UTF-8; save the file as UTF-8") from error
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    messages = [_message(path, number, line) for number, line in lines]
    if not messages:
        raise CannotStart(f"{path}: no message in it; it needs one JSON object a line")
    return sorted(messages[:limit], key=lambda message: message.posted_at)


def _message(path: Path, number: int, line: str) -> PublicMessage:
    try:
        found = msgspec.json.decode(line, type=_Line)
        message = PublicMessage(found.id, found.topic.strip(), _moment(found.posted_at), found.text.strip())
    except (msgspec.DecodeError, ValueError) as error:
        raise CannotStart(f"{path}, line {number}: {error}") from error
    if not message.topic and not message.text:
        raise CannotStart(f"{path}, line {number}: neither topic nor text")
    return message


def _moment(text: str) -> datetime:
    """Parse `posted_at`, a time on the author's clock. An offset from UTC only counts in sorting."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'posted_at "{text}" is no time: write "2026-11-02 09:30:00"') from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def forwarding_times(
    messages: Sequence[PublicMessage], start: date, days: int, zone: ZoneInfo
) -> list[tuple[datetime, PublicMessage]]:
    """Return each message with the time (UTC) at which it is forwarded, the earliest first."""
    placed = [
        (datetime.combine(_day(start, k, days, len(messages)), _clock(message), zone).astimezone(UTC), k, message)
        for k, message in enumerate(messages)
    ]
    return [(at, message) for at, _, message in sorted(placed, key=lambda each: each[:2])]


def _day(start: date, k: int, days: int, count: int) -> date:
    return start + timedelta(days=k * days // count)


def _clock(message: PublicMessage) -> time:
    return message.posted_at.time().replace(microsecond=0)
