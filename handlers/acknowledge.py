"""`签收 12` / `ack 12`: the department takes a matter on. Answered with what is owed next."""

from handlers.rules.case import Case
from handlers.rules.commands import spoken
from handlers.rules.incident import acknowledge
from handlers.rules.messages import Say
from handlers.turn import Said, Turn

VERBS = ("签收", "簽收", "接收", "acknowledge", "ack")
EXAMPLES = {"zh": ("签收 12", "签收 12 13"), "en": ("ack 12", "acknowledge 12 13")}


def parse(said: Said) -> tuple[int, ...] | None:
    """The numbers to acknowledge; empty when the quote has to tell."""
    if pressed := said.pressed("acknowledge"):
        return (int(pressed[0]),)
    found = spoken(said.text, VERBS, many=True)
    return found.numbers if found else None


async def handle(turn: Turn, numbers: tuple[int, ...]) -> None:
    for number in numbers or (turn.number(None, turn.text("acknowledge.form")),):
        await _one(turn, await turn.case(number))


async def _one(turn: Turn, case: Case) -> None:
    decision = acknowledge(case, turn.person, turn.now)
    await turn.commit(
        case,
        decision,
        lambda _: (
            Say(text=turn.text("acknowledge.done", case=case, by=turn.person.id)),
            Say(text=turn.text("acknowledge.card", by=turn.person.id, at=turn.now), update=f"incident-{case.number}"),
        ),
    )
