"""Which of two decisions on the same thing was said later: the older overrides none, whichever is handled first.

A decision counts from when it was said: its platform's time of the message, but never later than our receipt of it. In
one conversation that time decides, and the order of arrival where it is the same. Two conversations of one platform
share its clock, which names some messages to the second; the clocks of two platforms differ by seconds, or by as much
as is known. What lies closer than that is in doubt: it changes nothing, and who said it is asked.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from handlers.rules.incident.case import AuditEvent
from handlers.rules.incident.chain import WORDINGS
from handlers.rules.refusal import Refusal

SAME_CLOCK = timedelta(seconds=1)
"""How exact one platform's times are between two of its conversations."""
CLOCKS_DIFFER = timedelta(seconds=5)
"""How far the clocks of two platforms that are set by NTP may differ, with what a message takes to arrive."""
PROMPT = timedelta(seconds=1)
"""What is handled within this time of being said has been overtaken by nothing."""
OVERTAKEN = "overtaken"
"""Kind of the event that records words which a newer decision had overtaken."""
EVERYTHING = "everything"
ANY_REQUEST = "any request"
THINGS: Mapping[str, str] = {
    "assigned": "department", "led": "department", "bounced": "department", "transferred": "department",
    "resolved": "end", "withdrawn": "end", "positive": "end", "merged": "end", "reopened": "end",
    "escalated": "tier", "superior": "tier", "calm": "calm", "not calm": "calm", "heat": "heat", "tracker": "tracker",
    "proposed": "opinion", "kind": "kind", "verified": "verdict", "drafted": "draft", "planned": "plan",
    "worded": "wording",
    "concern": "concern", "origin": "origin", "handed down": "origin", "limit put off": "superior limit",
    "order cancelled": "origin",
    "approved above": "superior approval",
    "handed up": "handing up", "given back": "handing up", "taken over": "department", "handed to a unit": "department",
    "undone": EVERYTHING,
    "extension asked": "extension", "withdrawal asked": "withdrawal", "remedy asked": "remedy",
    "unanswerable asked": "unanswerable", "concern asked": "concern request",
    "working group": "working group", "spokesman": "spokesman", "response level": "response level",
    "called back": "call-back", "topic": "topic", "reopening asked": "reopening request",
    "delegated": "authority", "delegation ended": "authority", "key period": "key periods",
    "key period ended": "key periods",
}  # fmt: skip
"""What each kind of event decides."""
PROTECTS: Mapping[str, frozenset[str]] = {
    "acknowledged": frozenset(("department",)), "drafted": frozenset(("department",)),
    "approved": frozenset(("department", "draft", "plan", "wording")), "published": frozenset(("department", "draft")),
}  # fmt: skip
"""What each kind of event relies on, so that no older words change it: who has begun work, which text was signed."""
SIGNED_TEXTS = {"reply": "draft", "plan": "plan", **dict.fromkeys(WORDINGS, "wording")}
"""The thing that is the signed text, by the kind of request."""
SWAPS = frozenset(("swap asked", "swapped", "swap declined", "swap withdrawn"))
"""Kinds of events that decide who has a shift."""


class SpeechTime(NamedTuple):
    """When (UTC) and where something was said; `channel` "" if that is not known."""

    at: datetime
    channel: str
    conversation: str


class Overtaken(Refusal):
    """Words that a decision on the same thing had overtaken. `record` is kept in the matter `number`, if any."""

    def __init__(self, sentence: str, record: AuditEvent, /, *, number: int | None, **facts: Any) -> None:
        super().__init__(sentence, number=number, **facts)
        self.number, self.record = number, record


def things(kind: str, data: Mapping[str, Any]) -> frozenset[str]:
    """Return what an event decides, in its matter or for its speaker; nothing if it reports something."""
    if kind == "instructed":
        return frozenset(name for name, key in (("department", "department"), ("limit", "period")) if data.get(key))
    if kind in ("approved", "rejected"):
        limit = ("limit",) if data.get("kind") == "extension" else ()
        return frozenset((f"request {data.get('request')}{_place(kind, data)}", *limit))
    if kind.startswith("swap"):
        begins = datetime.fromisoformat(data["shift_at"]).timestamp()
        return frozenset((f"shift {begins:.0f} {data['roster']} {data['giver']}",))
    return frozenset((THINGS[kind],)) if kind in THINGS else frozenset()


def _place(kind: str, data: Mapping[str, Any]) -> str:
    """Return which of several signatures of one step a yes is: it stands beside those of others."""
    return f" {data['place']}" if kind == "approved" and data.get("place") else ""


def settles(kind: str, data: Mapping[str, Any]) -> frozenset[str]:
    """Return what older words must not change once an event is on record: what it decides, and what it relies on."""
    relies_on = PROTECTS.get(kind, frozenset())
    if kind == "approved":
        relies_on = relies_on - ({*SIGNED_TEXTS.values()} - {SIGNED_TEXTS.get(str(data.get("kind")))})
    return things(kind, data) | relies_on


def touches(mine: frozenset[str], kind: str, data: Mapping[str, Any]) -> bool:
    """Return whether an event settles one of the things `mine`."""
    theirs = settles(kind, data)
    decided = kind in ("approved", "rejected") and ANY_REQUEST in mine
    return bool(theirs) and (decided or bool(mine & theirs) or EVERYTHING in mine | theirs)


def kinds_about(mine: frozenset[str]) -> frozenset[str]:
    """Return the kinds of the events that may settle one of the things `mine`."""
    kinds = {kind for kind, thing in THINGS.items() if {thing, EVERYTHING} & mine} | {"undone"}
    kinds |= {kind for kind, relied_on in PROTECTS.items() if relied_on & mine}
    if {"department", "limit", EVERYTHING} & mine:
        kinds.add("instructed")
    if {"limit", ANY_REQUEST, EVERYTHING} & mine or any(one.startswith("request ") for one in mine):
        kinds |= {"approved", "rejected"}
    if any(one.startswith("shift ") for one in mine):
        kinds |= SWAPS
    return frozenset(kinds)


def order(
    mine: SpeechTime, theirs: SpeechTime, ahead: Mapping[str, timedelta]
) -> Literal["later", "earlier", "in doubt"]:
    """Return when `mine` was said, by the side of `theirs`, which was handled before it.

    `ahead` tells by channel how far our clock is known to be ahead of the platform's, below zero: behind.
    """
    apart = mine.at - theirs.at
    if (mine.channel, mine.conversation) == (theirs.channel, theirs.conversation):
        return "later" if apart >= timedelta() else "earlier"
    known = sum((abs(ahead.get(one.channel, timedelta())) for one in (mine, theirs)), timedelta())
    margin = SAME_CLOCK if mine.channel == theirs.channel else CLOCKS_DIFFER + known
    return "in doubt" if abs(apart) < margin else "later" if apart > timedelta() else "earlier"
