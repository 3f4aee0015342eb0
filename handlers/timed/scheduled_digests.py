"""Digests that time brings: each goes out once for its period, whatever crashes, however many processes try.

After an outage only the latest of a kind is made up for. What was due before the schedule was first kept is not owed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from handlers.common.digest_content import Composed, compose
from handlers.common.office import Office
from handlers.rules.language.messages import Attachment, Missed, Reply
from handlers.rules.people.institution import Group, Person
from handlers.rules.regime.listeners import listening
from handlers.rules.time.schedule import Issue, Schedule, due
from handlers.rules.time.spans import Span
from storage import counters, digests
from storage.digests import DigestDraft, DigestOvertaken, ProducedFile
from storage.outbox import OutgoingMessage

ISSUED_BY_BOT, NUMBERED = "bot", "numbered"
SINCE = "digests since"
ISSUE_TRIES = 5


async def kept_since(now: datetime) -> datetime:
    """From when on digests are owed: from the first start with a schedule."""
    known = await counters.recall(SINCE)
    if known is None:
        await counters.remember(SINCE, now.isoformat())
        return now
    return datetime.fromisoformat(known)


async def due_now(office: Office, schedules: Mapping[str, Schedule], since: datetime, now: datetime) -> list[Issue]:
    """What is due and has not gone out yet: at most the latest of each kind."""
    found = (due(kind, schedule, office.institution.calendar, now) for kind, schedule in schedules.items())
    owed = [issue for issue in found if issue and issue.span.until > since]
    return [issue for issue in owed if not await digests.went_out(issue.kind, issue.period)]


async def issue(office: Office, issue: Issue, now: datetime) -> bool:
    """Sends a digest to whom it is for; False if another process has done so."""
    span = await _since_last(issue.span) if issue.kind == "numbered" else issue.span
    return await put_out(office, issue._replace(span=span), ISSUED_BY_BOT, now) is not None


class Share(NamedTuple):
    """What some groups hear of a digest: all of it, or their own matters."""

    composed: Composed
    groups: Sequence[Group]


async def put_out(
    office: Office, issue: Issue, by: str, now: datetime, inbox_id: int | None = None, here: Group | None = None
) -> Composed | None:
    """Composes a digest with its number and queues it for its groups and readers; None if it is out.

    `here` is where it was asked for.
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
    """The whole first. Of the groups that hear of their own matters alone those that have any."""
    kind, span = issue.kind, issue.span
    of_all, of_their_own = office.digest_groups
    asked = [here] if here and (here.channel, here.conversation) not in [home(one) for one in of_all] else []
    shares = [Share(await compose(office, kind, span, now, issue=number), [*asked, *of_all])]
    for group in of_their_own if kind != NUMBERED else ():
        part = await compose(office, kind, span, now, issue=number, home=home(group))
        if part.matters:
            shares.append(Share(part, [group]))
    return shares


def home(group: Group) -> tuple[str, str]:
    return group.channel, group.conversation


def _outgoing(
    office: Office, shares: Sequence[Share], reading: "Readers", number: int, kept: Sequence[int]
) -> list[OutgoingMessage]:
    messages: list[OutgoingMessage] = []
    files = iter(kept)
    for share in shares:
        made = share.composed.made
        say = say_with(share.composed.text, made, [next(files) for _ in made])
        whole = share is shares[0]
        heard = _naming_unreached(office, say, reading) if whole else say
        messages += [office.outgoing(heard, *home(group)) for group in share.groups]
        messages += _to_readers(office, say, reading, share.groups[-1:], number) if whole else []
    return messages


class Readers(NamedTuple):
    """Whom a digest goes to one by one, each on a channel, and who has no account on any."""

    reached: Sequence[tuple[Person, str]] = ()
    unreached: Sequence[Person] = ()


def readers(office: Office, kind: str, here: Group | None) -> Readers:
    """Of a numbered digest those whom the regime names, but for who asked for it alone with the bot."""
    if kind != NUMBERED:
        return Readers()
    people = listening(office.institution, office.regime.digest_to, None)
    channels = dict.fromkeys(group.channel for group in (*([here] if here else []), *office.institution.groups))
    ways = {one: next((channel for channel in channels if channel in one.accounts), None) for one in people}
    reached = [(one, way) for one, way in ways.items() if way and not _is_with(here, one)]
    return Readers(reached, [one for one, way in ways.items() if way is None])


def _is_with(here: Group | None, person: Person) -> bool:
    """Whether `here` is the person's own chat with the bot."""
    account = person.accounts.get(here.channel) if here else None
    return bool(here and account and here.conversation.partition("@")[2] == account)


def _to_readers(
    office: Office, say: Reply, reading: Readers, told: Sequence[Group], number: int
) -> list[OutgoingMessage]:
    """One-to-one; who cannot be reached so after all is named in the group."""
    messages = []
    for person, channel in reading.reached:
        text = office.texts.say("digest.missed", person=person, number=number, channel=channel)
        missed = next((Missed(channel=one.channel, conversation=one.conversation, text=text) for one in told), None)
        messages.append(office.outgoing(replace(say, to=person.id, missed=missed), channel, ""))
    return messages


def _naming_unreached(office: Office, say: Reply, reading: Readers) -> Reply:
    if not reading.unreached:
        return say
    return replace(say, text=f"{say.text}\n{office.texts.say('digest.unreached', people=reading.unreached)}")


async def _since_last(span: Span) -> Span:
    """A numbered digest begins where the one before it ended."""
    last = await digests.last("numbered")
    return span._replace(since=last.until, before=None) if last and last.until < span.until else span


def say_with(text: str, made: Sequence[ProducedFile], kept: Sequence[int]) -> Reply:
    """A text with its pictures and files."""
    return Reply(text=text, attachments=tuple(attached(one.name, id) for one, id in zip(made, kept, strict=True)))


def attached(name: str, id: int) -> Attachment:
    return Attachment(kind="picture" if name.endswith(".png") else "file", name=name, id=id)
