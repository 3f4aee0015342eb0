"""`帮助` / `help`: what can be said, with examples that can be copied, for the role of the one who asks."""

from handlers.rules.commands import whole
from handlers.rules.messages import Say
from handlers.turn import Said, Turn

WORDS = ("帮助", "幫助", "怎么用", "使用说明", "说明", "help", "?", "？")
EXAMPLES = {"zh": ("帮助",), "en": ("help",)}


def parse(said: Said) -> bool | None:
    return True if whole(said.text, WORDS) == () or _bare(said) else None


def _bare(said: Said) -> bool:
    """Nothing but the bot's name."""
    message = said.message
    return not said.text and message.addressed and not (message.press or message.links or message.unsupported)


async def handle(turn: Turn, _: bool) -> None:
    from handlers import HANDLERS

    language = turn.office.texts.language
    lines = [(turn.text(f"{name}.help"), handler.EXAMPLES[language]) for name, handler in HANDLERS.items()]
    await turn.answer(Say(text=turn.text("help.all", lines=lines, person=turn.person)))
