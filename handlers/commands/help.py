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
    language, person = context.office.texts.language, context.person
    usual = {name for role in person.roles for name in EVERYDAY[role]}
    names = [name for name in context.commands if may_ever(person, name) and (which == "all" or name in usual)]
    lines = [(context.text(f"{name}.help"), context.commands[name].EXAMPLES[language]) for name in names]
    short = which == "everyday"
    await context.answer(Reply(text=context.text("help.all", lines=lines, person=person, short=short)))
