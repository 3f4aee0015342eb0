"""What the press asks about a matter (媒体询问), and what it was answered, by the spokesman or on a leader's word.

Neither answers the public: a matter closes by its own answer.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import INQUIRY, ladder_to
from handlers.rules.incident.handling import Handling
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.incident.wording import beyond, settled
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse

ASKED, ANSWERED = "press asked", "press answered"
PRESS = (ASKED, ANSWERED)
"""Kinds of the events that tell of the press."""
SHORTEST = 4


class InquiryOnRecord(NamedTuple):
    """An inquiry: its number in the matter, when it came (aware), its words, and its answer, None while it waits."""

    n: int
    at: datetime
    text: str
    answer: str | None = None


def asked(case: Case, actor: Person, text: str, known: int, spokesman: str | None, now: datetime) -> Decision:
    """Record an inquiry; an answer is owed by the spokesman, the desk without one. `known` are there already."""
    permit(case, actor, "inquiry")
    if case.incident.stage in ("merged", "withdrawn"):
        raise Refusal("common.closed", case=case)
    if len(text) < SHORTEST:
        raise Refusal("inquiry.what", case=case)
    due = count(case.regime, case.institution, parse(case.regime.press.answer_within), now)
    owner = f"person:{spokesman}" if spokesman else "desk"
    duty = NewDuty(INQUIRY, owner, now, due, ladder_to(case, due.at, now).first_at())
    return Decision(events=(AuditEvent(ASKED, {"n": known + 1, "text": text}),), opened=(duty,))


def answered(
    case: Case, actor: Person, n: int | None, text: str, inquiries: tuple[InquiryOnRecord, ...], who: Handling
) -> tuple[InquiryOnRecord, Decision]:
    """Record what an inquiry was answered, in signed words alone where there are any.

    Where a spokesman is named, nobody else but a leader answers.
    """
    permit(case, actor, "press_answer")
    left = [one for one in inquiries if one.answer is None]
    waiting = [one for one in left if n in (None, one.n)]
    if len(waiting) != 1:
        raise Refusal("press_answer.which", case=case, inquiries=left)
    if not _speaks(case, actor, who):
        raise Refusal("press_answer.spokesman", case=case, person=who.spokesman)
    if len(text) < SHORTEST:
        raise Refusal("press_answer.empty", case=case)
    data = {"n": waiting[0].n, "text": text, "settled": _in_signed_words(case, text)}
    earlier = left.index(waiting[0])
    met = tuple(duty.id for duty in open_inquiries(case)[earlier : earlier + 1])
    return waiting[0], Decision(events=(AuditEvent(ANSWERED, data),), met=met)


def _in_signed_words(case: Case, text: str) -> bool:
    """Return whether an answer is in signed words. Refusal if it differs from them, or the regime wants some first."""
    other = beyond(case, text)
    if not other:
        return True
    if settled(case):
        raise Refusal("press_answer.beyond", case=case, sentence=other[0], settled=settled(case))
    if case.regime.press.without_wording == "refuse":
        raise Refusal("press_answer.no_wording", case=case)
    return False


def _speaks(case: Case, actor: Person, who: Handling) -> bool:
    """Return whether the actor may answer the press: the spokesman, a leader, the desk where no spokesman is named."""
    if who.spokesman is None:
        return actor.has(*LEADERS, *DESK_ROLES)
    return actor.has(*LEADERS) or who.spokesman in [one.id for one in case.selves(actor)]


def open_inquiries(case: Case) -> tuple[DutyRow, ...]:
    """Return the answers that are owed to the press, in the order of the inquiries."""
    return tuple(duty for duty in case.duties if duty.kind == INQUIRY and duty.state == "open")


def inquiries_of(kept: Iterable[Mapping[str, Any]]) -> tuple[InquiryOnRecord, ...]:
    """Return the inquiries of a matter, by those of its audit lines that stand, oldest first."""
    found: dict[int, InquiryOnRecord] = {}
    for line in kept:
        data = line["data"]
        if line["kind"] == ASKED:
            found[data["n"]] = InquiryOnRecord(data["n"], line["at"], data.get("text") or "")
        elif line["kind"] == ANSWERED and data["n"] in found:
            found[data["n"]] = found[data["n"]]._replace(answer=data.get("text") or "")
    return tuple(found.values())
