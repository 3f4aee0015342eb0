"""`办结 12 …` / `resolve 12 …`: close a matter by an answer that the public can read, or by a remedy with proof.

The words say what was done. `办结 12 整改：更换供货商` with a picture, a document or an address asks a leader to sign
the remedy; it closes the matter once the public is answered too, or a leader has signed why nobody can be.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from handlers.common.cards import incident_card_id, request_card_id, to_decide
from handlers.common.context import Context
from handlers.common.proofs import proved_elsewhere
from handlers.common.whole_words import for_the_record
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.closing import excused, public_lack
from handlers.rules.incident.promise_keeping import open_promises
from handlers.rules.incident.resolving import Evidence, resolve
from handlers.rules.incident.signers import first_approver
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Attachment, Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.links import LinkError, fingerprint
from handlers.rules.posts.public_address import addresses, objection
from storage import audit, files, reports
from storage.changes import Written
from storage.files import StoredFile

VERBS = ("办结", "结案", "resolve", "resolved", "close")
EXAMPLES = {
    "zh": ("办结 12 已更换筛网并公布检测结果", "办结 12 整改：更换供货商，食堂停业检修"),
    "en": ("resolve 12 sieve replaced, lab results published", "resolve 12 remedied: supplier replaced"),
}
OUTCOME_WORDS = {
    "answered": ("已答复", "答复", "已回复", "answered"),
    "remedied": ("已整改", "整改", "已修复", "已解决", "remedied", "mended", "fixed"),
    "adopted": ("已采纳", "采纳", "adopted"),
    "clarified": ("已澄清", "澄清", "clarified"),
    "transferred": ("已转办", "转办", "已移交", "transferred"),
}
_EVIDENCE = LazyPattern(
    r"证据|证明|检测|检验|鉴定|监控|通报|公告|报告|记录|核查|调查|经查|见附|evidence|report|record|test|found",
    re.IGNORECASE,
)


class Resolution(NamedTuple):
    number: int | None
    outcome: str | None
    result: str
    addresses: tuple[str, ...] = ()


def parse(utterance: Utterance) -> Resolution | None:
    found = utterance.command(VERBS)
    if found is None:
        return None
    cards = tuple(link.url for link in utterance.message.links)
    return Resolution(found.number, _outcome(found.rest), found.rest, (*addresses(found.rest), *cards))


def _outcome(text: str) -> str | None:
    normalized = normalize(text).casefold()
    return next((outcome for outcome, words in OUTCOME_WORDS.items() if normalized.startswith(words)), None)


async def handle(context: Context, asked: Resolution) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    shown = await _shown(context, case)
    evidence = Evidence(
        urls=await _public(asked.addresses, case.number),
        files=tuple(file.id for file in shown),
        words=bool(_EVIDENCE.search(asked.result)),
        missing=any(one.id is None for one in context.message.attachments),
    )
    decision = resolve(case, context.person, asked.outcome, asked.result, evidence, context.now)
    if decision.requested:
        await _ask(context, case, decision, shown)
    else:
        await _announce(context, case, decision)


async def _shown(context: Context, case: Case) -> list[StoredFile]:
    """Load the files that came with the message; without any, those that were attached to the matter since it began."""
    ids = [one.id for one in context.message.attachments if one.id is not None]
    return await files.facts(ids or await _attached(case))


async def _attached(case: Case) -> list[int]:
    since = case.incident.cycle_at or case.incident.found_at
    lines = [line for line in await audit.history(case.number) if line["kind"] == "attached" and line["at"] >= since]
    return [file["id"] for line in lines for file in line["data"]["files"]]


async def _public(urls: Iterable[str], number: int) -> tuple[str, ...]:
    """Return the addresses of public pages; that of the matter's own post shows no remedy."""
    own = set(_marks(post["url"] for post in await reports.posts(number) if post["url"]))
    return tuple(url for url in urls if objection(url) is None and fingerprint(url) not in own)


def _marks(urls: Iterable[str]) -> Iterator[str]:
    for url in urls:
        try:
            yield fingerprint(url)
        except LinkError:
            continue


async def _ask(context: Context, case: Case, decision: Decision, shown: list[StoredFile]) -> None:
    """Put the remedy before a leader, with its proof."""
    signs = first_approver(case, "remedy", context.person)
    subject: dict[str, Any] = dict(decision.requested.subject) if decision.requested else {}
    lack = None if excused(case) else public_lack(case)
    used = await proved_elsewhere(case, tuple(subject["proof"]), [file.digest for file in shown])

    def replies(written: Written) -> tuple[Reply, ...]:
        facts: dict[str, Any] = {"case": case, "request": written.request, "subject": subject, "files": shown}
        facts |= {"lack": lack, "used": used}
        text = context.text("resolve.ask", people=(signs,), by=context.person.id, promises=open_promises(case), **facts)
        title = context.text("resolve.card_title", case=case)
        card = to_decide(context.office, written.request or 0, title, ())
        return (Reply(text=text, mentions=(signs.id,), card=card, attachments=tuple(map(_attachment, shown))),)

    gone = context.text("resolve.overtaken")
    overtaken = [Reply(text=gone, update=request_card_id(change.id)) for change in decision.decided]
    await context.commit(case, decision, replies, before=lambda _: overtaken)


def _attachment(file: StoredFile) -> Attachment:
    return Attachment(kind="picture" if file.is_picture else "file", name=file.name, id=file.id)


async def _announce(context: Context, case: Case, decision: Decision) -> None:
    outcome, result = decision.changes["outcome"], decision.changes["result"]
    facts = {"case": case, "by": context.person.id, "outcome": outcome, "at": context.acted_in(case)}
    cards = [incident_card_id(case.number), *(request_card_id(change.id) for change in decision.decided)]
    text = context.text("resolve.done", result=result, **facts)
    done = context.text("resolve.card", **facts)
    replies = (
        await for_the_record(context, case, Reply(text=text), result),
        *(Reply(text=done, update=card) for card in cards),
    )
    await context.commit(case, decision, lambda _: replies)
