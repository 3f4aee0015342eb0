"""`签收 12` / `ack 12`: the department takes a matter on. Answered with what is owed next."""

from handlers.cards import incident_card_id
from handlers.rules.case import Case
from handlers.rules.incident import acknowledge
from handlers.rules.messages import Say
from handlers.turn import Said, Turn

DONE = "已签收"
VERBS = ("签收", DONE, "簽收", "接收", "acknowledge", "ack")
EXAMPLES = {"zh": ("签收 12",), "en": ("ack 12",)}


def parse(said: Said) -> int | bool | None:
    """The number to acknowledge, False when the quote has to tell; None if it is something else."""
    if pressed := said.pressed("acknowledge"):
        return int(pressed[0])
    found = said.command(VERBS)
    if found is None or (found.verb == DONE and not found.numbers):
        return None
    return found.number or False


async def handle(turn: Turn, number: int | bool) -> None:
    case: Case = await turn.case(turn.number(number or None, EXAMPLES))
    decision = acknowledge(case, turn.person, turn.now)
    facts = {"case": case, "by": turn.person.id, "at": turn.now}
    await turn.commit(
        case,
        decision,
        lambda _: (
            Say(text=turn.text("acknowledge.done", **facts)),
            Say(text=turn.text("acknowledge.card", **facts), update=incident_card_id(case.number)),
        ),
    )
