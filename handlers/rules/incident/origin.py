"""How a matter came here (来源): said at the opening, and corrected by the desk or a leader."""

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.permissions import permit
from handlers.rules.language.masking import mask
from handlers.rules.people.institution import Person
from handlers.rules.posts.origins import Came
from handlers.rules.refusal import Refusal

LONGEST_NAME = 40
"""Maximum length (characters) of the name of a body; anything longer is a sentence."""


def body_named(came: Came) -> str | None:
    """Return the body's name as it is kept, None without one, or if the words are no name."""
    return mask(came.body)[:LONGEST_NAME] if came.body else None


def set_origin(case: Case, actor: Person, came: Came | None) -> Decision:
    """Correct how the matter came here; it may have ended. Refusal if the words name no origin (None).

    What is handed down is not said here: it has an issuing body and a report that is owed to it.
    """
    permit(case, actor, "origin")
    if case.incident.merged_into:
        raise Refusal("common.closed", case=case)
    if came is None:
        raise Refusal("origin.which", case=case)
    if came.origin == "handed":
        raise Refusal("origin.hand_down", case=case)
    body = body_named(came)
    if (came.origin, body) == (case.incident.origin, case.incident.origin_body):
        raise Refusal("origin.same", case=case)
    event = AuditEvent("origin", {"from": case.incident.origin, "to": came.origin, "body": body})
    return Decision(events=(event,), changes={"origin": came.origin, "origin_body": body})
