"""Load what a message brings as proof, and what is on record of its addresses and pictures."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.joined_texts import joined_texts
from handlers.rules.incident.case import Case
from handlers.rules.incident.publication import OnRecord, Proof, ProofPicture, unpublished
from handlers.rules.language.messages import Message
from handlers.rules.posts.links import LinkError, fingerprint
from storage import files, publications, reports


class ProofSent(NamedTuple):
    """A message's proof, and the matters that its pictures belong to already, by digest."""

    proof: Proof
    seen: dict[str, int]


async def proof_sent(message: Message, urls: tuple[str, ...] = (), **words: bool) -> ProofSent:
    """Load the pictures of a message that were stored and are pictures; `words` are what it says about them."""
    shown = [one for one in message.attachments if one.kind == "picture"]
    kept = [one for one in await files.facts([one.id for one in shown if one.id is not None]) if one.is_picture]
    pictures = tuple(ProofPicture(one.id, one.digest) for one in kept)
    there = {one.id for one in kept}
    proof = Proof(urls, pictures, missing=any(one.id not in there for one in shown), **words)
    return ProofSent(proof, await files.sent_before([one.digest for one in kept]))


async def on_record(case: Case, sent: ProofSent) -> OnRecord:
    """Load what is known of a proof: the matter's posts and publications, and the matters that it proves already."""
    posts = [str(post["url"]) for post in await reports.posts(case.number) if post["url"]]
    elsewhere = await publications.answered_at(_marks(sent.proof.urls))
    others = {mark: number for mark, number in elsewhere.items() if number != case.number}
    joined = await joined_texts(case)
    return OnRecord(tuple(posts), await publications.of_incident(case.number), others, sent.seen, joined)


async def proved_elsewhere(case: Case, urls: tuple[str, ...], digests: Sequence[str]) -> tuple[int, ...]:
    """Return the other matters that these pages or files prove already, as an answer or as a remedy."""
    marks = set(_marks(urls))
    remedies = await publications.remedies_shown_at() if marks else []
    shown = {number for number, pages in remedies if marks.intersection(_marks(pages))}
    answered = (await publications.answered_at(sorted(marks))).values()
    kept = (await files.sent_before(digests)).values()
    return tuple(sorted({*shown, *answered, *kept} - {case.number}))


async def waiting_to_publish(context: Context) -> list[Case]:
    """Load the matters of the speaker whose approved reply is not public yet; for the desk those of all."""
    person = context.person
    everything = person.has("office", "officer")
    numbers = await publications.unpublished(None if everything else person.department)
    cases = await context.cases(numbers if everything or person.department else [])
    return [case for case in cases if unpublished(case, await publications.of_incident(case.number))]


def _marks(urls: tuple[str, ...]) -> list[str]:
    marks = []
    for url in urls:
        try:
            marks.append(fingerprint(url))
        except LinkError:
            continue
    return marks
