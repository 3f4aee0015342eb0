"""What a fault stopped and what is handled again, after a restart or by hand: only words that still mean the same.

A report about a matter by its number is handled if nobody has done anything in the matter since it was said; so are
forwarded posts, patrols and questions. A yes, an undo, an authority and all that says no number would meet something
else now, and a decision could override a newer one: who said them is asked to say them again.
"""

from collections.abc import Iterable, Iterator

from handlers.common.command_lines import Verbs, command_lines
from handlers.common.context import Context
from handlers.common.suggestions import confirms, is_picture_alone
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import audit

REPORTS = (
    "acknowledge", "bounce", "plan", "reply", "wording", "publish", "resolve", "extend", "verify", "follow_up", "note",
    "progress", "heat", "attach",
)  # fmt: skip
"""Commands that report or ask for something in the matters that they name."""
ALONE = ("forward", "check_in", "lookup", "todo", "help", "timeline", "explain", "failures")
"""Commands that depend on nothing that was said or done before them."""


async def must_still_stand(context: Context, utterance: Utterance, command: str, verbs: Verbs) -> None:
    """Raise Refusal unless words that are handled again may be; `command` is what they are read as, if they are one."""
    if utterance.message.press is not None or confirms(utterance) or is_picture_alone(utterance):
        raise Refusal("retry.say_again", by=context.person.id, numbers=())
    lines = [line.text for line in command_lines(utterance.text, verbs)]
    numbers = [] if len(lines) == 1 and command in ALONE else list(_numbers(lines, verbs))
    if None in numbers:
        raise Refusal("retry.say_again", by=context.person.id, numbers=())
    changed = await audit.acted_in([one for one in numbers if one is not None], context.said_at)
    if changed:
        raise Refusal("retry.say_again", by=context.person.id, numbers=sorted(changed))


def _numbers(lines: Iterable[str], verbs: Verbs) -> Iterator[int | None]:
    """Yield the numbers that each report names; None for what is neither that nor depends on nothing."""
    for line in lines:
        name, numbers = verbs.named(line)
        if name not in ALONE:
            yield from numbers if name in REPORTS and numbers else (None,)
