"""`巡查 无异常` · `日报 …` · `零报告` · `周报 …` · `月报 …`: reports that the calendar asks for, zero reports too.

`巡查 发现 …` with a text or an address opens a matter of it, as if it had been forwarded. In English:
`patrol nothing found`, `patrol found …`, `daily …`, `zero report`, `weekly …`, `monthly …`.
"""

import re
from typing import Any, NamedTuple

from handlers.common.context import Context
from handlers.common.message_context import CheckedIn
from handlers.common.taking_in import take_in
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Person
from handlers.rules.posts.links import find
from handlers.rules.refusal import Refusal
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.routines import sites_of
from storage import routines
from storage.routines import PATROL, RoutineReport
from storage.tables import Duty

CHECK_IN_VERBS = {
    PATROL: ("巡查", "巡查记录", "patrol", "check-in"),
    "daily report": ("日报", "零报告", "daily report", "daily", "zero report"),
    "weekly bulletin": ("周报", "weekly bulletin", "weekly"),
    "monthly summary": ("月报", "月度总结", "monthly summary", "monthly"),
}
VERBS = tuple(verb for verbs in CHECK_IN_VERBS.values() for verb in verbs)
EXAMPLES = {
    "zh": ("巡查 无异常", "巡查 发现 操场积水没有清理", "零报告", "日报 今日两件"),
    "en": ("patrol nothing found", "patrol found water all over the track", "zero report"),
}
_FOUND = LazyPattern(r"(?:发现了?|found|findings?)(?![a-z])[\s:：,，、]*", re.IGNORECASE)
_NOTHING = LazyPattern(
    r"(?:(?:[未无没零]|没有|暂无|未见|未发现|没有发现)(?:任何|明显|新的?)?(?:异常|情况|问题|舆情|事件|负面)*|(?:一切|均|都)?正常|"
    r"nothing(?: (?:found|new|unusual))?|none|no (?:issues?|problems?|findings?)|all (?:clear|quiet|well))",
    re.IGNORECASE,
)
"""Matched against the whole text: 没有热水 is a finding."""
_ADDRESS = LazyPattern(r"https?://\S+")


class CheckIn(NamedTuple):
    """`found` is what a patrol found: a text, an address, or "" with pictures; None for nothing."""

    kind: str
    text: str
    zero: bool
    found: str | None = None


def parse(utterance: Utterance) -> CheckIn | None:
    for kind, verbs in CHECK_IN_VERBS.items():
        found = utterance.command(verbs, free=True)
        if found and not found.numbers:
            finding = _finding(found.rest, utterance) if kind == PATROL else None
            return CheckIn(kind, found.rest, found.verb.casefold() in {"零报告", "zero report"}, finding)
    return None


def _finding(text: str, utterance: Utterance) -> str | None:
    normalized = normalize(text)
    begins = _FOUND.match(normalized)
    rest = text[begins.end() :] if begins else text
    if _is_nothing(rest):
        return None
    seen = utterance.message.links or find(text) or (utterance.message.attachments and not text)
    return rest if begins or seen else None


def _is_nothing(text: str) -> bool:
    words = _ADDRESS.sub("", normalize(text)).strip(" \n,，、.。;；!！")
    return _NOTHING.fullmatch(words) is not None


def _owners(context: Context) -> tuple[str, ...]:
    """Return the owners whose slots the speaker fills: themselves, their roles, whom they stand in for."""
    person, institution = context.person, context.office.institution
    on_duty = ("officer", "office") if person in institution.on_duty else ()
    return (person.id, *person.roles, *on_duty, *institution.represented(person))


def _sites(context: Context, owed: Duty | None) -> tuple[str, ...]:
    """Return the names of what the slot's owner had to look at."""
    office = context.office
    return sites_of(office.regime, office.institution, owed.kind, owed.person or "", owed.due_at) if owed else ()


def _told(context: Context, kind: str) -> tuple[Person, ...]:
    """Return who gets a report of a kind by the regime, but for its speaker."""
    office = context.office
    listeners = [one for routine in office.regime.routine if routine.kind == kind for one in routine.to]
    return tuple(one for one in listening(office.institution, listeners, None) if one != context.person)


async def handle(context: Context, given: CheckIn) -> None:
    person = context.person
    owners = _owners(context)
    owed = await routines.owed(given.kind, owners, context.acted_at)
    sites = _sites(context, owed)
    due = owed.due_at if owed else None
    told = _told(context, given.kind)
    facts = {"kind": given.kind, "by": person.id, "zero": given.zero, "due": due, "sites": sites, "told": told}
    unsure = given.found is None and given.kind == PATROL and bool(given.text) and not _is_nothing(given.text)

    def done(number: int | None) -> Reply:
        text = context.text("check_in.done", now=context.acted_at, found=number, unsure=unsure, **facts)
        return Reply(text=text, mentions=tuple(one.id for one in told))

    data: dict[str, Any] = {"kind": given.kind, "zero": given.zero}
    data |= {"sites": [*sites]} if sites else {}
    duty = owed.id if owed else None
    if given.found is None:
        await context.fill(RoutineReport(duty, {**data, "text": given.text}), done(None))
        return
    if not (given.found.strip() or context.message.attachments or context.message.links):
        raise Refusal("check_in.what")
    context.checked_in = CheckedIn(RoutineReport(duty, data), done)
    await take_in(context, given.found)
