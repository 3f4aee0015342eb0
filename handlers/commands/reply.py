"""`拟复 12 …` / `draft 12 …`: a draft reply to the public goes to the signer. A newer draft replaces an older one."""

import re
from typing import NamedTuple

from msgspec.structs import replace

from handlers.common.cards import request_card_id, to_decide
from handlers.common.context import Context
from handlers.common.joined_texts import joined_texts
from handlers.common.request_message import as_file
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.chain_steps import needs_words, steps_from
from handlers.rules.incident.lifecycle import draft
from handlers.rules.incident.parts import missing
from handlers.rules.incident.promise_keeping import settlement, too_late
from handlers.rules.incident.reply_check import holds_off, still_to_come
from handlers.rules.incident.signers import all_asked
from handlers.rules.language.commands import Spoken, asks
from handlers.rules.language.messages import Reply
from handlers.rules.language.text_diff import differences
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.links import find as find_links
from handlers.rules.time.promises import Promise, find
from storage.changes import Written

VERBS = ("拟复", "拟答", "拟回复", "回复稿", "draft", "reply")
EXAMPLES = {
    "zh": ("拟复 12 您反映的问题我们已现场查看，三天内整改完毕并公布结果。",),
    "en": ("draft 12 We looked at it today and will have it mended within three days.",),
}


MOST_CHANGES = 8
_TO = LazyPattern(r"(?:reply|answer) to (?=#?[0-9])", re.IGNORECASE)


class ReplyDraft(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> ReplyDraft | None:
    found = _to_a_number(utterance) or utterance.command(VERBS, glued=True, free=True) or _answering(utterance)
    return ReplyDraft(found.number, found.rest) if found else None


def _to_a_number(utterance: Utterance) -> Spoken | None:
    """Return the command of reply to 12: We are sorry, with its number."""
    found = _TO.match(utterance.text)
    said = found and replace(utterance, text=f"draft {utterance.text[found.end() :]}").command(("draft",), free=True)
    return said if said and said.numbers else None


def _answering(utterance: Utterance) -> Spoken | None:
    """Return the command of 回复12 您好，已送检: with a number and a text, and without an address, which publishes."""
    found = utterance.command(("回复", "答复"), free=True)
    text = found and found.rest and not find_links(found.rest)
    return found if found and found.numbers and text and not asks(utterance.text) else None


async def handle(context: Context, asked: ReplyDraft) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = draft(case, context.person, asked.text, context.now, await joined_texts(case), said_at=context.said_at)
    overtaken = [request.id for request in case.pending("reply")]
    file = await as_file(context, case, asked.text, len(case.drafts) + 1)

    def replies(written: Written) -> tuple[Reply, ...]:
        return (replace(_request(context, case, decision, asked.text, written.request or 0), attachments=file),)

    def before(_: Written) -> tuple[Reply, ...]:
        gone = context.text("reply.overtaken")
        return tuple(Reply(text=gone, update=request_card_id(request)) for request in overtaken)

    await context.commit(case, decision, replies, before=before)


def _effect(context: Context, case: Case, text: str, dates: tuple[Promise, ...]) -> str:
    """Return what publishing it does to earlier promises, why the chief has to sign it, and which parts are missing."""
    settled = settlement(case, text, dates, context.now)
    late, again = too_late(case, dates, context.now), settled.again
    facts = {"kept": settled.kept, "moved": settled.moved, "left": settled.left, "late": late, "again": again}
    effect = context.text("reply.effect", case=case, now=context.now, **facts)
    rule = case.regime.helping
    left = missing(case) if rule and rule.before_draft != "allow" else ()
    return "\n".join(filter(None, (effect, context.text("part.left", missing=left) if left else "")))


def _request(context: Context, case: Case, decision: Decision, text: str, request: int) -> Reply:
    subject = decision.requested.subject if decision.requested else {}
    signs = all_asked(case, "reply", context.person, subject)
    dates = find(text, context.said_at, case.institution.calendar)
    vague = case.regime.reply.without_date == "warn" and holds_off(text, dates)
    clause = still_to_come(text) if vague else None
    facts = {"case": case, "edition": len(case.drafts) + 1, "request": request}
    questions = case.regime.reply.questions(case.incident.kind)
    last = case.draft()
    changed = differences(last.text, text)[:MOST_CHANGES] if last else ()
    effect = _effect(context, case, text, dates)
    shown = {
        "promises": dates,
        "vague": vague,
        "clause": clause,
        "questions": questions,
        "changed": changed,
        "effect": effect,
        "steps": needs_words(steps_from(subject["chain"])),
    }
    return Reply(
        text=context.text(
            "reply.ask", people=signs, by=context.person.id, text=text, now=context.now, **shown, **facts
        ),
        mentions=tuple(one.id for one in signs),
        card=to_decide(context.office, request, context.text("reply.card_title", **facts), ()),
    )
