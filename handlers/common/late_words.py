"""What a fault stopped and what is handled again, after a restart or by hand: only words that still mean the same.

A report about a matter by its number is handled if nobody has said anything that changed the matter after it was said,
whenever that was handled; so are forwarded posts, orders of superiors, patrols and questions. A note of somebody else
changes nothing: nobody can keep a draft from being handled by one. A yes, an undo, an authority and all that says no
number would meet something else now, and a decision could override a newer one: who said them is asked to say them
again.
"""

from collections.abc import Iterable, Iterator

from handlers.common.command_lines import Verbs, command_lines
from handlers.common.context import Context
from handlers.common.speech_times import speech_times
from handlers.common.suggestions import confirms, is_picture_alone
from handlers.rules.incident.word_order import OVERTAKEN
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import audit

REPORTS = (
    "acknowledge", "bounce", "plan", "reply", "wording", "publish", "resolve", "extend", "verify", "follow_up", "note",
    "progress", "heat", "attach",
)  # fmt: skip
"""Commands that report or ask for something in the matters that they name."""
ALONE = ("forward", "hand_down", "check_in", "lookup", "todo", "help", "timeline", "explain", "failures")
"""Commands that depend on nothing that was said or done before them."""
CHANGES_NOTHING = ("note", "attached", "heat", OVERTAKEN, "asked back", "owed again")
"""Kinds of events that change nothing for what others said; "owed again" are duties that the bot dated again."""
MOST_COMPARED = 50
"""How many of the newest events in a matter are compared with words that come late."""


async def must_still_stand(context: Context, utterance: Utterance, command: str, verbs: Verbs) -> None:
    """Raise Refusal unless words that are handled again may be; `command` is what they are read as, if they are one."""
    if utterance.message.press is not None or confirms(utterance) or is_picture_alone(utterance):
        raise Refusal("retry.say_again", by=context.person.id, numbers=())
    lines = [line.text for line in command_lines(utterance.text, verbs)]
    numbers = [] if len(lines) == 1 and command in ALONE else list(_numbers(lines, verbs))
    if None in numbers:
        raise Refusal("retry.say_again", by=context.person.id, numbers=())
    changed = [one for one in numbers if one is not None and await _changed_since(context, one)]
    if changed:
        raise Refusal("retry.say_again", by=context.person.id, numbers=sorted(changed))


async def _changed_since(context: Context, number: int) -> bool:
    """Return whether somebody changed a matter in words that were said after these, or the speaker said more in it."""
    lines = await audit.acted_in(number, context.said_at, MOST_COMPARED)
    by = context.person.id
    newer = [line for line in lines if line["actor"] == by or line["kind"] not in CHANGES_NOTHING]
    if len(lines) == MOST_COMPARED:
        return bool(newer)
    times = await speech_times(newer, context.office.institution)
    return any(time.at > context.said_at for time in times)


def _numbers(lines: Iterable[str], verbs: Verbs) -> Iterator[int | None]:
    """Yield the numbers that each report names; None for what is neither that nor depends on nothing."""
    for line in lines:
        name, numbers = verbs.named(line)
        if name not in ALONE:
            yield from numbers if name in REPORTS and numbers else (None,)
