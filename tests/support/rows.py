"""Rows for tests of the storage alone."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from storage.changes import Actor, Written
from storage.opening import NewIncident, NewPost, open_incident
from storage.outbox import OutgoingMessage

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
LEASE = timedelta(seconds=30)


@dataclass
class Decided:
    """A decision as the rules return it."""

    events: tuple[Any, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)
    met: tuple[int, ...] = ()
    waived: tuple[int, ...] = ()
    opened: tuple[Any, ...] = ()
    moved: tuple[Any, ...] = ()
    passed: tuple[Any, ...] = ()
    draft: str | None = None
    requested: Any = None
    decided: tuple[Any, ...] = ()
    published: tuple[Any, ...] = ()
    ordered: tuple[Any, ...] = ()
    released: tuple[int, ...] = ()


def event(kind: str, **data: Any) -> Any:
    return SimpleNamespace(kind=kind, data=data)


def duty(kind: str = "reply", due: datetime = NOW + timedelta(hours=1), **changes: Any) -> Any:
    trace = SimpleNamespace(to_dict=dict)
    counted = SimpleNamespace(at=due, provisional=False, trace=trace)
    values = {"kind": kind, "owner": "department", "started_at": NOW, "due": counted, "next_at": due}
    return SimpleNamespace(**(values | changes))


def outgoing(text: str = "{}", **more: Any) -> OutgoingMessage:
    return OutgoingMessage("local", "work", text, **more)


def actor(now: datetime = NOW, inbox: int | None = None) -> Actor:
    return Actor(id="zhou", now=now, inbox=inbox)


async def opened(name: str = "a", *duties: Any) -> Written:
    """Open an incident with one post and, by default, one duty that is due in an hour."""
    fields = {
        "title": name, "text": name, "tier": "general", "stage": "assigned", "department": "总务处",
        "holder": "department:总务处", "channel": "local", "conversation": "work", "platform": "text",
        "posted_at": None, "found_at": NOW, "forwarded_by": "zhou",
    }  # fmt: skip
    post = NewPost(fingerprint=f"web:{name}", url=None, platform="text", posted_at=None)
    new = NewIncident(
        fields=fields, regime="standard", policy="{}", digest="d", posts=[post], message=f"local:{name}", held_by="desk"
    )
    decided = Decided((event("opened"),), opened=duties or (duty(),))
    return await open_incident(new, decided, actor(), lambda written: [outgoing(incident=written.number)])
