"""`今日` · `本周` · `日报` · `周报 上周` · `月报 2026-10`: the figures, as text and picture, reports as Word too.

`摘报` issues the next numbered digest (第 N 期) of what was found since the last one; `摘报 3` shows the third again.
In English: `today`, `week`, `daily report`, `weekly`, `monthly`, `digest`. `日报` with words that name no span
of time is a report that somebody gives: `handlers/commands/check_in.py`.
"""

from datetime import datetime
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.digest_content import Composed, compose
from handlers.rules.language.commands import Spoken
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Group
from handlers.rules.refusal import Refusal
from handlers.rules.time.schedule import Issue
from handlers.rules.time.spans import INSTANT, Span, dated, named, span
from handlers.timed import scheduled_digests
from handlers.timed.scheduled_digests import put_out, say_with
from storage import digests, files, ledger

FIGURES_VERBS = {
    "today": ("今日", "today"),
    "yesterday": ("昨日", "yesterday"),
    "week": ("本周", "week", "this week"),
    "last week": ("上周", "last week"),
    "month": ("本月", "month", "this month"),
    "last month": ("上月", "last month"),
}
REPORT_VERBS = {
    "daily": (("日报", "daily report", "daily"), "today"),
    "weekly": (("周报", "weekly bulletin", "weekly"), "week"),
    "monthly": (("月报", "monthly summary", "monthly"), "month"),
}
VERBS = ("摘报", "digest")
"""Verbs that a number may follow."""
_MARKS = "。.!！?？"
EXAMPLES = {"zh": ("今日", "周报", "月报 上月", "摘报"), "en": ("today", "weekly", "monthly last month", "digest")}


class DigestQuery(NamedTuple):
    """The kind of digest, the name of its span, and the number of the issue to show again."""

    kind: str
    span: str
    issue: int | None = None


def parse(utterance: Utterance) -> DigestQuery | None:
    if found := utterance.command(VERBS):
        return _numbered(found)
    for name, words in FIGURES_VERBS.items():
        if (found := utterance.command(words)) and not found.numbers and not found.rest.strip(_MARKS):
            return DigestQuery("figures", name)
    for kind, (verbs, usual) in REPORT_VERBS.items():
        if found := utterance.command(verbs, free=True):
            meant = _span_meant(utterance.text, found, usual)
            return DigestQuery(kind, meant) if meant else None
    return None


def _numbered(found: Spoken) -> DigestQuery | None:
    issue = found.number or (int(found.rest) if found.rest.isdecimal() and len(found.rest) < 6 else None)
    return DigestQuery("numbered", "", issue) if issue or not found.rest else None


def _span_meant(text: str, found: Spoken, usual: str) -> str | None:
    """Return the name of the span behind a report's verb: `usual` if nothing follows, None if it is no span."""
    if found.numbers:
        return dated(text, found.verb)
    rest = found.rest.strip(_MARKS)
    return named(rest) if rest else usual


async def handle(context: Context, asked: DigestQuery) -> None:
    if asked.kind == "numbered":
        context.must_be_the_office()
        await (_again(context, asked.issue) if asked.issue else _next(context))
        return
    composed = context.made if isinstance(context.made, Composed) else await _composed(context, asked)
    text, made = composed.text, composed.made
    await digests.send_files(
        made,
        scheduled_digests.ISSUED_BY_BOT,
        lambda kept: context.outgoing_here(say_with(text, made, kept)),
        context.now,
        context.inbox,
    )


async def prepare(context: Context, asked: DigestQuery) -> Composed | None:
    """Compose the figures of a span before a transaction begins; a numbered digest is composed with its number."""
    return None if asked.kind == "numbered" else await _composed(context, asked)


async def _composed(context: Context, asked: DigestQuery) -> Composed:
    meant = span(asked.span, context.now.astimezone(context.office.institution.zone), context.said_at)
    return await compose(
        context.office, asked.kind, meant, context.now, word=asked.kind != "figures", scope=context.unit
    )


async def _next(context: Context) -> None:
    """Issue the next numbered digest of what was found since the last one."""
    if not context.person.has("office", "officer", "leader", "chief"):
        raise Refusal("digest.not_allowed")
    last = await digests.last("numbered")
    now = context.now
    since = last.until if last else _new_year(now.astimezone(context.office.institution.zone))
    if last and not await ledger.count(since, now + INSTANT):
        raise Refusal("digest.nothing_new", issue=last.number)
    issue = Issue("numbered", now.isoformat(timespec="milliseconds"), Span("", since, now + INSTANT))
    message = context.message
    here = Group("", "", message.channel, message.conversation)
    await put_out(context.office, issue, context.person.id, now, context.inbox, here)


def _new_year(local: datetime) -> datetime:
    return local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


async def _again(context: Context, number: int) -> None:
    year = context.said_at.astimezone(context.office.institution.zone).year
    issued = await digests.numbered("numbered", year, number)
    if issued is None:
        last = await digests.last("numbered")
        raise Refusal("digest.no_issue", issue=number, last=last.number if last else None)
    kept = {one.id: one.name for one in await files.facts(issued.files) if one.name}
    attachments = tuple(scheduled_digests.attached(kept[id], id) for id in issued.files if id in kept)
    text = issued.text if attachments else f"{issued.text}\n{context.text('digest.erased', issue=number)}"
    await context.answer(Reply(text=text, attachments=attachments))
