"""`已发布 12 <link>` / `published 12 <link>`: the approved reply is public, at this address or in this picture.

`已回复 12 <link>`, `<link> 已发布`, or a quote of the bot's request with the link or a picture say the same. What
negates itself, or is yet to come (还没审核通过), publishes nothing and is answered with what to send then.
"""

import re
from typing import NamedTuple

from handlers.common.cards import incident_card_id, request_card_id
from handlers.common.context import Context
from handlers.common.proofs import ProofSent, on_record, proof_sent, waiting_to_publish
from handlers.common.taking_in import take_in
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.lifecycle import publish, published_promises
from handlers.rules.incident.publication import must_follow_its_draft, shown_at
from handlers.rules.incident.reply_check import is_final
from handlers.rules.incident.result_publication import owes_the_public, publish_result
from handlers.rules.language import publication_words
from handlers.rules.language.commands import spoken
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.messages import Message, Reply, quoted_code
from handlers.rules.language.publication_words import PublicationWords
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts.public_address import addresses, without_addresses
from handlers.rules.refusal import Refusal
from handlers.rules.time import promises

VERBS = publication_words.VERBS
EXAMPLES = {
    "zh": ("已发布 12 https://weibo.com/1234567890/Ab1cD2eF3",),
    "en": ("published 12 https://weibo.com/1234567890/Ab1cD2eF3",),
}


LONGEST = 10_000
"""How many characters of a report are read. A longer one may take its words back further on: it publishes nothing."""


class PublicationReport(NamedTuple):
    """`guessed` if it may as well be a forwarded post: a number and a link alone, or a deferral that names nothing."""

    number: int | None
    urls: tuple[str, ...]
    words: PublicationWords
    guessed: bool = False


def parse(utterance: Utterance) -> PublicationReport | None:
    message = utterance.message
    if message.press is not None:
        return None
    text, complete = utterance.text[:LONGEST], len(utterance.text) <= LONGEST
    urls = tuple(dict.fromkeys((*addresses(text), *(link.url for link in message.links))))
    words = without_addresses(text)
    read = _read(message, words, shown=_shows(message, urls))
    if read is None:
        return _proof_alone(message, words, urls) if complete and _shows(message, urls) else None
    named = read.number is not None or quoted_code(message) is not None or spoken(words, VERBS) is not None
    read = read if complete else read._replace(publicity="not yet")
    return PublicationReport(read.number, urls, read, guessed=read.publicity == "not yet" and not named)


def _shows(message: Message, urls: tuple[str, ...]) -> bool:
    return bool(urls) or any(one.kind == "picture" for one in message.attachments)


def _read(message: Message, words: str, *, shown: bool) -> PublicationWords | None:
    return publication_words.read(words, shown=shown, spoken_to=message.addressed or message.quote is not None)


def _proof_alone(message: Message, words: str, urls: tuple[str, ...]) -> PublicationReport | None:
    """Return a publication that is nothing but its proof: behind a number, or quoting the bot's request for it."""
    numbers, rest = take_numbers(words)
    code = quoted_code(message)
    if rest.strip(" \n,，。:：") or (code is None and not (numbers and urls)):
        return None
    if code is not None and not (numbers or _is_asked_for(message, code[0])):
        return None
    return PublicationReport(numbers[0] if numbers else None, urls, PublicationWords("public"), guessed=bool(numbers))


def _is_asked_for(message: Message, number: int) -> bool:
    """Return whether the quoted message asks for the publication of its matter: 请回复：已发布 12 网址."""
    quoted = message.quote.text if message.quote else ""
    return re.search(rf"(?:{'|'.join(VERBS)})\s*{number}(?!\d)", quoted) is not None


async def handle(context: Context, asked: PublicationReport) -> None:
    case = await _meant(context, asked)
    if case is None:
        await take_in(context, context.message.text)
        return
    if asked.words.publicity == "not yet":
        raise Refusal("publish.not_yet", case=case)
    words = {"in_thread": asked.words.in_thread, "again": asked.words.again}
    sent = await proof_sent(context.message, asked.urls, **words)
    context.files_asked_for = sent.proof.missing and not asked.urls
    if owes_the_public(case):
        await _result(context, case, sent)
        return
    must_follow_its_draft(case, context.said_at)
    draft = case.approved_draft()
    moment = context.acted_in(case)
    dates = promises.find(draft.text, moment, case.institution.calendar) if draft else ()
    decision = publish(case, context.person, sent.proof, await on_record(case, sent), dates, moment)
    settled = published_promises(case, draft, dates, moment)
    shown = {"kept": settled.kept, "moved": settled.moved, "left": settled.left, "lapsed": settled.lapsed}
    kept = context.text("publish.promises", now=moment, **shown)
    last = _what_follows(context, case, decision, final=settled.settles and bool(draft and is_final(draft.text)))
    text = "\n".join(line for line in (_told(context, case, decision), kept, last) if line)
    await context.commit(case, decision, lambda _: (Reply(text=text), *_cards(context, case, decision)))


async def _result(context: Context, case: Case, sent: ProofSent) -> None:
    """Record where the result of an ended matter is public."""
    decision = publish_result(case, context.person, sent.proof, await on_record(case, sent))
    facts = {"by": context.person.id, "proof": [shown_at(place) for place in decision.published]}
    text = context.text("publish.result", case=case, **facts)
    await context.commit(case, decision, lambda _: (Reply(text=text),))


def _told(context: Context, case: Case, decision: Decision) -> str:
    """Return where the answer is public, whether it was in time, and what it promises."""
    at = context.acted_in(case)
    new = [duty for duty in decision.opened if duty.kind == "promise" and duty.due.at > at]
    met = [duty for duty in case.duties if duty.id in decision.met and duty.kind == "reply"]
    places = [shown_at(place) for place in decision.published]
    facts = {"by": context.person.id, "proof": places, "met": met, "promises": new, "at": at}
    return context.text("publish.done", case=case, **facts)


async def _meant(context: Context, asked: PublicationReport) -> Case | None:
    """Return the matter that is named, else the speaker's only one that waits to be published; None for a post."""
    code = quoted_code(context.message)
    number = asked.number or (code[0] if code else None)
    if number is not None and not asked.guessed:
        return await context.case(number)
    waiting = await waiting_to_publish(context)
    if number is not None:
        return next((case for case in waiting if case.number == number), None)
    if len(waiting) > 1:
        raise Refusal("publish.which", cases=waiting)
    if waiting:
        return waiting[0]
    return None if asked.guessed else await context.meant(None, EXAMPLES)


def _what_follows(context: Context, case: Case, decision: Decision, *, final: bool) -> str:
    """Return that the matter is closed as well, because its remedy is signed, or how to close it."""
    if decision.changes["stage"] == "resolved":
        return context.text(
            "resolve.closed", case=case, result=decision.changes["result"], at=context.acted_in(case), answered=True
        )
    return context.text("publish.then", case=case, final=final)


def _cards(context: Context, case: Case, decision: Decision) -> tuple[Reply, ...]:
    """Take the buttons off the requests that end, and off the matter if it closes."""
    gone = context.text("publish.no_mistake")
    requests = tuple(Reply(text=gone, update=request_card_id(change.id)) for change in decision.decided)
    if decision.changes["stage"] != "resolved":
        return requests
    facts = {"by": context.person.id, "outcome": decision.changes["outcome"], "at": context.acted_in(case)}
    return (
        *requests,
        Reply(text=context.text("resolve.card", case=case, **facts), update=incident_card_id(case.number)),
    )
