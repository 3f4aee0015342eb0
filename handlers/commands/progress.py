"""`已报 12` · `总结 12 …` · `平息 12`: record a report to the superiors, the written summary, or that it has calmed.

In English: `reported 12`, `summary 12 …`, `calm 12`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_the_record
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.escalation import calm, reported, summarised
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Person

ProgressRule = Callable[[Case, Person, str, datetime], Decision]
PROGRESS: dict[str, tuple[tuple[str, ...], ProgressRule]] = {
    "reported": (("已上报", "已报告", "已报", "reported"), reported),
    "summarised": (("总结", "summary"), summarised),
    "calm": (("平息", "已平息", "calm"), calm),
}
VERBS = tuple(verb for verbs, _ in PROGRESS.values() for verb in verbs)
EXAMPLES = {
    "zh": ("已报 12", "总结 12 起因、经过、整改", "平息 12"),
    "en": ("reported 12", "summary 12 cause, course, remedy", "calm 12"),
}


class ProgressReport(NamedTuple):
    name: str
    number: int | None
    text: str


def parse(utterance: Utterance) -> ProgressReport | None:
    for name, (verbs, _) in PROGRESS.items():
        if found := utterance.command(verbs, free=name == "summarised"):
            return ProgressReport(name, found.number, found.rest)
    return None


async def handle(context: Context, progress: ProgressReport) -> None:
    case = await context.meant(progress.number, EXAMPLES)
    decision = PROGRESS[progress.name][1](case, context.person, progress.text, context.now)
    text = context.text(f"progress.{progress.name}", case=case, by=context.person.id, text=progress.text)
    reply = await for_the_record(context, case, Reply(text=text), progress.text)
    await context.commit(case, decision, lambda _: (reply,))
