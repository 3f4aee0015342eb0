"""A proposed handling opinion (拟办意见): what the desk proposes to a leader, who instructs on it, or otherwise.

It is no request: nobody's yes signs it, and nothing waits for it.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.watching import done_once, owned
from handlers.rules.language.letters import letters
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.listeners import listening

SHORTEST = 4
"""How many characters an opinion has at least."""
_AS_PROPOSED = LazyPattern(r"(?:同意)?(?:照|按)(?:此)?拟办(?:意见)?(?:办理?|执行)?|as proposed")


def receivers(case: Case) -> tuple[Person, ...]:
    """Return who gets the opinion: those whom the regime names, else the leader in charge; nobody whom it is about."""
    rule = case.regime.rule("opinion", case.incident.tier)
    told = listening(case.institution, (rule.to if rule else ()) or ("leader",), case.incident.department)
    return recusal.told(told, case.incident.about, case.institution)


def propose(case: Case, actor: Person, text: str, to: Sequence[Person], now: datetime) -> Decision:
    """Record the opinion; a newer one replaces it. `to` are those who get it."""
    case.must_be_open()
    permit(case, actor, "propose")
    if letters(text) < SHORTEST:
        raise Refusal("propose.empty", case=case)
    event = AuditEvent("proposed", {"text": text, "to": [one.id for one in to]})
    return done_once(case, Decision(events=(event,)), owned(case, actor, "proposed"), now)


def takes_over(words: str) -> bool:
    """Return whether an instruction says no more than that the opinion is to be followed: 照拟办, as proposed."""
    return _AS_PROPOSED.fullmatch(words.strip(" 。.!！,，").casefold()) is not None
