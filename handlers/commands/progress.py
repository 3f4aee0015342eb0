"""`已报 12` · `总结 12 …` · `舆情通报 12 …`: record a report to the superiors, the summary, a bulletin of the matter.

`已报 12 教育局 书面 育字〔2026〕5号` reports the result back to who handed the matter down, with what proves it.

In English: `reported 12`, `summary 12 …`, `situation 12 …`. The bulletin of one matter is owed again until it is calm.
Where there are units, `上报 12 …` with a number is the report too; `上交 12 …` asks the office to take it over.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_the_record
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.duties import met
from handlers.rules.incident.reporting import circulated, reported, summarised
from handlers.rules.incident.reporting_back import is_report_back, left_after, report_back
from handlers.rules.language.commands import clean, spoken
from handlers.rules.language.messages import Reply
from handlers.rules.language.unit_words import MEASURED
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.listeners import listening

ProgressRule = Callable[[Case, Person, str, datetime], Decision]
PROGRESS: dict[str, tuple[tuple[str, ...], ProgressRule]] = {
    "reported": (("已上报", "已报告", "已报", "reported"), reported),
    "summarised": (("总结", "summary"), summarised),
    "circulated": (("舆情通报", "情况通报", "situation bulletin", "situation"), circulated),
}
REPORT = "上报"
_COUNTED = rf"{MEASURED}|[号月日点年天周小分多余几]"
"""What follows a number that counts something, or names a day or a house."""
_REPORT = LazyPattern(rf"上报\s*(?:[#＃]\s*\d{{1,9}}(?!\d)|\d{{1,9}}(?=$|[,，:：]|\s++(?!{_COUNTED})))")
"""`上报` with the number of a matter, not with a count or a house (上报 12 名学生腹泻, 上报 1 台空调坏了)."""
FREE = ("summarised", "circulated")
"""What is written out: a question in it makes it no question."""
VERBS = tuple(verb for verbs, _ in PROGRESS.values() for verb in verbs)
EXAMPLES = {
    "zh": (
        "已报 12",
        "已报 12 教育局 书面 育字〔2026〕5号",
        "总结 12 起因、经过、整改",
        "舆情通报 12 已送检，评论区平稳",
    ),
    "en": (
        "reported 12",
        "reported 12 Education Bureau in writing, No. 5/2026",
        "summary 12 cause, course, remedy",
        "situation 12 sample sent in, comments quiet",
    ),
}


class ProgressReport(NamedTuple):
    name: str
    number: int | None
    text: str


def parse(utterance: Utterance) -> ProgressReport | None:
    for name, (verbs, _) in PROGRESS.items():
        if found := utterance.command(verbs, free=name in FREE):
            return ProgressReport(name, found.number, found.rest)
    found = utterance.command((REPORT,), free=True) if utterance.units and _REPORT.match(utterance.text) else None
    return ProgressReport("reported", found.number, found.rest) if found else None


async def handle(context: Context, progress: ProgressReport) -> None:
    case = await context.meant(progress.number, EXAMPLES)
    if progress.name == "reported" and is_report_back(case, progress.text):
        await _report_back(context, case, progress.text)
        return
    to_office = progress.name == "reported" and _may_mean_the_office(context, case)
    decision = PROGRESS[progress.name][1](case, context.person, progress.text, context.now)
    if progress.name in FREE and not (progress.text.strip(" 。.!！?？") or context.message.attachments):
        raise Refusal("progress.empty", case=case, event=progress.name)
    facts: dict[str, Any] = {"case": case, "by": context.person.id, "text": progress.text}
    facts |= {"to_office": to_office} if progress.name == "reported" else {}
    people = _receivers(context, case, decision)
    facts |= {"people": people} | ({"again": decision.opened} if progress.name == "circulated" else {})
    text = context.text(f"progress.{progress.name}", **facts)
    reply = Reply(text=text, mentions=tuple(person.id for person in people))
    reply = await for_the_record(context, case, reply, progress.text)
    await context.commit(case, decision, lambda _: (reply,))


def _may_mean_the_office(context: Context, case: Case) -> bool:
    """Return whether the words are 上报 12 …, by which a unit may mean that the office is to take its matter over.

    Refusal that says so where a unit has the matter and no report is owed.
    """
    if context.office.institution.unit(case.incident.department) is None:
        return False
    if not met(case, "reported"):
        raise Refusal("progress.no_report", case=case)
    return spoken(clean(context.message.text, context.office.bot_names), (REPORT,)) is not None


async def _report_back(context: Context, case: Case, words: str) -> None:
    """Record that the result was reported to the body which handed the matter down."""
    files = [one.id for one in context.message.attachments if one.id is not None]
    decision = report_back(case, context.person, words, files, context.said_at)
    told = decision.events[0].data
    text = context.text("report_back.done", case=case, by=context.person.id, told=told, left=left_after(case, decision))
    await context.commit(case, decision, lambda _: (Reply(text=text),))


def _receivers(context: Context, case: Case, decision: Decision) -> tuple[Person, ...]:
    """Return who receives what was written, as the regime says, without the speaker."""
    met = [duty.kind for duty in case.duties if duty.id in decision.met]
    rules = [rule for kind in met if (rule := case.regime.rule(kind, case.incident.tier))]
    institution = context.office.institution
    told = listening(institution, [one for rule in rules for one in rule.to], case.incident.department)
    return tuple(one for one in recusal.told(told, case.incident.about, institution) if one != context.person)
