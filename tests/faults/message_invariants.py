"""What has to hold of messages, both ways. Each check returns the rows that break it."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.faults.evidence import SURE, Broken, Evidence, missing, shows
from tests.faults.school import Shown, text_of

MOST_HIDDEN = 4
"""How many tries a process or a connection that ends may take with it before a platform sees them."""
_LEFT_OUT = re.compile(r"其余 (\d+) 项没有列出")
_OWN_FAULT = "fault: "
"""How the reason begins of a send that an error of storage or of the code ended, and not its platform."""
_ALIKE = re.compile(r"同类共 (\d+) 项")


async def no_message_lost(found: Evidence) -> Broken:
    """Everything that the bot acknowledged is in its inbox, handled, or failed and told to the desk."""
    lost = [one for one in missing(found) if not found.arena.doors.excused(one)]
    waiting = [row for row in found.inbox if row[2] not in ("done", "failed")]
    untold = [row for row in found.inbox if row[2] == "failed" and row[3] is None]
    cut = found.arena.doors.cut
    named = [("not in the inbox", one.channel, one.id, one.words, one.at, cut.get(id(one.connection))) for one in lost]
    return [*named, *waiting, *untold]


async def nothing_waits(found: Evidence) -> Broken:
    return [
        (row["id"], row["state"], row["conversation"], row["error"])
        for row in found.outbox
        if row["state"] in ("planned", "claimed", "sending")
    ]


async def what_was_not_sent_is_told(found: Evidence) -> Broken:
    """Each send that failed or is unknown was told to the desk, or is such a notice itself."""
    ended = [row for row in found.outbox if row["state"] in ("failed", "unknown")]
    untold = [(row["id"], row["state"], row["error"], row["core"][:40]) for row in ended if row["told_at"] is None]
    return [*untold, *_unnamed(found)]


def _unnamed(found: Evidence) -> Broken:
    """Return the numbers of failures that no notice names, if they are more than the notices say they leave out."""
    notices = "\n".join(text_of(row["body"])[0] for row in found.outbox if row["told_at"] is not None)
    numbers = [row["failure"] for row in found.outbox if row["failure"] is not None]
    unnamed = [("in no notice", number) for number in numbers if f"\n{number}. " not in notices]
    left_out = sum(map(int, _LEFT_OUT.findall(notices))) + sum(int(count) - 1 for count in _ALIKE.findall(notices))
    return unnamed if len(unnamed) > left_out else []


async def what_was_sent_arrived(found: Evidence) -> Broken:
    """What the bot takes for sent was shown to people, or dropped without a word as the clock was moved just then.

    After a move the bot counts as long ago what it sent in the same minute of the platform, and is beyond its limit.
    """
    dropped = found.arena.fakes.dropped()
    seen = [*found.shown, *(one for at, one in dropped if found.arena.was_moved(at))]
    return [
        (row["id"], row["state"], row["channel"], row["to"], row["core"][:60], _when(dropped, row))
        for row in found.outbox
        if row["state"] in ("sent", "accepted") and row["channel"] != "local" and row["core"] and not row["update"]
        if not any(shows(one, row) for one in seen)
    ]


def _when(dropped: Sequence[tuple[datetime, Shown]], row: Mapping[str, Any]) -> list[str]:
    """Return when the platform dropped a row."""
    return [f"dropped at {at}" for at, one in dropped if shows(one, row)]


async def unknown_was_tried(found: Evidence) -> Broken:
    """What is unknown by a fault of the bot's own was seen by its platform: otherwise it went out to nobody.

    A send that takes too long is one that its platform held up, which may see it or not.
    """
    return [
        (row["id"], row["channel"], row["error"], row["core"][:60])
        for row in found.outbox
        if row["state"] == "unknown" and (row["error"] or "").startswith(_OWN_FAULT)
        if not row["core"] or not any(_carries(one, row["channel"], row["core"]) for one in found.tried)
    ]


async def repeats_are_marked(found: Evidence) -> Broken:
    """People see no text without its mark more often than the bot meant to say it."""
    times = Counter(one._replace(key=None) for one in found.shown if not one.marked and one.core)
    broken = []
    for one, count in times.items():
        if count > 1:
            meant = [row["id"] for row in found.outbox if row["core"] and shows(one, row)]
            if count > len(meant):
                broken.append((one.channel, one.to, count, meant, one.core[:60]))
    return broken


async def marks_mean_repeats(found: Evidence) -> Broken:
    """What says that it may be a repeat was tried before, as the platforms saw; a break may hide a few tries."""
    never = never_tried(found)
    return never if len(never) > found.broken_off * MOST_HIDDEN else []


def never_tried(found: Evidence) -> Broken:
    """Return what people saw with a mark that the platforms saw once only."""
    marked = {one for one in found.shown if one.marked and one.core}
    return [one[:3] for one in marked if sum(_carries(tried, one.channel, one.core) for tried in found.tried) < 2]


def _carries(tried: tuple[str, str], channel: str, core: str) -> bool:
    where, text = tried
    return where == channel and (core in text or (len(text) >= SURE and text in core))


async def answered(found: Evidence) -> Broken:
    """Each command that was done has its answer: a message that was planned in the same commit, so at the same time."""
    planned = {row["planned_at"] for row in found.outbox}
    said = [(one.channel, one.id) for one in found.arena.doors.all]
    return [
        ("no answer", channel, id, words)
        for channel, id, state, _, body, _, _, handled_at in found.inbox
        if state == "done" and handled_at not in planned and any(of == channel and one in id for of, one in said)
        if (words := _typed(body)) is not None
    ]


def _typed(body: str) -> str | None:
    """Return what was typed; None of a press, which may come too late and has no answer then."""
    message = json.loads(body)
    return None if message.get("press") else str(message["text"])
