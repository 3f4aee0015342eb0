"""Keep words that come late, after a fault, from overriding a decision on the same thing that was said after them.

Who said them is told what stands. Once told, they may say them again: then they count, whatever the platform's clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import DecodeError, ValidationError, json

from handlers.rules.incident.case import AuditEvent
from handlers.rules.incident.word_order import (
    CLOCKS_DIFFER,
    OVERTAKEN,
    PROMPT,
    Overtaken,
    SpeechTime,
    order,
    things,
    touches,
)
from handlers.rules.language.messages import Message
from handlers.rules.people.institution import Institution
from handlers.rules.time.said_at import said_at
from storage import audit, inbox


class Words(NamedTuple):
    """Words that are being handled: who said them, and when they were received."""

    person: str
    message: Message
    received: datetime
    now: datetime

    @property
    def spoken(self) -> SpeechTime:
        said = said_at(self.message.sent_at, self.received)
        return SpeechTime(said, self.message.channel, self.message.conversation)


def decided_by(events: Iterable[AuditEvent]) -> frozenset[str]:
    """Return all that a decision's events decide."""
    return frozenset(thing for event in events for thing in things(event.kind, event.data))


async def must_be_newest(words: Words, number: int | None, mine: frozenset[str], place: Institution) -> None:
    """Raise Overtaken if a decision on one of the things `mine` was said after the words, or at almost the same time.

    `number` is the matter; None for what the speaker decides about themselves or a roster.
    """
    spoken = words.spoken
    if not mine or words.now - spoken.at <= PROMPT:
        return
    lines = [line for line in await audit.decided_since(number, spoken.at - CLOCKS_DIFFER) if not _is_own(line, words)]
    if any(_was_told(line, words, mine) for line in lines):
        return
    for line in reversed(lines):
        if not touches(mine, line["kind"], line["data"]) or (mine == {"authority"} and line["actor"] != words.person):
            continue
        theirs = await _spoken(line, place)
        found = order(spoken, theirs)
        if found != "later":
            raise _overtaken(words, number, mine, line, theirs, doubtful=found == "in doubt")


def _is_own(line: Mapping[str, Any], words: Words) -> bool:
    """Return whether an event is of the same message as the words."""
    return bool(line["at"] == words.now and line["actor"] == words.person)


def _was_told(line: Mapping[str, Any], words: Words, mine: frozenset[str]) -> bool:
    """Return whether the speaker, before saying it, had been told that what they had said was overtaken."""
    told = line["kind"] == OVERTAKEN and line["actor"] == words.person and line["at"] < words.received
    return told and bool(mine & {*line["data"]["things"]})


async def _spoken(line: Mapping[str, Any], place: Institution) -> SpeechTime:
    """Return when a decision was said: by its message, else when it was handled."""
    for body, received in await inbox.handled_at(line["at"]):
        try:
            message = json.decode(body, type=Message)
        except (DecodeError, ValidationError, RecursionError):
            continue
        person = place.by_account(message.channel, message.sender)
        if person and person.id == line["actor"]:
            return SpeechTime(said_at(message.sent_at, received), message.channel, message.conversation)
    return SpeechTime(line["at"], "", "")


def _overtaken(
    words: Words,
    number: int | None,
    mine: frozenset[str],
    line: Mapping[str, Any],
    theirs: SpeechTime,
    *,
    doubtful: bool,
) -> Overtaken:
    kind, at = line["kind"], words.spoken.at
    data = {
        "said_at": at.isoformat(), "words": words.message.text, "things": sorted(mine), "stands": kind,
        "by": line["actor"], "doubtful": doubtful,
    }  # fmt: skip
    return Overtaken(
        "retry.overtaken",
        AuditEvent(OVERTAKEN, data),
        number=number,
        by=words.person,
        at=at,
        event=kind,
        stands=_what(kind, line["data"]),
        other=line["actor"],
        then=theirs.at,
        doubtful=doubtful,
    )


def _what(kind: str, data: Mapping[str, Any]) -> str:
    """Return what was decided, in the words of the record: a department, a kind, a tier or a kind of request."""
    keys: Mapping[str, Sequence[str]] = {"kind": ("kind",), "approved": ("kind",), "rejected": ("kind",)}
    return next((str(data[key]) for key in keys.get(kind, ("to", "department", "taker")) if data.get(key)), "")
