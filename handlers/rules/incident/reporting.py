"""What is told within the institution: a report to the superiors, news, the bulletin of one matter, the summary.

Each takes the case, the actor and `now` (aware), and raises `Refusal` if it is not allowed.
"""

from datetime import datetime

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.duties import met
from handlers.rules.incident.news_words import tells_no_look
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.watching import done_once, looked_at, owned
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal


def reported(case: Case, actor: Person, text: str, now: datetime) -> Decision:
    """Record that the report to the superiors was made, by who owes it."""
    return _written(case, actor, text, "reported", "report", now)


def followed_up(case: Case, actor: Person, text: str, now: datetime) -> Decision:
    """Record news in the matter (续报), at any time, after the result too. They keep no promise to the public.

    They meet what their speaker owes, and of who watches the matter they are a look at it, unless the words tell of
    none. What people say whom the matter is about is their statement and meets nothing.
    """
    permit(case, actor, "follow_up")
    if case.incident.merged_into:
        raise Refusal("common.closed", case=case)
    if not text:
        raise Refusal("follow_up.empty", case=case)
    decision = Decision(events=(AuditEvent("followed up", {"text": text}),))
    if case.concerns(actor) or tells_no_look(text):
        return decision
    ids = tuple(duty.id for duty in owned(case, actor, "followed up"))
    return looked_at(case, actor, Decision(events=decision.events, met=ids), now)


def circulated(case: Case, actor: Person, text: str, now: datetime) -> Decision:
    """Record the situation bulletin of the matter (舆情通报), which is owed again until it is calm."""
    return _written(case, actor, text, "circulated", "situation", now)


def summarised(case: Case, actor: Person, text: str, now: datetime) -> Decision:
    """Record the written summary, which is owed after the result too, by whom the regime names."""
    return _written(case, actor, text, "summarised", "summary", now)


def _written(case: Case, actor: Person, text: str, event: str, kind: str, now: datetime) -> Decision:
    """Record what its owner has written. Refusal if it is not owed, or if others owe it."""
    permit(case, actor, "progress")
    if not met(case, event):
        raise Refusal("common.not_owed", case=case, kind=kind)
    duties = owned(case, actor, event)
    if not duties:
        owner = next(
            duty.owner for duty in case.duties if duty.state == "open" and duty.kind in case.regime.met_by(event)
        )
        raise Refusal("progress.not_the_owner", case=case, kind=kind, owner=owner)
    return done_once(case, Decision(events=(AuditEvent(event, {"text": text}),)), duties, now)
