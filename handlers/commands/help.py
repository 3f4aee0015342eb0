"""`帮助` / `help`: the asker's everyday commands, with examples to copy; `帮助 全部` / `help all`: all commands."""

from handlers.common.context import Context
from handlers.rules.incident.permissions import may_ever
from handlers.rules.language.commands import whole
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

ALL_PHRASES = ("帮助 全部", "全部帮助", "帮助全部", "help all")
PHRASES = ("帮助", "怎么用", "使用说明", "说明", "help", "?", "？", *ALL_PHRASES)
EXAMPLES = {"zh": ("帮助", "帮助 全部"), "en": ("help", "help all")}
EVERYDAY = {
    "officer": ("forward", "publish", "assign", "heat", "follow_up", "lookup", "todo", "undo"),
    "office": ("forward", "assign", "approve", "reply", "publish", "merge", "lookup", "ledger", "undo"),
    "liaison": (
        "acknowledge",
        "bounce",
        "reply",
        "publish",
        "resolve",
        "extend",
        "follow_up",
        "lookup",
        "todo",
        "undo",
    ),
    "head": ("acknowledge", "bounce", "reply", "resolve", "assign", "lookup", "todo", "undo"),
    "leader": ("approve", "instruct", "assign", "delegate", "lookup", "timeline", "todo", "ledger", "undo"),
    "chief": ("approve", "instruct", "escalate", "lookup", "timeline", "ledger", "undo"),
}
"""The everyday commands of each role."""
WITH_UNITS = {
    "officer": ("hand_down", "take_over"),
    "office": ("hand_down", "take_over"),
    "leader": ("hand_down",),
    "chief": ("hand_down",),
}
"""Those besides where there are units below the office."""
OF_A_UNIT = ("hand_up", "unit_report")
"""Those besides of the people of a unit."""
TO_A_UNIT = "hand_down"
"""What is said of a superior's order, and with other words to a unit."""


def parse(utterance: Utterance) -> str | None:
    """Return "everyday" or "all"; None if the words do not ask for help."""
    if whole(utterance.text, ALL_PHRASES) == ():
        return "all"
    return "everyday" if whole(utterance.text, PHRASES) == () or _bare(utterance) else None


def _bare(utterance: Utterance) -> bool:
    """Return whether the message is nothing but the bot's name."""
    message = utterance.message
    more = message.press or message.links or message.attachments or message.unsupported or message.material
    return not utterance.text and message.addressed and not more


async def handle(context: Context, which: str) -> None:
    person, short = context.person, which == "everyday"
    usual = _usual(context)
    names = [name for name in context.commands if may_ever(person, name) and (not short or name in usual)]
    lines = [line for name in names for line in _lines(context, name, short=short)]
    await context.answer(Reply(text=context.text("help.all", lines=lines, person=person, short=short)))


def _usual(context: Context) -> set[str]:
    """Return the names of the asker's everyday commands."""
    roles, units = context.person.roles, bool(context.office.institution.units)
    usual = {name for role in roles for name in (*EVERYDAY[role], *(WITH_UNITS.get(role, ()) if units else ()))}
    return usual | {*OF_A_UNIT} if context.of_unit else usual


def _lines(context: Context, name: str, *, short: bool) -> list[tuple[str, tuple[str, ...]]]:
    """Return the lines of a command: what it does, with examples. What is said to a unit names the first one."""
    command, language = context.commands[name], context.office.texts.language
    units = context.office.institution.units if name == TO_A_UNIT else ()
    own = [] if short and units else [(context.text(f"{name}.help"), command.EXAMPLES[language])]
    if not units:
        return own
    unit, sample = units[0].name, command.SAMPLE_UNIT[language]
    examples = tuple(one.replace(sample, unit) for one in command.UNIT_EXAMPLES[language])
    return [*own, (context.text("hand_down.to_a_unit"), examples)]
