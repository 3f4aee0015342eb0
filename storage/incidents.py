"""Incidents as they stand, and the one transaction that changes them: compare, swap, record, queue what is to be said.

Everything that a decision changes is written together or not at all: the incident's row (if its version is still the
one that was read), duties, requests, drafts, whose hands it is in, the audit trail, outgoing messages, and the mark
that the inbox message is dealt with.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from storage import audit, inbox, outbox
from storage.counters import take
from storage.tables import Draft, Duty, Forwarding, Holding, Incident, Policy, Post, Request, to_ms
from storage.transaction import transact


class Conflict(Exception):
    """The incident changed after it was read: read it again and decide anew."""


@dataclass(frozen=True, slots=True)
class Record:
    """An incident's rows as read at one moment."""

    incident: Incident
    duties: list[Duty]
    requests: list[Request]
    drafts: list[Draft]
    policy: Policy


class Decided(Protocol):
    """What the rules hand over; see `handlers.rules.case.Decision`."""

    @property
    def events(self) -> Sequence[Any]: ...
    @property
    def changes(self) -> Mapping[str, Any]: ...
    @property
    def met(self) -> Sequence[int]: ...
    @property
    def waived(self) -> Sequence[int]: ...
    @property
    def opened(self) -> Sequence[Any]: ...
    @property
    def moved(self) -> Sequence[Any]: ...
    @property
    def draft(self) -> str | None: ...
    @property
    def requested(self) -> Any: ...
    @property
    def decided(self) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who acts and when, and the inbox message that is dealt with by it."""

    actor: str
    now: datetime
    inbox: int | None = None


@dataclass(slots=True)
class Written:
    """What a commit leaves to do: steps to arm and to cancel, and the request that was opened."""

    number: int
    armed: list[tuple[int, int]] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    request: int | None = None


async def load(number: int) -> Record | None:
    """Everything that a decision about an incident needs; None if there is no such number."""
    incident = await Incident.get_or_none(number=number).select_related("policy")
    if incident is None:
        return None
    return Record(
        incident,
        await Duty.filter(incident_id=number).order_by("id"),
        await Request.filter(incident_id=number).order_by("id"),
        await Draft.filter(incident_id=number).order_by("edition"),
        incident.policy,
    )


async def change(
    record_version: int, number: int, decision: Decided, turn: Turn, say: Callable[[Written], Iterable[outbox.Letter]]
) -> Written:
    """Applies a decision. `say` makes the outgoing messages once the request's number is known.

    Raises Conflict when the incident is no longer at `record_version`, AlreadyHandled when the inbox message was
    dealt with by somebody else; nothing is written then.
    """
    return await transact(lambda: _change(record_version, number, decision, turn, say))


async def _change(
    version: int, number: int, decision: Decided, turn: Turn, say: Callable[[Written], Iterable[outbox.Letter]]
) -> Written:
    changes = {**decision.changes, "version": version + 1}
    if not await Incident.filter(number=number, version=version).update(**changes):
        raise Conflict(number)
    written = Written(number)
    await _write(written, decision, turn)
    if "holder" in decision.changes:
        await _hand_over(number, decision.changes["holder"], turn.now)
    await _finish(written, decision, turn, say)
    return written


async def _write(written: Written, decision: Decided, turn: Turn) -> None:
    await _close_duties(written, decision.met, "met", turn.now)
    await _close_duties(written, decision.waived, "waived", turn.now)
    for moved in decision.moved:
        await _move_duty(written, moved)
    for opened in decision.opened:
        await _open_duty(written, opened)
    for change in decision.decided:
        await _decide_request(change, turn)
    if decision.draft is not None:
        await _add_draft(written.number, decision, turn)
    if decision.requested is not None:
        request = await Request.create(
            incident_id=written.number,
            kind=decision.requested.kind,
            subject=dict(decision.requested.subject),
            asked_by=turn.actor,
            asked_at=turn.now,
            state="pending",
        )
        written.request = request.id


async def _finish(
    written: Written, decision: Decided, turn: Turn, say: Callable[[Written], Iterable[outbox.Letter]]
) -> None:
    await outbox.plan(say(written), turn.now)
    if turn.inbox is not None:
        await inbox.done(turn.inbox, turn.now)
    await audit.append(
        [audit.Line(written.number, turn.actor, event.kind, event.data) for event in decision.events], turn.now
    )


async def _close_duties(written: Written, ids: Sequence[int], state: str, now: datetime) -> None:
    if ids:
        await Duty.filter(id__in=list(ids), state="open").update(
            state=state, next_at=None, met_at=now if state == "met" else None
        )
        written.cancelled.extend(ids)


async def _open_duty(written: Written, new: Any) -> None:
    duty = await Duty.create(
        incident_id=written.number,
        cycle=1,
        kind=new.kind,
        owner=new.owner,
        state="open",
        started_at=new.started_at,
        due_at=new.due.at,
        first_due_at=new.due.at,
        next_at=new.next_at,
        provisional=new.due.provisional,
        reckoning=new.due.reckoning.to_dict(),
    )
    if new.next_at:
        written.armed.append((duty.id, to_ms(new.next_at)))


async def _move_duty(written: Written, moved: Any) -> None:
    await Duty.filter(id=moved.id, state="open").update(
        due_at=moved.due.at,
        next_at=moved.next_at,
        rung=moved.rung,
        provisional=moved.due.provisional,
        reckoning=moved.due.reckoning.to_dict(),
    )
    if moved.next_at:
        written.armed.append((moved.id, to_ms(moved.next_at)))


async def _decide_request(change: Any, turn: Turn) -> None:
    values: dict[str, Any] = {"step": change.step}
    if change.state is not None:
        values |= {
            "state": change.state, "decided_by": turn.actor, "decided_at": turn.now, "remark": change.remark
        }  # fmt: skip
    await Request.filter(id=change.id, state="pending").update(**values)


async def _add_draft(number: int, decision: Decided, turn: Turn) -> None:
    await Draft.create(
        incident_id=number,
        edition=decision.requested.subject["edition"],
        text=decision.draft,
        author=turn.actor,
        created_at=turn.now,
    )


async def _hand_over(number: int, holder: str, now: datetime) -> None:
    current = await Holding.get_or_none(incident_id=number, until=None)
    if current is not None and current.holder == holder:
        return
    if current is not None:
        await Holding.filter(id=current.id).update(until=now)
    if holder != "closed":
        await Holding.create(incident_id=number, holder=holder, since=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    fingerprint: str
    url: str | None
    platform: str
    posted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """A matter to open: `fields` are the incident's columns but for its number, version and policy."""

    fields: Mapping[str, Any]
    regime: str
    policy: str
    digest: str
    posts: Sequence[NewPost]
    message: str


async def open_incident(
    new: NewIncident, decision: Decided, turn: Turn, say: Callable[[Written], Iterable[outbox.Letter]]
) -> Written:
    """Opens an incident under the next number. A post that is known already raises tortoise's IntegrityError."""
    return await transact(lambda: _open(new, decision, turn, say))


async def _open(
    new: NewIncident, decision: Decided, turn: Turn, say: Callable[[Written], Iterable[outbox.Letter]]
) -> Written:
    number = await take("incidents")
    policy, _ = await Policy.get_or_create(
        digest=new.digest, defaults={"name": new.regime, "body": new.policy, "created_at": turn.now}
    )
    await Incident.create(number=number, version=1, policy_id=policy.id, **new.fields)
    written = Written(number)
    await add_posts(number, new.posts, turn)
    await Forwarding.create(incident_id=number, message=new.message, joined=False, by=turn.actor, at=turn.now)
    await Holding.create(incident_id=number, holder=new.fields["holder"], since=turn.now)
    await _write(written, decision, turn)
    await _finish(written, decision, turn, say)
    return written


async def add_posts(number: int, posts: Sequence[NewPost], turn: Turn) -> None:
    """More addresses of the same matter."""
    for post in posts:
        await Post.create(
            incident_id=number,
            fingerprint=post.fingerprint,
            url=post.url,
            platform=post.platform,
            posted_at=post.posted_at,
            found_at=turn.now,
            forwarded_by=turn.actor,
        )


async def join(
    version: int,
    number: int,
    posts: Sequence[NewPost],
    message: str,
    decision: Decided,
    turn: Turn,
    say: Callable[[Written], Iterable[outbox.Letter]],
) -> Written:
    """Records that a post was forwarded again, and its new addresses."""

    async def work() -> Written:
        await add_posts(number, posts, turn)
        await Forwarding.create(incident_id=number, message=message, joined=True, by=turn.actor, at=turn.now)
        return await _change(version, number, decision, turn, say)

    return await transact(work)


async def known_posts(fingerprints: Sequence[str]) -> dict[str, int]:
    """Which of these posts belong to which incident."""
    rows = await Post.filter(fingerprint__in=list(fingerprints)).values_list("fingerprint", "incident_id")
    return {str(fingerprint): int(number) for fingerprint, number in rows}


async def must_be_new(message: str) -> None:
    """AlreadyHandled if a forwarding is on record already: another claimer was faster."""
    if await Forwarding.filter(message=message).exists():
        raise inbox.AlreadyHandled(message)
