"""`漏报 总务处 12 电话里早已说过` / `missed report General Services 12 …`: a leader records an unreported matter.

Also `谎报` / `false report` and `瞒报` / `concealed report`. The unit may object once (`异议 3 …` / `object 3 …`).
Then a leader says `维持 3 …` / `uphold 3 …`, or lifts it: `撤销漏报 3 …` / `lift 3 …`. `漏报` lists them.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from handlers.common.context import Context
from handlers.common.objections import deciding, owed_by
from handlers.rules.incident.lapses import (
    DECIDED,
    LAPSES,
    OBJECTED,
    RECORDED,
    Lapse,
    LapseKind,
    lapses_of,
    may_see,
    must_decide,
    must_object,
    must_record,
)
from handlers.rules.incident.permissions import permit
from handlers.rules.language.commands import whole
from handlers.rules.language.folding import normalize
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Institution, Person
from handlers.rules.refusal import Refusal
from storage import audit, lapses, objections
from storage.changes import Written
from storage.lapses import LapseDeed

KINDS: dict[LapseKind, tuple[str, ...]] = {
    "missed": ("漏报", "missed report"),
    "false": ("谎报", "虚报", "false report"),
    "concealed": ("瞒报", "concealed report"),
}
OBJECTING = ("异议", "object")
UPHOLDING = ("维持", "uphold")
LIFTING = ("撤销漏报", "撤销谎报", "撤销虚报", "撤销瞒报", "lift")
LISTING = ("漏报", "瞒报", "谎报", "漏报记录", "lapses")
VERBS = (*(verb for verbs in KINDS.values() for verb in verbs), *OBJECTING, *UPHOLDING, *LIFTING)
EXAMPLES = {
    "zh": ("漏报 总务处 12 值班电话已接到，当天没有上报", "异议 3 当时已口头报告值班领导", "撤销漏报 3 查明已报"),
    "en": (
        "missed report General Services 12 a call came in and was not reported",
        "object 3 it was reported by phone",
    ),
}
MOST = 10
_DESK = LazyPattern(r"(?:值守台|值班室|the desk\b|desk\b)", re.IGNORECASE)
_NUMBER = LazyPattern(r"\D{1,40}?\s#?(\d{1,7})(?=\s|$)")
"""The number of the matter behind the unit."""
_EDGE = " ,，。;；:：、"


class LapseSaid(NamedTuple):
    """`act` is the kind of a new record, "object", "uphold", "lift" or "list"; `number` is what stands behind it."""

    act: str
    number: int | None
    text: str


def parse(utterance: Utterance) -> LapseSaid | None:
    if whole(utterance.text.rstrip("?？"), LISTING) == () and utterance.pointed:
        return LapseSaid("list", None, "")
    records: dict[str, tuple[str, ...]] = dict(KINDS.items())
    acts = {"lift": LIFTING, **records, "object": OBJECTING, "uphold": UPHOLDING}
    for act, verbs in acts.items():
        found = utterance.command(verbs, free=True)
        if found and found.rest and (act in KINDS or found.numbers):
            named = _NUMBER.match(found.rest) if act in KINDS else None
            return LapseSaid(act, found.number or (int(named[1]) if named else None), found.rest)
    return None


async def handle(context: Context, said: LapseSaid) -> None:
    if said.act == "list":
        await _list(context)
    elif said.act in KINDS:
        await _record(context, said)
    elif said.act == "object":
        await _object(context, said)
    else:
        await _decide(context, said, upheld=said.act == "uphold")


async def _list(context: Context) -> None:
    known = lapses_of(await lapses.lines(LAPSES, context.now)).values()
    here = context.at_unit
    rows = [one for one in known if may_see(context.person, one) and here in (None, one.department)]
    await context.answer(Reply(text=context.text("lapse.listed", rows=rows[-MOST:], more=max(len(rows) - MOST, 0))))


async def _record(context: Context, said: LapseSaid) -> None:
    institution = context.office.institution
    department, rest = _unit(said.text, institution)
    number, text = _matter(rest)
    if number is None and said.number and str(said.number) not in said.text:  # 漏报 12 总务处
        number = said.number
    must_record(context.person, department, text)
    if number is not None:
        permit(await context.case(number), context.person, "lapse")
    people = _unit_people(institution, department)
    facts: dict[str, Any] = {"kind": said.act, "department": department, "number": number, "text": text}

    def say(id: int) -> list[Any]:
        told = context.text("lapse.done", id=id, by=context.person.id, people=people, **facts)
        return context.to_both_sides(department, Reply(text=told, mentions=tuple(one.id for one in people)))

    data = {"what": said.act, "department": department, "number": number, "text": text}
    await lapses.add(RECORDED, number, data, say, _deed(context))


def _unit(words: str, institution: Institution) -> tuple[str | None, str]:
    """Return the department that the words begin with (None: the desk), and what follows. Refusal if they name none."""
    plain = normalize(words)
    if desk := _DESK.match(plain):
        return None, words[desk.end() :].strip(_EDGE)
    names = [(name, one) for one in institution.departments for name in (one.name, *one.aliases)]
    for name, one in sorted(names, key=lambda each: -len(each[0])):
        if plain.casefold().startswith(normalize(name).casefold()):
            return one.name, words[len(normalize(name)) :].strip(_EDGE)
    raise Refusal("lapse.whom", departments=institution.departments)


def _matter(words: str) -> tuple[int | None, str]:
    numbers, rest = take_numbers(words)
    return (numbers[0], rest.strip(_EDGE)) if numbers else (None, words)


def _unit_people(institution: Institution, department: str | None) -> tuple[Person, ...]:
    heads = institution.with_role("head", department=department) if department else ()
    return institution.present((*institution.owners(department), *heads))


async def _object(context: Context, said: LapseSaid) -> None:
    def rule(known: Lapse | None) -> tuple[Lapse, str, dict[str, Any], tuple[Person, ...]]:
        lapse = must_object(known, context.person, said.text)
        return lapse, OBJECTED, {}, deciding(context.office, lapse)

    await _follow(context, said, "lapse.objected", rule)


async def _decide(context: Context, said: LapseSaid, *, upheld: bool) -> None:
    def rule(known: Lapse | None) -> tuple[Lapse, str, dict[str, Any], tuple[Person, ...]]:
        lapse = must_decide(known, context.person, said.text, upheld=upheld)
        return lapse, DECIDED, {"upheld": upheld}, _unit_people(context.office.institution, lapse.department)

    await _follow(context, said, "lapse.upheld" if upheld else "lapse.lifted", rule)


Rule = Callable[[Lapse | None], tuple[Lapse, str, dict[str, Any], tuple[Person, ...]]]


async def _follow(context: Context, said: LapseSaid, sentence: str, rule: Rule) -> None:
    """Append what is said of a record, once the rule allows it, and tell those whom it names."""

    def decide(lines: Any) -> tuple[audit.AuditLine, list[Any]]:
        lapse, kind, more, people = rule(lapses_of(lines).get(said.number or 0))
        data: Mapping[str, Any] = {"lapse": lapse.id, "reason": said.text, **more}
        facts: dict[str, Any] = {"due": owed_by(context.office, context.now)[0]} if kind == OBJECTED else {}
        text = context.text(sentence, lapse=lapse, by=context.person.id, reason=said.text, people=people, **facts)
        line = audit.AuditLine(lapse.number, context.person.id, kind, data)
        reply = Reply(text=text, mentions=tuple(one.id for one in people))
        return line, context.to_both_sides(lapse.department, reply)

    async def then(line: audit.AuditLine) -> Written:
        id = int(line.data["lapse"])
        if line.kind == DECIDED:
            return Written(0, cancelled=await objections.decided(id, context.now))
        due, first = owed_by(context.office, context.now)
        return Written(0, armed=await objections.owe(id, context.now, due, first))

    await context.armed(await lapses.follow(LAPSES, _deed(context), decide, then))


def _deed(context: Context) -> LapseDeed:
    return LapseDeed(context.person.id, context.inbox, context.now)
