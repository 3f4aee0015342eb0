"""Whether what was sent proves that an answer is public: the address of a page, or a picture that was stored.

On message boards the answer is often on the page of the question. That page alone proves nothing: a picture, or words
that say where on it the answer is (跟帖, 3楼), do. What proves another matter already is asked about first.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from handlers.rules.incident.case import Case, DraftRow, NewPublication
from handlers.rules.incident.chain import publishable_draft
from handlers.rules.posts.links import LinkError, fingerprint
from handlers.rules.posts.public_address import objection, site_name
from handlers.rules.refusal import Refusal

PublishedRow = Mapping[str, Any]
"""An earlier publication of a matter: edition, cycle, fingerprint, and the picture's digest."""


class ProofPicture(Struct, frozen=True):
    id: int
    digest: str


class Proof(Struct, frozen=True):
    """What was sent: addresses, stored pictures, and what the words say about them.

    `missing` if a picture did not arrive, `in_thread` if the answer stands on the page of the question, `again` if the
    speaker says that one page or picture serves twice.
    """

    urls: tuple[str, ...] = ()
    pictures: tuple[ProofPicture, ...] = ()
    missing: bool = False
    in_thread: bool = False
    again: bool = False

    @property
    def words(self) -> dict[str, bool]:
        """What the speaker said of the proof, for the record."""
        return {name: True for name in ("in_thread", "again") if getattr(self, name)}


class OnRecord(Struct, frozen=True):
    """What is known of the addresses and pictures: the matter's posts and publications, and other matters' proofs.

    `posts` are addresses; `elsewhere` maps fingerprints and `seen` digests of pictures to the matter that has them.
    `joined` are the texts of posts that joined the matter, if its regime looks for words in them.
    """

    posts: tuple[str, ...] = ()
    earlier: Sequence[PublishedRow] = ()
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)
    joined: Sequence[str] = ()


def unpublished(case: Case, earlier: Sequence[PublishedRow]) -> DraftRow | None:
    """Return the approved draft if it is not public yet: never published in this cycle, or gone since."""
    draft = publishable_draft(case)
    return None if draft is None or (case.incident.replied_at and _was_public(case, draft, earlier)) else draft


def _was_public(case: Case, draft: DraftRow, earlier: Sequence[PublishedRow]) -> bool:
    return any((row["cycle"], row["edition"]) == (case.incident.cycle, draft.edition) for row in earlier)


def places(case: Case, draft: DraftRow, proof: Proof, known: OnRecord) -> tuple[NewPublication, ...]:
    """Return where the draft is public by this proof. Refusal that says what is missing and what to send instead."""
    urls = _public_urls(case, proof)
    for url in urls:
        _must_prove(case, url, proof, known)
    for picture in proof.pictures:
        if picture.digest in known.seen and not proof.again:
            raise Refusal("publish.same_picture", case=case, number=known.seen[picture.digest])
    files = [picture.id for picture in proof.pictures]
    shown = [NewPublication(draft.edition, url, fingerprint(url)) for url in urls] or [NewPublication(draft.edition)]
    return (_with_file(shown[0], files), *shown[1:])


def shown_at(place: NewPublication) -> str:
    """Return how the record names a place: its address, else its picture by its number in storage, "picture:7"."""
    return place.url or f"picture:{place.file}"


def _with_file(place: NewPublication, files: Sequence[int]) -> NewPublication:
    return NewPublication(place.edition, place.url, place.fingerprint, files[0] if files else None)


def _public_urls(case: Case, proof: Proof) -> tuple[str, ...]:
    """Return the addresses that are pages in public; those that are none count for nothing beside a picture."""
    objections = {url: objection(url) for url in proof.urls}
    urls = tuple(url for url, why in objections.items() if why is None)
    if urls or proof.pictures:
        return urls
    if proof.missing:
        raise Refusal("publish.picture_missing", case=case)
    if objections:
        url, why = next(iter(objections.items()))
        raise Refusal("publish.address", case=case, url=url, why=why)
    raise Refusal("publish.no_proof", case=case)


def _must_prove(case: Case, url: str, proof: Proof, known: OnRecord) -> None:
    """Raise Refusal if the address is on the wrong site, or answers another matter already."""
    sites = _of_each(site_name, known.posts)
    if case.regime.publication.where == "same site" and sites and site_name(url) not in sites:
        raise Refusal("publish.other_site", case=case, url=url, posts=known.posts)
    other = known.elsewhere.get(fingerprint(url))
    if other is not None and not proof.again:
        raise Refusal("publish.used", case=case, url=url, number=other)
    if not (proof.pictures or proof.in_thread):
        _must_be_new(case, url, proof, known)


def _must_be_new(case: Case, url: str, proof: Proof, known: OnRecord) -> None:
    """Raise Refusal if the page is that of the question or of an earlier answer: nothing shows the new one on it."""
    own = fingerprint(url) in _of_each(fingerprint, known.posts)
    repeated = fingerprint(url) in [row["fingerprint"] for row in known.earlier] and not proof.again
    if (own or repeated) and proof.missing:
        raise Refusal("publish.picture_missing", case=case)
    if own:
        raise Refusal("publish.own_page", case=case, url=url)
    if repeated:
        raise Refusal("publish.repeated", case=case, url=url)


def _of_each(what: Callable[[str], str], urls: Sequence[str]) -> set[str]:
    """Return the site or the fingerprint of each address; what is no web address has none."""
    found = set()
    for url in urls:
        with suppress(LinkError):
            found.add(what(url))
    return found


def must_follow_its_draft(case: Case, said_at: datetime) -> None:
    """Refuse a report of a publication that was said before the text was written which it would make public."""
    approved = [request for request in case.requests if request.kind == "reply" and request.state == "approved"]
    if approved and said_at < approved[-1].asked_at:
        raise Refusal("publish.older", case=case)
