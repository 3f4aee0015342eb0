"""Digests that time brings: each goes out once for its period, whatever crashes, however many processes try.

After an outage only the latest of a kind is made up for. What was due before the schedule was first kept is not owed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from handlers.composing import Composed, compose
from handlers.office import Office
from handlers.rules.institution import Group
from handlers.rules.messages import Attachment, Say
from handlers.rules.schedule import Issue, Schedule, due
from handlers.rules.spans import Span
from storage import counters, digests
from storage.digests import Draft, Made, Overtaken
from storage.outbox import Letter

BOT = "bot"
SINCE = "digests since"
TRIES = 5


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


async def issue(office: Office, issue: Issue, groups: Sequence[Group], now: datetime) -> bool:
    """Sends a digest to the groups; False if another process has done so."""
    span = await _since_last(issue.span) if issue.kind == "numbered" else issue.span

    def letters(say: Say) -> list[Letter]:
        return [office.letter(say, group.channel, group.conversation) for group in groups]

    return await put_out(office, issue._replace(span=span), BOT, letters, now) is not None


async def put_out(
    office: Office,
    issue: Issue,
    by: str,
    letters: Callable[[Say], Sequence[Letter]],
    now: datetime,
    inbox_id: int | None = None,
) -> Composed | None:
    """Composes a digest with its number and queues it, `letters` being those of what is said; None if it is out."""
    year = now.astimezone(office.institution.zone).year
    for _ in range(TRIES):
        number = await digests.next_number(issue.kind, year)
        composed = await compose(office, issue.kind, issue.span, now, issue=number)
        draft = Draft(issue.kind, issue.period, year, number, issue.span.since, issue.span.until, composed.text, by)

        def told(kept: Sequence[int], composed: Composed = composed) -> Sequence[Letter]:
            return letters(say_with(composed.text, composed.made, kept))

        try:
            return (
                composed if await digests.issue(draft, composed.made, composed.matters, told, now, inbox_id) else None
            )
        except Overtaken:
            continue
    raise Overtaken


async def _since_last(span: Span) -> Span:
    """A numbered digest begins where the one before it ended."""
    last = await digests.last("numbered")
    return span._replace(since=last.until, before=None) if last and last.until < span.until else span


def say_with(text: str, made: Sequence[Made], kept: Sequence[int]) -> Say:
    """A text with its pictures and files."""
    return Say(text=text, attachments=tuple(attached(one.name, id) for one, id in zip(made, kept, strict=True)))


def attached(name: str, id: int) -> Attachment:
    return Attachment(kind="picture" if name.endswith(".png") else "file", name=name, id=id)
