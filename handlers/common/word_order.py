"""Keep words that come late, after a fault, from overriding a decision on the same thing that was said after them.

Who said them is told what stands. Once told, they may say them again: then they count over the decision that they were
told of, and over nothing that was decided later.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from handlers.common.platform_clocks import ahead_of
from handlers.common.speech_times import Line, speech_times
from handlers.rules.incident.case import AuditEvent
from handlers.rules.incident.word_order import (
    CLOCKS_DIFFER,
    EVERYTHING,
    OVERTAKEN,
    PROMPT,
    Overtaken,
    SpeechTime,
    kinds_about,
    order,
    settles,
    things,
    touches,
)
from handlers.rules.language.messages import Message
from handlers.rules.people.institution import Institution
from handlers.rules.time.clock_difference import MOST
from handlers.rules.time.said_at import said_at
from storage import audit, clock_doubts

NO_DEEDS = (OVERTAKEN, "asked back")
"""Kinds of events that record words which changed nothing."""
MOST_COMPARED = 50
"""With how many of the newest decisions words that come late are compared."""


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
    since = spoken.at - CLOCKS_DIFFER - await _most_apart()
    lines = await audit.decided_since(number, since, kinds_about(mine), MOST_COMPARED)
    about = [line for line in lines if _may_stand_against(line, words, mine)]
    told = await _told_before(words, number, since) if about else []
    unknown = [(number, line) for line in about if not any(_names(telling, line) for telling in told)]
    await _must_be_later(words, unknown, mine, place)


async def _most_apart() -> timedelta:
    """Return how far the clocks of two platforms may be apart: what was told of both, or what is not worth telling."""
    known = [abs(one.by) for one in (await clock_doubts.differing()).values()]
    return 2 * max((*known, MOST))


async def must_be_last_deed(words: Words, number: int | None, place: Institution) -> None:
    """Raise Overtaken if the speaker did something after they said the words: in one matter, or without it anywhere."""
    spoken = words.spoken
    if words.now - spoken.at <= PROMPT:
        return
    deeds = await audit.deeds_of(words.person, number, spoken.at, NO_DEEDS, MOST_COMPARED)
    others = [(incident, line) for incident, line in deeds if not _is_own(line, words)]
    await _must_be_later(words, others, frozenset((EVERYTHING,)), place)


def _may_stand_against(line: Line, words: Words, mine: frozenset[str]) -> bool:
    """Return whether a decision stands against the words if it was said after them."""
    if _is_own(line, words) or (mine == {"authority"} and line["actor"] != words.person):
        return False
    return touches(mine, line["kind"], line["data"])


async def _must_be_later(
    words: Words, lines: Sequence[tuple[int | None, Line]], mine: frozenset[str], place: Institution
) -> None:
    """Raise Overtaken for the first of the lines, each with its incident, that was not said before the words."""
    if not lines:
        return
    times = await speech_times([line for _, line in lines], place)
    ahead = await ahead_of({words.spoken.channel, *(one.channel for one in times)})
    for (number, line), theirs in zip(lines, times, strict=True):
        found = order(words.spoken, theirs, ahead)
        if found != "later":
            raise _overtaken(words, number, mine, line, theirs, doubtful=found == "in doubt")


def _is_own(line: Line, words: Words) -> bool:
    """Return whether an event is of the same message as the words."""
    return bool(line["at"] == words.now and line["actor"] == words.person)


async def _told_before(words: Words, number: int | None, since: datetime) -> list[Mapping[str, Any]]:
    """Return what the speaker had been told before they said the words: the decision that stood, and when.

    They said them after a telling if their platform's time says so, put right by the known difference of the clocks.
    """
    tellings = await audit.decided_since(number, since, (OVERTAKEN,), MOST_COMPARED)
    if not tellings:
        return []
    channel = words.message.channel
    ahead = (await ahead_of((channel,))).get(channel, timedelta())
    said = min(words.message.sent_at + ahead, words.received)
    return [line["data"] for line in tellings if line["actor"] == words.person and line["at"] < said]


def _names(telling: Mapping[str, Any], line: Line) -> bool:
    """Return whether a telling named a decision, or a later one on the same things."""
    decided_at, settled = telling.get("decided_at"), {*telling.get("settles", ())}
    if decided_at is None or line["at"] > datetime.fromisoformat(decided_at):
        return False
    return EVERYTHING in settled or settles(line["kind"], line["data"]) <= settled


def _overtaken(
    words: Words,
    number: int | None,
    mine: frozenset[str],
    line: Line,
    theirs: SpeechTime,
    *,
    doubtful: bool,
) -> Overtaken:
    kind, at = line["kind"], words.spoken.at
    data = {
        "said_at": at.isoformat(), "words": words.message.text, "things": sorted(mine), "stands": kind,
        "by": line["actor"], "doubtful": doubtful, "decided_at": line["at"].isoformat(),
        "settles": sorted(settles(kind, line["data"])),
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
