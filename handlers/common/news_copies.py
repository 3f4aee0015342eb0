"""Bring what is new in a matter to the groups of those who work on it, where it is discussed in another group."""

from collections.abc import Collection, Iterator, Sequence

from handlers.common.office import Office
from handlers.rules.incident.case import Case, Decision
from handlers.rules.language.messages import Reply
from storage.outbox import OutgoingMessage

NEWS = frozenset((
    "followed up", "joined", "named", "attached", "heat", "kind", "verified", "tier", "escalated", "superior", "calm",
    "origin", "positive", "merged in", "handed down", "order cancelled", "limit put off", "response level", "withdrawn",
    "resolved", "reopened",
))  # fmt: skip
"""Kinds of the events that tell of a matter what those who work on it have to know, and nothing of other matters."""
KEPT = frozenset(("note", "contact"))
"""Kinds of the events that are for who is there: notes, and talks with who raised the matter."""
TOLD_APART = KEPT | {"followed up", "attached", "heat"}
"""Kinds of the events that are for who is there if they are told one-to-one."""


def news_copies(
    office: Office, case: Case, decision: Decision, replies: Sequence[Reply], sent: Collection[OutgoingMessage]
) -> list[OutgoingMessage]:
    """Return copies of what is said for the groups of the lead and of the helpers that none of `sent` reaches.

    A copy has no buttons and calls nobody. Only what is said of news is copied.
    """
    said = next((one for one in replies if one.update is None and not one.to), None)
    if said is None or not office.institution.units or not NEWS & {event.kind for event in decision.events}:
        return []
    reached = {(one.channel, one.conversation) for one in sent}
    copy = Reply(text=said.text, attachments=said.attachments)
    return [
        office.outgoing(copy, *place, incident=case.number)
        for place in _at_work(office, case, decision)
        if place not in reached
    ]


def _at_work(office: Office, case: Case, decision: Decision) -> Iterator[tuple[str, str]]:
    """Yield the groups of the lead and the helpers once: a unit's own, or the office's for its departments."""
    institution = office.institution
    lead = decision.changes.get("department", case.incident.department)
    names = [name for name in (lead, *decision.changes.get("helpers", case.incident.helpers)) if name]
    units = dict.fromkeys(found.name if (found := institution.unit(name)) else None for name in names)
    for unit in units:
        group = office.bound_group(unit)
        if group and group.conversation and not (unit and case.recused(unit)):
            yield group.channel, group.conversation


def stays(office: Office, case: Case, decision: Decision, unit: str | None, *, private: bool) -> bool:
    """Return whether what is recorded is told where it was said and nowhere else, where there are units.

    A note is, and news that somebody of another body than the one in whose group the matter is discussed tells
    one-to-one; `unit` is the speaker's. What changes the matter is always told where it is discussed.
    """
    kinds = {event.kind for event in decision.events}
    if not office.institution.units or not kinds or decision.changes or decision.waived:
        return False
    apart = private and office.institution.unit_at(case.incident.channel, case.incident.conversation) != unit
    return kinds <= (TOLD_APART if apart else KEPT)
