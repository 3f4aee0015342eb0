"""`为何 12` / `why 12`: each due time of a matter in three lines: the rule and its law, the count, and how it ended.

What ran over stands below, with the party it is booked to.
"""

from handlers.common.context import Context
from handlers.common.late_matters import on_record
from handlers.rules.incident.asking import chains
from handlers.rules.incident.case import DutyRow
from handlers.rules.incident.duties import UNTIL_CALM
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.time.deadline_trace import DeadlineTrace

VERBS = ("为何", "为什么", "怎么算", "why")
EXAMPLES = {"zh": ("为何 12",), "en": ("why 12",)}


def parse(utterance: Utterance) -> int | bool | None:
    return utterance.about(VERBS)


def _is_shown(duty: DutyRow) -> bool:
    """Return whether a due time still says something: not one that ended, nor that of an earlier look."""
    return duty.state != "waived" and not (duty.state == "met" and duty.kind in UNTIL_CALM)


async def handle(context: Context, number: int | bool) -> None:
    case = await context.meant(number or None, EXAMPLES)
    duties = [(duty, DeadlineTrace.from_dict(duty.reckoning)) for duty in case.duties if _is_shown(duty)]
    late = await on_record(context.office, case.number, context.now)
    text = context.text("explain.all", case=case, duties=duties, late=late, chains=chains(case))
    await context.answer(Reply(text=text), incident=case.number)
