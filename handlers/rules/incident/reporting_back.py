"""Report a result back (反馈) to the body that handed the matter down: when, in which form, and what proves it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow
from handlers.rules.incident.closing import public_lack
from handlers.rules.incident.duties import MATERIAL, NEWS, met
from handlers.rules.incident.orders import body_before, is_unfinished, proof_in
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.reports_owed import owed_to_others
from handlers.rules.incident.watching import may_meet
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.time_words import day_of

FORMS = {
    "written": LazyPattern(r"书面|纸质|正式文件|公文|发文|来文|written|letter"),
    "mail": LazyPattern(r"邮件|邮箱|e-?mail"),
    "system": LazyPattern(r"系统|平台|网上|专网|system|online"),
    "fax": LazyPattern(r"传真|fax"),
    "phone": LazyPattern(r"电话|phone"),
    "in person": LazyPattern(r"当面|面呈|现场|in person"),
}
"""The forms in which something is reported, and the words for them."""
_DAY = LazyPattern(
    r"(?<![\d./-])(?:(?P<year>20\d\d)[年/.-])?"
    r"(?P<month>1[0-2]|0?[1-9])(?:月|[-./])(?P<day>[12]\d|3[01]|0?[1-9])日?(?!\d)"
)


class ToldBack(NamedTuple):
    """What the words say of a report back: to whom, on which day, in which form, and the proof in them."""

    body: str | None
    form: str
    proof: str | None
    on: date | None


def owed_back(case: Case, words: str) -> tuple[Sequence[DutyRow], str | None]:
    """Return the reports back that words are about, and the body that they name at their beginning."""
    found = body_before(words, case.institution.bodies)
    standing = owed_to_others(case)
    if found:
        return [duty for duty in standing if duty.reckoning.get("body") == found[0].name], found[0].name
    return standing, None


def is_report_back(case: Case, words: str) -> bool:
    """Return whether a report is one to another body: it names one, or nothing else is to be reported."""
    named = body_before(words, case.institution.bodies) is not None
    return named or bool(owed_to_others(case) and not met(case, "reported"))


def left_after(case: Case, decision: Decision) -> tuple[DutyRow, ...]:
    """Return the reports back that are still owed once the decision is made."""
    return tuple(duty for duty in owed_to_others(case) if duty.id not in decision.met)


def report_back(case: Case, actor: Person, words: str, files: Sequence[int], now: datetime) -> Decision:
    """Record that the result was reported back, which meets the limit of the body.

    While the matter has no result yet, or if the words say that something is still to be done, it is an interim report:
    it meets material or news that is owed by then, and the result stays owed.
    """
    permit(case, actor, "progress")
    duties, body = owed_back(case, words)
    if not duties:
        raise Refusal("report_back.not_owed", case=case, body=body)
    if not may_meet(case, "desk", actor):
        raise Refusal("progress.not_the_owner", case=case, kind="superior", owner="desk")
    bodies = list(dict.fromkeys(str(duty.reckoning.get("body")) for duty in duties))
    if len(bodies) > 1:
        raise Refusal("report_back.which", case=case, bodies=bodies)
    told = read_told(words, bodies[0], case, now)
    if told.proof is None and not files:
        raise Refusal("report_back.proof", case=case, body=bodies[0])
    no_result = case.incident.stage != "resolved" and public_lack(case) is not None
    interim = no_result or is_unfinished(words)
    event = AuditEvent(
        "reported back",
        {"body": bodies[0], "form": told.form, "proof": told.proof, "files": [*files], "interim": interim,
         "on": (told.on or case.institution.calendar.local(now).date()).isoformat(), "text": words},
    )  # fmt: skip
    return Decision(events=(event,), met=_met(duties, interim=interim))


def _met(duties: Sequence[DutyRow], *, interim: bool) -> tuple[int, ...]:
    """Return what a report meets (ids): everything that the body is owed, an interim one the first of its material."""
    if not interim:
        return tuple(duty.id for duty in duties)
    return tuple(duty.id for duty in duties if duty.kind in (MATERIAL, NEWS))[:1]


def read_told(words: str, body: str, case: Case, now: datetime) -> ToldBack:
    """Read the words of a report back. Refusal if its day is in the future, or before the matter was found."""
    rest = (body_before(words, case.institution.bodies) or (None, words))[1]
    proof = proof_in(rest)
    form = next((name for name, pattern in FORMS.items() if pattern.search(rest)), "written" if proof else "file")
    on = _day(rest.replace(proof or "\0", " "), case, now)
    local = case.institution.calendar.local
    if on and not local(case.incident.found_at).date() <= on <= local(now).date():
        raise Refusal("report_back.day", case=case, on=on)
    return ToldBack(body, form, proof, on)


def _day(words: str, case: Case, now: datetime) -> date | None:
    found = _DAY.search(words)
    if found is None:
        return None
    year = int(found["year"] or case.institution.calendar.local(now).year)
    return day_of(year, int(found["month"]), int(found["day"]))
