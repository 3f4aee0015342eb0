"""What stands on record beside the course of a matter, as those read it who look the matter up."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct, field

from handlers.rules.incident.actions import ACTIONS, ItemOnRecord, items_of
from handlers.rules.incident.call_backs import CALLED_BACK
from handlers.rules.incident.contacts import CONTACT
from handlers.rules.incident.effect import READINGS, Effect, effect_of
from handlers.rules.incident.handling import HANDLING, Handling, handling_of
from handlers.rules.incident.inquiries import PRESS, InquiryOnRecord, inquiries_of
from handlers.rules.incident.linking import LINKING, TOPIC, Links, links_of, topics_of
from handlers.rules.incident.meetings import MEETING, MeetingOnRecord, meetings_of
from handlers.rules.incident.taken_back import UNDONE, standing

KINDS = (*ACTIONS, CALLED_BACK, CONTACT, TOPIC, *LINKING, *READINGS, *HANDLING, *MEETING, *PRESS, UNDONE)
"""Kinds of the events that are read for it."""
MOST = 5
"""Of more records of one kind only the latest are shown."""


class ContactOnRecord(NamedTuple):
    """A contact: the means, when (aware), who spoke with them (id), and what was said (None once it is erased)."""

    means: str
    at: datetime
    by: str
    text: str


class CallBackOnRecord(NamedTuple):
    """An answer, the means by which it was given, when (aware), and who asked (id)."""

    given: str
    means: str
    at: datetime
    by: str


class Beside(Struct, frozen=True):
    """What is on record, each oldest first."""

    call_backs: tuple[CallBackOnRecord, ...] = ()
    contacts: tuple[ContactOnRecord, ...] = ()
    topics: tuple[str, ...] = ()
    items: tuple[ItemOnRecord, ...] = ()
    effect: Effect | None = None
    links: Links = field(default_factory=Links)
    handling: Handling = field(default_factory=Handling)
    meetings: tuple[MeetingOnRecord, ...] = ()
    inquiries: tuple[InquiryOnRecord, ...] = ()


def beside_of(lines: Iterable[Mapping[str, Any]], answered_at: datetime | None = None) -> Beside:
    """Return what an incident's audit lines tell, without what was taken back.

    `answered_at` is when the public was answered (UTC), None if it was not.
    """
    kept = standing(lines)
    return Beside(
        call_backs=tuple(_call_back(one) for one in kept if one["kind"] == CALLED_BACK)[-MOST:],
        contacts=contacts_of(kept)[-MOST:],
        topics=topics_of(kept),
        items=items_of(kept),
        effect=effect_of(kept, answered_at),
        links=links_of(kept),
        handling=handling_of(kept),
        meetings=meetings_of(kept)[-MOST:],
        inquiries=inquiries_of(kept)[-MOST:],
    )


def contacts_of(kept: Iterable[Mapping[str, Any]]) -> tuple[ContactOnRecord, ...]:
    """Return the contacts among lines that stand."""
    return tuple(
        ContactOnRecord(
            one["data"]["means"],
            datetime.fromisoformat(one["data"]["reached_at"]),
            one["actor"],
            one["data"].get("text") or "",
        )
        for one in kept
        if one["kind"] == CONTACT
    )


def _call_back(line: Mapping[str, Any]) -> CallBackOnRecord:
    data = line["data"]
    return CallBackOnRecord(data["answer"], data["means"], datetime.fromisoformat(data["reached_at"]), line["actor"])
