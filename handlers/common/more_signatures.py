"""Tell who has to sign besides, where a change of the matter asks for more signatures of what waits."""

from collections.abc import Collection, Sequence
from typing import Any

from handlers.common.cards import to_decide
from handlers.common.joined_texts import JOINS
from handlers.common.office import Office
from handlers.rules.incident.asking import ADDED_SIGNATURES, once_made
from handlers.rules.incident.case import Case, Decision, RequestRow
from handlers.rules.incident.chain import chain_of, publishable_draft, text_to_sign, unsigned_by_now
from handlers.rules.incident.signers import asked_at_once
from handlers.rules.incident.unit_signatures import VOID
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import Person


def more_signatures(office: Office, case: Case, decision: Decision) -> tuple[Reply, ...]:
    """Return a message for each request that needs more signatures because of a change of tier, kind or words.

    It puts the text before who is asked to sign now; whose text was approved before is told that more is needed. What a
    person adds is told by their own command.
    """
    grown: dict[int, list[str]] = {}
    for event in decision.events:
        if event.kind == ADDED_SIGNATURES and event.data["rule"]:
            grown.setdefault(event.data["request"], []).append(event.data["step"])
    after = once_made(case, decision)
    notices = tuple(_notice(office, after, request, steps) for request, steps in grown.items())
    notices += _moved(office, case, after, decision, grown) if "tier" in decision.changes else ()
    joined = [event.data["text"] for event in decision.events if event.kind in JOINS and event.data.get("text")]
    changed = joined or {"tier", "kind"} & {*decision.changes}
    return notices if grown or not changed else (*notices, *_approved_before(office, case, after, joined))


def _moved(office: Office, case: Case, after: Case, decision: Decision, grown: Collection[int]) -> tuple[Reply, ...]:
    """Return a message for each request that others have to sign in the new tier than were asked before.

    It puts the text before them, and tells who was asked that nobody waits for them any more.
    """
    void = {event.data["request"]: event.data["by"] for event in decision.events if event.kind == VOID}
    before = {one.id: asked_at_once(case, one) for one in case.requests}
    found = []
    for request in (one for one in after.pending() if one.id not in grown):
        people, asked = before.get(request.id, ()), asked_at_once(after, request)
        facts = {"people": _without(asked, people), "gone": _without(people, asked), "void": void.get(request.id, ())}
        if facts["people"]:
            found.append(_moved_notice(office, after, request, facts))
    return tuple(found)


def _without(people: Sequence[Person], others: Collection[Person]) -> list[Person]:
    return [one for one in people if one not in others]


def _moved_notice(office: Office, case: Case, request: RequestRow, facts: dict[str, Any]) -> Reply:
    """Put a text before who has to sign it now."""
    say, text = office.texts.say, text_to_sign(case, request) or ""
    shown = say("approve.moved", case=case, request=request, text=text, **facts)
    card = to_decide(office, request.id, say("approve.card_title", case=case, request=request), ())
    called = (*facts["people"], *facts["gone"])
    return Reply(text=shown, mentions=tuple(dict.fromkeys(one.id for one in called)), card=card)


def _approved_before(office: Office, case: Case, after: Case, joined: Sequence[str]) -> tuple[Reply, ...]:
    """Return the message that a text which was approved, and is not public yet, has to be signed again."""
    draft = publishable_draft(case)
    if draft is None or publishable_draft(after, joined) is not None:
        return ()
    text = office.texts.say("publish.more_signatures", case=after, steps=unsigned_by_now(after, joined))
    return (Reply(text=text, mentions=(draft.author,)),)


def _notice(office: Office, case: Case, id: int, new: list[str]) -> Reply:
    request = next(one for one in case.requests if one.id == id)
    steps = [one for one in chain_of(case, request) if one.id in new]
    people, text = asked_at_once(case, request), text_to_sign(case, request) or ""
    say = office.texts.say
    shown = say("approve.more", case=case, request=request, text=text, people=people, steps=steps)
    card = to_decide(office, request.id, say("approve.card_title", case=case, request=request), ())
    return Reply(text=shown, mentions=tuple(one.id for one in people), card=card)
