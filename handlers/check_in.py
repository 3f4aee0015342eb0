"""`巡查 无异常` · `日报 …` · `零报告` · `周报 …` · `月报 …`: what the calendar asks for; a zero report counts.

In English: `patrol nothing found`, `daily …`, `zero report`, `weekly …`, `monthly …`.
"""

from typing import NamedTuple

from handlers.rules.messages import Say
from handlers.turn import Said, Turn
from storage import routines

KINDS = {
    "check-in": ("巡查", "巡查记录", "patrol", "check-in"),
    "daily report": ("日报", "零报告", "daily report", "daily", "zero report"),
    "weekly bulletin": ("周报", "weekly bulletin", "weekly"),
    "monthly summary": ("月报", "月度总结", "monthly summary", "monthly"),
}
VERBS = tuple(verb for verbs in KINDS.values() for verb in verbs)
EXAMPLES = {"zh": ("巡查 无异常", "零报告", "日报 今日两件"), "en": ("patrol nothing found", "zero report")}


class CheckIn(NamedTuple):
    kind: str
    text: str
    zero: bool


def parse(said: Said) -> CheckIn | None:
    for kind, verbs in KINDS.items():
        found = said.command(verbs, free=True)
        if found and not found.numbers:
            return CheckIn(kind, found.rest, found.verb.casefold() in {"零报告", "zero report"})
    return None


async def handle(turn: Turn, given: CheckIn) -> None:
    person = turn.person
    on_duty = ("officer", "office") if person in turn.office.institution.on_duty else ()
    owed = await routines.owed(given.kind, (person.id, *person.roles, *on_duty), turn.now)
    facts = {"kind": given.kind, "by": person.id, "zero": given.zero, "due": owed.due_at if owed else None}
    text = turn.text("check_in.done", now=turn.now, **facts)
    data = {"kind": given.kind, "text": given.text, "zero": given.zero}
    await turn.fill(owed, data, Say(text=text))
