"""What may be said of a matter: wording (口径), statements (声明) and press releases (通稿), signed before their use.

Each kind has editions of its own; the last signed one is given out, also while a newer one waits. A matter that is
opened again settles its wording again. Who signs is the regime's `[[wording]]`.
"""

from datetime import datetime
from typing import NamedTuple

from handlers.rules.incident.approval import superseded
from handlers.rules.incident.asking import put_to_approval
from handlers.rules.incident.case import AuditEvent, Case, Decision, RequestRow
from handlers.rules.incident.chain import WORDINGS
from handlers.rules.incident.permissions import permit
from handlers.rules.language.letters import letters
from handlers.rules.language.sentences import same_words, sentences
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

WORDED = "worded"
"""Kind of the event that puts wording before its signers."""
SHORTEST = 4


class SettledWording(NamedTuple):
    """Wording that is signed: its kind, edition and text, who signed last (id), and when (aware)."""

    kind: str
    edition: int
    text: str
    by: str | None
    at: datetime | None


def word(case: Case, actor: Person, kind: str, text: str) -> Decision:
    """Put wording before its signers. A newer edition replaces one of its kind that still waits.

    The matter stays in the hands that have it: what is owed for it does not wait for wording.
    """
    permit(case, actor, "wording")
    must_speak_for_itself(case)
    if letters(text) < SHORTEST:
        raise Refusal("wording.empty", case=case, kind=kind)
    edition = len(editions(case, kind)) + 1
    requested, _ = put_to_approval(case, kind, actor, text, {"edition": edition, "text": text})
    return Decision(
        events=(AuditEvent(WORDED, {"what": kind, "edition": edition, "text": text}),),
        requested=requested,
        decided=superseded(case, kind),
    )


def must_speak_for_itself(case: Case) -> None:
    """Raise Refusal if another matter speaks for this one, or it was none."""
    if case.incident.stage in ("merged", "withdrawn"):
        raise Refusal("common.closed", case=case)


def editions(case: Case, kind: str) -> tuple[RequestRow, ...]:
    """Return the editions of a kind of wording that were put to approval, in order."""
    return tuple(one for one in case.requests if one.kind == kind)


def settled(case: Case) -> tuple[SettledWording, ...]:
    """Return the wording that may be given out: the last signed edition of each kind."""
    last = {one.kind: one for one in case.requests if one.kind in WORDINGS and one.state == "approved"}
    return tuple(_settled(last[kind]) for kind in WORDINGS if kind in last)


def _settled(row: RequestRow) -> SettledWording:
    return SettledWording(row.kind, row.subject["edition"], row.subject.get("text", ""), row.decided_by, row.decided_at)


def beyond(case: Case, text: str) -> tuple[str, ...]:
    """Return the sentences of a text that stand in nothing which was signed: no wording, and not the public answer.

    Whole sentences are compared with their punctuation: a part of one, or another comma, may say the opposite.
    """
    public = case.incident.answer if case.incident.replied_at else None
    given = (*(one.text for one in settled(case)), public or "")
    signed = {same_words(one) for text in given for one in sentences(text)}
    said = sentences(text)
    return tuple(one for one in said if same_words(one) not in signed) if said else (text,)
