"""Check what a regime asks for after the result: call-backs by somebody else than did the work."""

import re
from collections.abc import Iterator, Sequence

from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import DutyRule
from handlers.rules.time.periods import parse
from handlers.rules.toml_errors import Complaint

CALL_BACK = "call-back"
MOST_TRIES = 30


def after_complaints(regime: Regime) -> Iterator[Complaint]:
    """Yield a complaint about each key that cannot work."""
    for n, rule in enumerate(regime.duty):
        where = f".duty[{n}]"
        if rule.kind == "issue" and rule.met_by != "issued":
            yield Complaint(f"{where}.met_by", 'the issue of a case is met by "issued"')
        if rule.kind == CALL_BACK:
            yield from _asked(where, rule)
    yield from _call_back(regime)
    lengths = {
        "after.confirm_within": regime.after.confirm_within,
        "after.read_within": regime.after.read_within,
        "after.objection_within": regime.after.objection_within,
        "conference.minutes_within": regime.conference.minutes_within,
        "press.answer_within": regime.press.answer_within,
        "conference.remind_before": regime.conference.remind_before,
    }
    for key, text in lengths.items():
        yield from _length(f".{key}", text)
    yield from _recurrence(regime.recurrence.within)


def _asked(where: str, rule: DutyRule) -> Iterator[Complaint]:
    if rule.owner == "department":
        remedy = 'write owner = "desk", or "officer", "leader", "group", "chief"'
        yield Complaint(f"{where}.owner", f"a department does not ask about its own work: {remedy}")
    if rule.met_by != "called back":
        yield Complaint(f"{where}.met_by", 'a call-back is met by "called back"')
    if rule.starts not in ("resolved", "calm"):
        yield Complaint(f"{where}.starts", 'nobody can be asked before the result: write starts = "resolved"')
    if rule.dynamic:
        yield Complaint(f"{where}.period", 'a call-back has a length: write period = "5wd"')


def _recurrence(within: Sequence[str]) -> Iterator[Complaint]:
    for n, text in enumerate(within):
        yield from _days(f".recurrence.within[{n}]", text)
    lengths = [int(text[:-1]) for text in within if re.fullmatch(r"\d+d", text)]
    if lengths != sorted(set(lengths)):
        yield Complaint(".recurrence.within", 'the shortest comes first, and none twice: write ["30d", "90d"]')


def _days(where: str, text: str) -> Iterator[Complaint]:
    if not re.fullmatch(r"[1-9]\d{0,2}d", text):
        yield Complaint(where, f'"{text}" is no number of days: write "30d"')


def _call_back(regime: Regime) -> Iterator[Complaint]:
    rule = regime.call_back
    for key, text in (("again", rule.again), ("decide_within", rule.decide_within)):
        yield from _length(f".call_back.{key}", text)
    if not 1 <= rule.tries <= MOST_TRIES:
        yield Complaint(".call_back.tries", f"{rule.tries} tries: write a number from 1 to {MOST_TRIES}")


def _length(where: str, text: str) -> Iterator[Complaint]:
    try:
        parse(text)
    except ValueError as error:
        yield Complaint(where, str(error))
