"""Scheduled digests: each is sent once for its period, across crashes and processes.

After an outage only the latest of a kind is sent, and it covers all the time since the one before. None is sent for the
time before the first start with a schedule, and a kind that is switched on later, or again, begins with its own period.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from handlers.common.digest_content import Composed, compose
from handlers.common.office import Office
from handlers.rules.language.messages import Attachment, Missed, Reply
from handlers.rules.people.institution import Group, Person
from handlers.rules.regime.listeners import listening
from handlers.rules.time.schedule import LOOK_BACK, Issue, Schedule, due
from handlers.rules.time.spans import Span
from storage import counters, digests
from storage.digests import DigestDraft, DigestOvertaken, ProducedFile
from storage.outbox import OutgoingMessage

ISSUED_BY_BOT, NUMBERED = "bot", "numbered"
SINCE = "digests since"
KINDS = "digest kinds since"
"""The setting that holds since when each kind is scheduled without a break."""
ISSUE_TRIES = 5
FURTHEST = timedelta(days=LOOK_BACK)
"""How far back a digest begins at most after a pause."""


async def kept_since(now: datetime) -> datetime:
    """Return the moment from which digests are owed: the first start with a schedule."""
    known = await counters.recall(SINCE)
    if known is None:
        await counters.remember(SINCE, now.isoformat())
        return now
    return datetime.fromisoformat(known)


async def note_kinds(kinds: Iterable[str], now: datetime) -> None:
    """Remember since when each kind is scheduled: one that was not until this start, since `now`.

    An installation that has not remembered any had the kinds of which it has sent digests.
    """
    known = await _kinds_since()
    lasts = {} if known else {kind: last.until for kind in kinds if (last := await digests.last(kind))}
    since = {kind: known.get(kind) or lasts.get(kind, now) for kind in kinds}
    if since != known:
        await counters.remember(KINDS, json.dumps({kind: at.isoformat() for kind, at in since.items()}))


async def _kinds_since() -> dict[str, datetime]:
    """Return since when each kind is scheduled; those that were switched off are missing."""
    known = await counters.recall(KINDS)
    return {kind: datetime.fromisoformat(at) for kind, at in json.loads(known or "{}").items()}


async def due_now(office: Office, schedules: Mapping[str, Schedule], since: datetime, now: datetime) -> list[Issue]:
    """Return the digests that are due and not sent yet, at most the latest of each kind."""
    found = (due(kind, schedule, office.institution.calendar, now) for kind, schedule in schedules.items())
    on = await _kinds_since()
    owed = [issue for issue in found if issue and issue.span.until > max(since, on.get(issue.kind, since))]
    return [issue for issue in owed if not await digests.is_issued(issue.kind, issue.period)]


async def issue(office: Office, issue: Issue, now: datetime) -> bool:
    """Send a digest; return False if another process has sent it."""
    span = await (_since_last(issue.span) if issue.kind == NUMBERED else _unbroken(issue, now))
    return await put_out(office, issue._replace(span=span), ISSUED_BY_BOT, now) is not None


class Share(NamedTuple):
    """A digest for some groups: of everything, or of their own matters."""

    composed: Composed
    groups: Sequence[Group]


async def put_out(
    office: Office, issue: Issue, by: str, now: datetime, inbox_id: int | None = None, here: Group | None = None
) -> Composed | None:
    """Compose a digest with its number and queue it for its groups and readers; None if it was sent already.

    `here` is the chat in which it was asked for.
    """
    year = now.astimezone(office.institution.zone).year
    for _ in range(ISSUE_TRIES):
        number = await digests.next_number(issue.kind, year)
        shares = await _shares(office, issue, number, now, here)
        whole = shares[0].composed
        draft = DigestDraft(issue.kind, issue.period, year, number, issue.span.since, issue.span.until, whole.text, by)
        told = partial(_outgoing, office, shares, readers(office, issue.kind, here), number)
        more = [made for share in shares[1:] for made in share.composed.made]
        try:
            out = await digests.issue(draft, whole.made, whole.matters, told, now, inbox_id, more)
        except DigestOvertaken:
            continue
        return whole if out else None
    raise DigestOvertaken


async def _shares(office: Office, issue: Issue, number: int, now: datetime, here: Group | None) -> list[Share]:
    """Compose the digest of everything first, then one for each group that gets its own matters alone and has any.

    The groups of a unit get those of their unit together, and a zero report too.
    """
    kind, span = issue.kind, issue.span
    everything, own_only = office.digest_groups
    asked = [here] if here and (here.channel, here.conversation) not in [home(one) for one in everything] else []
    shares = [Share(await compose(office, kind, span, now, issue=number), [*asked, *everything])]
    for scope, groups in _by_scope(own_only if kind != NUMBERED else ()).items():
        part = await compose(office, kind, span, now, issue=number, scope=scope)
        if part.matters or isinstance(scope, str):
            shares.append(Share(part, groups))
    return shares


def _by_scope(groups: Iterable[Group]) -> dict[str | tuple[str, str], list[Group]]:
    """Return the groups by whose matters they get: those of their unit together, others their own."""
    found: dict[str | tuple[str, str], list[Group]] = {}
    for group in groups:
        found.setdefault(group.unit or home(group), []).append(group)
    return found


def home(group: Group) -> tuple[str, str]:
    return group.channel, group.conversation


def _outgoing(
    office: Office, shares: Sequence[Share], reading: "Readers", number: int, kept: Sequence[int]
) -> list[OutgoingMessage]:
    messages: list[OutgoingMessage] = []
    files = iter(kept)
    for share in shares:
        made = share.composed.made
        reply = say_with(share.composed.text, made, [next(files) for _ in made])
        whole = share is shares[0]
        worded = _naming_unreached(office, reply, reading) if whole else reply
        messages += [office.outgoing(worded, *home(group)) for group in share.groups]
        messages += _to_readers(office, reply, reading, share.groups[-1:], number) if whole else []
    return messages


class Readers(NamedTuple):
    """The people who get a digest in private, each with a channel, and those who have no account on any."""

    reached: Sequence[tuple[Person, str]] = ()
    unreached: Sequence[Person] = ()


def readers(office: Office, kind: str, here: Group | None) -> Readers:
    """Return the readers of a numbered digest whom the regime names, without the one who asked for it in private."""
    if kind != NUMBERED:
        return Readers()
    people = listening(office.institution, office.regime.digest_to, None)
    channels = dict.fromkeys(group.channel for group in (*([here] if here else []), *office.institution.groups))
    ways = {one: next((channel for channel in channels if channel in one.accounts), None) for one in people}
    reached = [(one, way) for one, way in ways.items() if way and not _is_with(here, one)]
    return Readers(reached, [one for one, way in ways.items() if way is None])


def _is_with(here: Group | None, person: Person) -> bool:
    """Return whether `here` is the person's own chat with the bot."""
    account = person.accounts.get(here.channel) if here else None
    return bool(here and account and here.conversation.partition("@")[2] == account)


def _to_readers(
    office: Office, reply: Reply, reading: Readers, told: Sequence[Group], number: int
) -> list[OutgoingMessage]:
    """Address the digest to each reader in private; a delivery that fails is reported in the group."""
    messages = []
    for person, channel in reading.reached:
        text = office.texts.say("digest.missed", person=person, number=number, channel=channel)
        missed = next((Missed(channel=one.channel, conversation=one.conversation, text=text) for one in told), None)
        messages.append(office.outgoing(replace(reply, to=person.id, missed=missed), channel, ""))
    return messages


def _naming_unreached(office: Office, reply: Reply, reading: Readers) -> Reply:
    if not reading.unreached:
        return reply
    return replace(reply, text=f"{reply.text}\n{office.texts.say('digest.unreached', people=reading.unreached)}")


async def _since_last(span: Span) -> Span:
    """Return the span of a numbered digest, which begins where the last one ended."""
    last = await digests.last("numbered")
    return span._replace(since=last.until, before=None) if last and last.until < span.until else span


async def _unbroken(issue: Issue, now: datetime) -> Span:
    """Return the span of a digest, which begins where the last one ended if some were not sent: no day falls out.

    What passed before the kind was switched on, or while it was off, is none of its days.
    """
    last = await digests.last(issue.kind)
    on = (await _kinds_since()).get(issue.kind, now)
    begun = max(last.until if last else on, on, issue.span.until - FURTHEST)
    return issue.span._replace(since=begun, before=None) if begun < issue.span.since else issue.span


def say_with(text: str, made: Sequence[ProducedFile], kept: Sequence[int]) -> Reply:
    """Make a reply of a text with its pictures and files."""
    return Reply(text=text, attachments=tuple(attached(one.name, id) for one, id in zip(made, kept, strict=True)))


def attached(name: str, id: int) -> Attachment:
    return Attachment(kind="picture" if name.endswith(".png") else "file", name=name, id=id)
