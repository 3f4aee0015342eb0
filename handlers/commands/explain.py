"""`为何 12` / `why 12`: each due time of a matter in three lines: the rule and its law, the count, and how it ended."""

from handlers.common.context import Turn
from handlers.rules.language.messages import Say
from handlers.rules.language.utterance import Said
from handlers.rules.time.deadline_trace import Reckoning

VERBS = ("为何", "为什么", "怎么算", "why")
EXAMPLES = {"zh": ("为何 12",), "en": ("why 12",)}


def parse(said: Said) -> int | bool | None:
    return said.about(VERBS)


async def handle(turn: Turn, number: int | bool) -> None:
    case = await turn.meant(number or None, EXAMPLES)
    duties = [(duty, Reckoning.from_dict(duty.reckoning)) for duty in case.duties if duty.state != "waived"]
    text = turn.text("explain.all", case=case, duties=duties)
    await turn.answer(Say(text=text), incident=case.number)
