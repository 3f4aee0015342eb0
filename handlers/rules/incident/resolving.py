"""What `办结` and `无法公开答复` decide: close the matter, or ask a leader to sign a remedy or an excuse.

Each takes the case and the actor, and raises `Refusal` with what is missing and what to do instead.
"""

from datetime import datetime
from typing import Any

from msgspec import Struct

from handlers.rules.incident.approval import superseded
from handlers.rules.incident.case import AuditEvent, Case, Decision, NewRequest, approver
from handlers.rules.incident.closing import close, excused, must_be_answered, public_lack, signed_remedy
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.promise_keeping import open_promises
from handlers.rules.incident.results import ResultKind, adopts, classify, clause_kind, clauses, unlabelled
from handlers.rules.incident.signers import first_approver
from handlers.rules.language.folding import normalize
from handlers.rules.language.letters import letters
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Person
from handlers.rules.posts.public_address import without_addresses
from handlers.rules.refusal import Refusal

SHORTEST_REASON = 4
"""How many characters a reason has at least."""
NO_REASON: tuple[ResultKind, ...] = ("question", "intention")
_NO_GROUND = LazyPattern(
    r"(?:因为?|由于|目前|暂时?|现在)?(?:我们|大家|领导)?(?:工作|情况|问题|比较|实在|确实|太|很|最近)*"
    r"(?:繁?忙|没有?(?:时间|空|必要|理由|意义|办法)(?:答复|回复|回)?|懒得[答回]复?|原因不明|特殊|复杂|敏感"
    r"|(?:不想|不愿意?|不敢|不便|不方便|不好|不宜|不用|不必|不需要?|不能|无法|暂缓|缓)(?:公开|对外)?(?:答复?|回复?|说)?"
    r"|不让(?:答复|回复|说|回)?|按?(?:领导)?(?:指示|要求|安排|意见|的意思))了?"
    r"|(?:(?:because|we|are|is|it|too|very) )*(?:busy|no time|no reason|no need|not (?:needed|necessary|possible)"
    r"|(?:don.t|do not) (?:want|wish|need)(?: to)?(?: answer)?|sensitive|complicated|because)"
)
"""A clause of a reason that names no ground: that one is busy, would rather not, or was told not to."""
_TRANSFERRED = LazyPattern(
    r"转[交送办派给至到请由]|移[交送]|交由|管辖|受理|transfer|forward|passed (?:it )?(?:on|to)|referred|handed"
)


class Evidence(Struct, frozen=True):
    """What came with a result: addresses of public pages, stored files, or words that name what it rests on.

    `missing` if a picture or file came that could not be stored.
    """

    urls: tuple[str, ...] = ()
    files: tuple[int, ...] = ()
    words: bool = False
    missing: bool = False

    @property
    def kept(self) -> bool:
        return bool(self.urls or self.files)


def resolve(case: Case, actor: Person, outcome: str | None, result: str, evidence: Evidence, now: datetime) -> Decision:
    """Close the matter by an answer that the public can read, or put its remedy before a leader; never by a removal."""
    case.must_be_open()
    permit(case, actor, "resolve")
    if outcome is None and case.incident.outside and classify(result) == "transfer":
        outcome = "transferred"
    _must_say_what(case, outcome, result)
    if outcome == "remedied" and (evidence.kept or public_lack(case)):
        return _ask_remedy(case, actor, result, evidence)
    _must_have_happened(case, outcome, evidence)
    named = outcome if outcome and outcome != "remedied" else "answered"
    return close(case, named, result, now, superseded(case))


def _must_have_happened(case: Case, outcome: str | None, evidence: Evidence) -> None:
    """Raise Refusal if the public was not answered, or if nothing shows the outcome."""
    if outcome == "transferred":
        _must_be_transferred(case)
        return
    must_be_answered(case)
    shown = evidence.kept or evidence.words or case.incident.verdict in ("untrue", "partly")
    if outcome == "clarified" and not shown:
        raise Refusal("resolve.what_evidence", case=case)


def _must_say_what(case: Case, outcome: str | None, result: str) -> None:
    """Raise Refusal if the words do not say what was done; an answer that is missing is said first."""
    kind = classify(result)
    if kind == "done" or (outcome == "adopted" and adopts(result)):
        return
    if outcome == "transferred" and kind in ("transfer", "filler") and case.incident.outside:
        return
    if outcome == "transferred" and kind not in ("question", "negation") and case.incident.outside is None:
        raise Refusal("resolve.not_transferred", case=case)
    if kind in ("filler", "empty") and outcome != "remedied":
        must_be_answered(case)
    raise Refusal("resolve.no_result", case=case, kind=kind, outcome=outcome)


def _ask_remedy(case: Case, actor: Person, result: str, evidence: Evidence) -> Decision:
    """Put a remedy and its proof before a leader. A newer one replaces an older one that still waits."""
    if signed_remedy(case):
        raise Refusal("resolve.remedy_signed", case=case, lack=public_lack(case), promises=open_promises(case))
    if not evidence.kept:
        raise Refusal("resolve.what_proof", case=case, missing=evidence.missing, lack=public_lack(case))
    signs = first_approver(case, "remedy", actor)
    words = without_addresses(result)
    subject: dict[str, Any] = {"result": words, "proof": [*evidence.urls], "files": [*evidence.files]}
    return Decision(
        events=(AuditEvent("remedy asked", subject),),
        changes={"holder": approver(signs)},
        requested=NewRequest("remedy", subject),
        decided=superseded(case, "remedy"),
    )


def _must_be_transferred(case: Case) -> None:
    """Raise Refusal if no outside body has the matter, or if the public was not told that."""
    if case.incident.outside is None:
        raise Refusal("resolve.not_transferred", case=case)
    if excused(case):
        return
    answer = normalize(case.incident.answer or "").casefold()
    named = normalize(case.incident.outside).casefold() in answer or _TRANSFERRED.search(answer)
    if case.incident.replied_at is None or open_promises(case):
        must_be_answered(case)
    if not named:
        raise Refusal("resolve.transfer_untold", case=case)


def ask_unanswerable(case: Case, actor: Person, reason: str) -> Decision:
    """Ask a leader to sign why nobody can be answered in public. A newer reason replaces one that still waits."""
    case.must_be_open()
    permit(case, actor, "unanswerable")
    if case.incident.replied_at:
        raise Refusal("unanswerable.answered", case=case)
    if case.incident.unanswerable:
        raise Refusal("unanswerable.signed", case=case)
    if not _is_reason(reason):
        raise Refusal("unanswerable.reason", case=case)
    signs = first_approver(case, "unanswerable", actor)
    return Decision(
        events=(AuditEvent("unanswerable asked", {"reason": reason}),),
        changes={"holder": approver(signs)},
        requested=NewRequest("unanswerable", {"reason": reason}),
        decided=superseded(case, "unanswerable"),
    )


def _is_reason(text: str) -> bool:
    """Return whether a reason says why nobody can be answered: 工作太忙, 不方便答复 and 正在处理 do not."""
    if letters(text) < SHORTEST_REASON or classify(text) in NO_REASON:
        return False
    return any(clause_kind(one) != "half" and not _NO_GROUND.fullmatch(one) for one in clauses(unlabelled(text)))
