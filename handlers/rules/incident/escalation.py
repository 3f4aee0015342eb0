"""Decisions beside the main line: tiers, instructions, verification, transfer.

Each takes the case, the actor and `now` (aware), and raises `Refusal` if it is not allowed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.rules.incident.always_owed import still_owed
from handlers.rules.incident.approval import superseded
from handlers.rules.incident.asking import grown
from handlers.rules.incident.case import OPEN_STAGES, AuditEvent, Case, Decision
from handlers.rules.incident.duties import (
    CALM,
    TRANSFERRED,
    met,
    of_kinds,
    of_verdict,
    owed,
    stricter,
)
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.incident.watching import looked_at, watched_again
from handlers.rules.language.folding import normalize
from handlers.rules.language.letters import letters
from handlers.rules.language.masking import mask
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Department, Institution, Person
from handlers.rules.people.names import department_named
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import higher
from handlers.rules.regime.regime_parts import Starts, Tier
from handlers.rules.regime.tiers import Heat, by_heat, by_superior, manual, next_above

LONGEST_BODY = 40
"""Maximum length (characters) of an outside body's name; anything longer is a sentence."""
_OURS = LazyPattern(r"^(?:本|我们?)(?:校|单位|局|院|公司|镇|园区?)?的?")
FOLLOWS: dict[str, Starts] = {
    "true": "found true", "partly": "found partly", "untrue": "found untrue", "unknown": "found unknown"
}  # fmt: skip
"""What begins with each verdict."""


def heat(case: Case, actor: Person, seen: Heat, now: datetime, known: Mapping[str, int] | None = None) -> Decision:
    """Record how far the posts have spread; the tier rises with it. Who watches the matter has looked at it so.

    What a unit counts is recorded alone: the office judges whether its matter is graver (`asks_the_office`).
    A count above the highest on record (`known`, by name) begins the watch again of a matter that had calmed.
    """
    case.must_be_open()
    permit(case, actor, "heat")
    data = {name: getattr(seen, name) for name in ("views", "comments", "reposts") if getattr(seen, name) is not None}
    tier = by_heat(case.regime, seen)
    tier = "general" if asks_the_office(case, actor, tier) else tier
    decision = raised(case, tier, now, AuditEvent("heat", data))
    decision = decision if decision.changes else looked_at(case, actor, decision, now)
    rises = any(count > (known or {}).get(name, count) for name, count in data.items())
    return watched_again(case, decision, now) if rises else decision


def asks_the_office(case: Case, actor: Person, tier: Tier) -> Tier | None:
    """Return the tier that somebody of a unit asks for with a count or a kind, above the matter's; None for none."""
    return tier if _of_unit(case, actor) and higher(tier, case.incident.tier) else None


def _of_unit(case: Case, actor: Person) -> bool:
    return case.institution.unit_of(actor) is not None and not actor.has(*DESK_ROLES, *LEADERS)


def escalate(case: Case, actor: Person, tier: Tier, reason: str, now: datetime) -> Decision:
    """Raise the matter to a higher tier because a person judges so."""
    case.must_be_open()
    permit(case, actor, "escalate")
    must_be_above_units(case, actor, Refusal("unit.raises", case=case))
    if tier not in manual(case.regime):
        raise Refusal("escalate.no_such_tier", case=case, tiers=manual(case.regime))
    if not higher(tier, case.incident.tier):
        raise Refusal("escalate.not_higher", case=case, tier=tier)
    if not letters(reason):
        raise Refusal("escalate.reason", case=case, tier=tier)
    return raised(case, tier, now, AuditEvent("escalated", {"to": tier, "reason": reason}))


def must_be_above_units(case: Case, actor: Person, refusal: Refusal) -> None:
    """Raise Refusal if somebody of a unit would judge how grave its matter is: it hands the matter up to the office."""
    if _of_unit(case, actor):
        raise refusal


def raised(
    case: Case,
    tier: str,
    now: datetime,
    event: AuditEvent,
    also: Mapping[str, Any] | None = None,
    said: str = "",
) -> Decision:
    """Raise the matter to `tier`, if that is higher than its own: stricter duties from now on, nothing due later.

    What waits for signatures may need more of them; `also` are other columns that change with it, and `said` is
    the text of a post that joins it.
    """
    if not higher(tier, case.incident.tier):
        return grown(case, Decision(events=(event,), changes=dict(also or {})), said)
    fresh, moved = stricter(case, tier, now)
    decision = Decision(
        events=(event, AuditEvent("tier", {"from": case.incident.tier, "to": tier})),
        changes={"tier": tier, **(also or {})},
        waived=of_kinds(case, "calm"),
        opened=fresh,
        moved=moved,
    )
    return grown(case, decision, said)


def not_calm(case: Case, duty: int, now: datetime) -> Decision | None:
    """Raise a matter that has not calmed in the time of a duty to the next tier.

    Return None if there is none above, or if the duty is not open any more: it has calmed, or has risen with it.
    """
    above, owed = next_above(case.regime, case.incident.tier), case.open_duty(CALM)
    if (
        above is None
        or case.regime.tier[above].unless_calm is None
        or case.incident.stage not in OPEN_STAGES
        or owed is None
        or owed.id != duty
    ):
        return None
    return raised(case, above, now, AuditEvent("not calm"))


def superior(case: Case, actor: Person, text: str, now: datetime) -> Decision:
    """Record a superior body's instruction; some regimes make the matter critical."""
    case.must_be_open()
    permit(case, actor, "superior")
    must_be_above_units(case, actor, Refusal("unit.instructed_above", case=case))
    return raised(case, by_superior(case.regime), now, AuditEvent("superior", {"text": text}))


def verify(case: Case, actor: Person, verdict: str, text: str, now: datetime) -> Decision:
    """Record what the department found: true, partly, untrue or unknown; the regime's next duty depends on it."""
    case.must_be_open()
    permit(case, actor, "verify")
    follows = owed(case.regime, case.institution, case.incident.tier, now, (FOLLOWS[verdict],))
    fresh = tuple(duty for duty in follows if case.open_duty(duty.kind) is None)
    decision = Decision(
        events=(AuditEvent("verified", {"verdict": verdict, "text": text}),),
        changes={"verdict": verdict},
        met=met(case, "verified"),
        waived=_corrected(case, verdict),
        opened=fresh,
    )
    return still_owed(case, decision, now)


def _corrected(case: Case, verdict: str) -> tuple[int, ...]:
    """Return the ids of the duties that an earlier verdict began and the new one does not."""
    before = case.incident.verdict
    return of_verdict(case, FOLLOWS[before], FOLLOWS[verdict]) if before and before != verdict else ()


def transfer(case: Case, actor: Person, body: str, reason: str) -> Decision:
    """Transfer the matter from its department to an outside body; the desk goes on owing the public an answer."""
    case.must_be_open()
    permit(case, actor, "transfer")
    body = mask(body)
    if not body or len(body) > LONGEST_BODY:
        raise Refusal("transfer.whom", case=case)
    own = _own(case.institution, body, reason)
    if own is not None:
        raise Refusal("transfer.own", case=case, department=own.name)
    return Decision(
        events=(AuditEvent("transferred", {"to": body, "reason": reason, "from": case.incident.department}),),
        changes={
            "department": None,
            "outside": body,
            "helpers": [],
            "holder": f"outside:{body}",
            "stage": "unassigned" if case.incident.stage != "replied" else "replied",
        },
        waived=of_kinds(case, *TRANSFERRED),
        decided=superseded(case),
    )


def _own(institution: Institution, body: str, reason: str) -> Department | None:
    """Return the institution's department that a body names; a name of several words runs on into the reason."""
    said = normalize(f"{body} {reason}").casefold()
    begins = (d for d in institution.departments for n in (d.name, *d.aliases) if said.startswith(f"{n.casefold()} "))
    return department_named(_OURS.sub("", body.removeprefix(institution.name)), institution) or next(begins, None)
