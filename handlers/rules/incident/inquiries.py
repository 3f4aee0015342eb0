"""What the press asks about a matter (媒体询问), and what it was answered, by the spokesman or on a leader's word.

Neither answers the public: a matter closes by its own answer.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count as count_from
from typing import Any, NamedTuple

from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import INQUIRY, ladder_to
from handlers.rules.incident.handling import Handling
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.incident.wording import beyond, must_speak_for_itself, settled
from handlers.rules.language.letters import letters
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import DESK, Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse

ASKED, ANSWERED = "press asked", "press answered"
PRESS = (ASKED, ANSWERED)
"""Kinds of the events that tell of the press."""
SHORTEST = 4
_MEDIUM = LazyPattern(
    r"(?:the\s+)?([^\s,，。:：？?]{1,12}?)(?:的?记者|第[^问]{0,9}问|[再又追来]?提?[询问])|(?:the\s+)?(.{1,30}?)\s+asks\b",
    re.IGNORECASE,
)
"""The medium with which the words of an inquiry begin."""
_BEHIND_MEDIUM = ":： "


class InquiryOnRecord(NamedTuple):
    """An inquiry: its number in the matter, when it came (aware), its words, and its answer, None while it waits.

    `since` is when its answer began to be owed here (aware), None if that is when it came. `origin` is the matter that
    the press asked about, with the inquiry's number there, if that was merged into this one.
    """

    n: int
    at: datetime
    text: str
    answer: str | None = None
    since: datetime | None = None
    origin: tuple[int, int] | None = None


class WaitingInquiry(NamedTuple):
    """An inquiry that waits, and the duty (id) to answer it."""

    inquiry: InquiryOnRecord
    duty: int


class MeantInquiry(NamedTuple):
    """Which inquiry an answer names: by its number, and by the merged matter under whose number it is given."""

    n: int | None = None
    matter: int | None = None


def asked(case: Case, actor: Person, text: str, n: int, spokesman: str | None, now: datetime) -> Decision:
    """Record an inquiry, which gets the number `n`; an answer is owed by the spokesman, the desk without one."""
    permit(case, actor, "inquiry")
    must_speak_for_itself(case)
    if letters(text) < SHORTEST:
        raise Refusal("inquiry.what", case=case)
    due = count(case.regime, case.institution, parse(case.regime.press.answer_within), now)
    duty = NewDuty(INQUIRY, owed_by(spokesman), now, due, ladder_to(case, due.at, now).first_at())
    return Decision(events=(AuditEvent(ASKED, {"n": n, "text": text}),), opened=(duty,))


def next_number(inquiries: Iterable[InquiryOnRecord]) -> int:
    """Return the number of the next inquiry, which none of the matter has had."""
    return max((one.n for one in inquiries), default=0) + 1


def waiting(case: Case, inquiries: Sequence[InquiryOnRecord]) -> tuple[WaitingInquiry, ...]:
    """Return the inquiries that wait, each with its duty: the one that began to be owed when it came here.

    Of several at one moment the first has the first duty. A duty without words on record is an inquiry without any.
    """
    left = [one for one in inquiries if one.answer is None]
    fresh = count_from(next_number(inquiries))
    found = []
    for duty in open_inquiries(case):
        own = next((one for one in left if (one.since or one.at) == duty.started_at), None)
        if own:
            left.remove(own)
        found.append(WaitingInquiry(own or InquiryOnRecord(next(fresh), duty.started_at, ""), duty.id))
    return tuple(found)


def addressed(text: str, owed: Sequence[WaitingInquiry]) -> tuple[tuple[WaitingInquiry, ...], str]:
    """Return the inquiries whose medium an answer begins with (`晨报：…`), and the answer without it; else all."""
    behind = [_behind(text, _medium(one.inquiry.text)) for one in owed]
    theirs = tuple(one for one, rest in zip(owed, behind, strict=True) if rest)
    return (theirs, min(filter(None, behind), key=len)) if theirs else (tuple(owed), text)


def _behind(text: str, medium: str) -> str:
    """Return what an answer says behind the name of a medium; "" if it does not begin with it."""
    begins = 4 if text[:4].casefold() == "the " else 0
    ends = begins + len(medium)
    if not medium or text[begins:ends].casefold() != medium:
        return ""
    rest = text[ends:].removeprefix("记者")
    return rest.lstrip(_BEHIND_MEDIUM) if rest[:1] in _BEHIND_MEDIUM else ""


def answered(
    case: Case, actor: Person, meant: MeantInquiry, text: str, owed: Sequence[WaitingInquiry], who: Handling
) -> tuple[InquiryOnRecord, Decision]:
    """Record what an inquiry was answered, in signed words alone where there are any; it is one of those `owed`.

    Where a spokesman is named, nobody else answers; a leader names another one, or takes it on, by `发言人`.
    """
    permit(case, actor, "press_answer")
    must_speak_for_itself(case)
    found = [one for one in owed if _is_meant(one.inquiry, meant)]
    if len(found) != 1:
        raise Refusal("press_answer.which", case=case, inquiries=[one.inquiry for one in found or owed])
    if not _speaks(case, actor, who):
        raise Refusal("press_answer.spokesman", case=case, person=who.spokesman)
    if letters(text) < SHORTEST:
        raise Refusal("press_answer.empty", case=case)
    inquiry, duty = found[0]
    data = {"n": inquiry.n, "text": text, "settled": _in_signed_words(case, text)}
    return inquiry, Decision(events=(AuditEvent(ANSWERED, data),), met=(duty,))


def carried(
    inquiries: Sequence[InquiryOnRecord], others: Sequence[WaitingInquiry], matter: int
) -> tuple[AuditEvent, ...]:
    """Return the record of what the press still waits for in a matter (`others`) that is merged into this one."""
    first = next_number(inquiries)
    return tuple(
        AuditEvent(ASKED, {"n": n, "text": one.text, "from": matter, "was": one.n, "asked_at": one.at.isoformat()})
        for n, (one, _) in enumerate(others, first)
    )


def owed_by(spokesman: str | None) -> str:
    """Return who owes the answer to an inquiry: the spokesman (id), the desk without one."""
    return f"person:{spokesman}" if spokesman else DESK


def _is_meant(inquiry: InquiryOnRecord, meant: MeantInquiry) -> bool:
    """Return whether an answer names the inquiry. Under a merged matter's number its own numbers count."""
    if meant.matter is None:
        return meant.n in (None, inquiry.n)
    matter, n = inquiry.origin or (None, None)
    return matter == meant.matter and meant.n in (None, n)


def _medium(text: str) -> str:
    found = _MEDIUM.match(text)
    return (found[1] or found[2]).casefold() if found else ""


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
    """Return whether the actor may answer the press: the spokesman alone, without one a leader or the desk."""
    if who.spokesman is None:
        return actor.has(*LEADERS, *DESK_ROLES)
    return who.spokesman in [one.id for one in case.selves(actor)]


def open_inquiries(case: Case) -> tuple[DutyRow, ...]:
    """Return the answers that are owed to the press, in the order of the inquiries."""
    return tuple(duty for duty in case.duties if duty.kind == INQUIRY and duty.state == "open")


def inquiries_of(kept: Iterable[Mapping[str, Any]]) -> tuple[InquiryOnRecord, ...]:
    """Return the inquiries of a matter, by those of its audit lines that stand, oldest first."""
    found: dict[int, InquiryOnRecord] = {}
    for line in kept:
        data = line["data"]
        if line["kind"] == ASKED:
            found[data["n"]] = _on_record(line["at"], data)
        elif line["kind"] == ANSWERED and data["n"] in found:
            found[data["n"]] = found[data["n"]]._replace(answer=data.get("text") or "")
    return tuple(found.values())


def _on_record(at: datetime, data: Mapping[str, Any]) -> InquiryOnRecord:
    text = data.get("text") or ""
    if "from" not in data:
        return InquiryOnRecord(data["n"], at, text)
    came = datetime.fromisoformat(data["asked_at"])
    return InquiryOnRecord(data["n"], came, text, since=at, origin=(data["from"], data["was"]))
