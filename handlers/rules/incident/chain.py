"""The chain of signatures of a reply, a plan or wording: decided when it is put to approval, kept with its request.

A chain only grows. What the tier, the kind or the words of the matter ask for later is added to it; what they ask for
no longer stays. Other requests take one signature.
"""

from collections.abc import Iterable, Sequence

from msgspec import structs

from handlers.rules.incident.case import Case, DraftRow, RequestRow
from handlers.rules.incident.chain_steps import CHIEF, ChainStep, GivenSignature, steps_from, widened
from handlers.rules.regime.approval_steps import reasons
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import ApprovalStep

WORDINGS = ("wording", "statement", "release")
"""The kinds of requests about what may be said of a matter, each with its own text: 口径, 声明, 通稿."""
CHAINED = ("reply", "plan", *WORDINGS)
"""The kinds of requests that a chain signs."""
ANY_LEADER = ApprovalStep(by=("leader", "chief"))
"""Who signs wording that none of the regime's steps is about."""


def chain_of(case: Case, request: RequestRow) -> tuple[ChainStep, ...]:
    """Return the steps of a request, with what the matter asks for by now; one step for what takes one signature."""
    if request.kind not in CHAINED:
        return (ChainStep("0"),)
    recorded = request.subject.get("chain")
    if recorded is None:
        return _without_record(case, request)
    if request.state != "pending":
        return steps_from(recorded)
    return widened(steps_from(recorded), asked_now(case, request.kind, text_to_sign(case, request)))


def first_chain(
    case: Case, kind: str, text: str, *, chief: bool = False, joined: Sequence[str] = ()
) -> tuple[ChainStep, ...]:
    """Return the chain of a text that is put to approval now. `chief` if it promises what the chief has to sign.

    `joined` are the texts of posts that joined the matter. What was asked for an earlier text that was not signed is
    asked for again, and what people added to the last one, signed or not.
    """
    asked = asked_now(case, kind, text, *joined)
    before = replaced(case, kind)
    approved = before is not None and before.state == "approved"
    steps_before = chain_of(case, before) if before else ()
    kept = [structs.replace(step, given=()) for step in steps_before if step.added is not None or not approved]
    steps = widened([step for step in kept if step.id != CHIEF], asked)
    return (*steps, ChainStep(CHIEF, by=("chief",), why=("promise",))) if chief else tuple(steps)


def replaced(case: Case, kind: str) -> RequestRow | None:
    """Return the last text of its kind, which a new one replaces, without those that were undone."""
    earlier = [one for one in case.requests if one.kind == kind and text_to_sign(case, one) is not None]
    return earlier[-1] if earlier else None


def text_to_sign(case: Case, request: RequestRow) -> str | None:
    """Return the text that a request is about: a draft, a plan, or wording; None if it has none."""
    if request.kind == "plan" or request.kind in WORDINGS:
        return str(request.subject.get("text", ""))
    edition = request.subject.get("edition")
    return next((draft.text for draft in case.drafts if draft.edition == edition), None)


def asked_now(case: Case, kind: str, *texts: str | None) -> tuple[ChainStep, ...]:
    """Return the steps that the matter asks for now, for a text beside the words of its post."""
    incident, regime = case.incident, case.regime
    found = (incident.title, incident.text, *(text or "" for text in texts))
    if kind == "plan":
        return _asked(((regime.plan,) if regime.plan else ()), incident.tier, incident.kind, found)
    if kind in WORDINGS:
        asked = _asked(regime.wording, incident.tier, incident.kind, found)
        return asked or _asked((ANY_LEADER,), incident.tier, incident.kind, found)
    return asked_of(regime, incident.tier, incident.kind, found)


def asked_of(regime: Regime, tier: str, kind: str | None, texts: Iterable[str] = ()) -> tuple[ChainStep, ...]:
    """Return the steps that a regime asks for a reply: by the tier, the kind and the words of its texts."""
    return _asked(regime.approval, tier, kind, tuple(texts))


def asked_by_kind_alone(case: Case, kind: str) -> tuple[ChainStep, ...]:
    """Return the steps under a reply or a plan that the matter's present kind asks for, and `kind` does not."""
    incident, regime = case.incident, case.regime
    found = (incident.title, incident.text)
    lost: list[ChainStep] = []
    for rules in (regime.approval, (regime.plan,) if regime.plan else ()):
        left = {one.id for one in _asked(rules, incident.tier, kind, found)}
        lost += [one for one in _asked(rules, incident.tier, incident.kind, found) if one.id not in left]
    return tuple(lost)


def _asked(rules: Iterable[ApprovalStep], tier: str, kind: str | None, texts: Iterable[str]) -> tuple[ChainStep, ...]:
    found = ((n, rule, reasons(rule, tier, kind, texts)) for n, rule in enumerate(rules))
    return tuple(_from_rule(n, rule, why) for n, rule, why in found if why is not None)


def _from_rule(n: int, rule: ApprovalStep, why: tuple[str, ...]) -> ChainStep:
    return ChainStep(str(n), rule.by, rule.of, needs=rule.needs, why=why)


def _without_record(case: Case, request: RequestRow) -> tuple[ChainStep, ...]:
    """Return the chain of a request that an earlier version put to approval: its steps are signed one by one."""
    steps = asked_now(case, request.kind, text_to_sign(case, request))
    if request.subject.get("chief"):
        steps = (*steps, ChainStep(CHIEF, by=("chief",), why=("promise",)))
    signed = [structs.replace(step, given=_everything(step)) for step in steps[: request.step]]
    return (*signed, *steps[request.step :])


def _everything(step: ChainStep) -> tuple[GivenSignature, ...]:
    return tuple(GivenSignature(place) for place in step.open_places)


def unsigned_by_now(case: Case, joined: Sequence[str] = ()) -> tuple[ChainStep, ...]:
    """Return the steps that the approved reply lacks, because the matter asks for more since its approval.

    What the head of a unit signed counts while the unit has the matter and it is general. `joined` are the texts of
    posts that joined the matter.
    """
    approved = [one for one in case.requests if one.kind == "reply" and one.state == "approved"]
    last = approved[-1] if approved else None
    if last is None or last.subject.get("chain") is None:
        return ()
    have = {step.id for step in steps_from(last.subject["chain"]) if not _of_a_unit_elsewhere(case, step)}
    asked = asked_now(case, "reply", text_to_sign(case, last), *joined)
    return tuple(step for step in asked if step.id not in have)


def _of_a_unit_elsewhere(case: Case, step: ChainStep) -> bool:
    """Return whether somebody of a unit signed a step of a matter that the unit has not, or that is not general."""
    signed = (case.institution.person(one.giver or one.by) for one in step.given)
    units = {case.institution.unit_of(one) for one in signed if one} - {None}
    return bool(units) and (case.incident.tier != "general" or units != {case.incident.department})


def plan_lacking(case: Case, joined: Sequence[str] = ()) -> bool:
    """Return whether the regime asks for a plan before a reply, and none is signed, or a newer one waits.

    The plan of a department that has passed the matter on is none of the present one. `joined` are the texts of posts
    that joined the matter.
    """
    if not asked_now(case, "plan", *joined):
        return False
    own = case.incident.department
    plans = [one for one in case.requests if one.kind == "plan" and one.subject.get("department", own) == own]
    return bool(case.pending("plan")) or not any(one.state == "approved" for one in plans)


def publishable_draft(case: Case, joined: Sequence[str] = ()) -> DraftRow | None:
    """Return the approved draft, if it is public already or nobody has to sign it besides by now."""
    draft = case.approved_draft()
    public = draft is not None and case.incident.replied_at is not None and case.incident.answer == draft.text
    return draft if public or not unsigned_by_now(case, joined) else None
