"""Suggest the command that was probably meant by a sentence that no handler understood, and find what was confirmed.

A suggestion names the matter that was typed or quoted, or the only one that it can be about, never one by guess. It is
never a yes. `对` by the same person within two minutes means the suggested sentence, as does its button.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import ModuleType
from typing import NamedTuple

from handlers.common.cards import suggestion_card
from handlers.common.command_lines import CERTIFYING
from handlers.common.context import Context
from handlers.common.natural_assignment import natural_assignment
from handlers.common.natural_no import natural_no
from handlers.common.waiting import mine_to_sign
from handlers.rules.incident.permissions import may_ever
from handlers.rules.language.commands import courteous
from handlers.rules.language.folding import normalize
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.messages import Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Person
from storage import reports, suggestions
from storage.database.transaction import transact

CONFIRMED_WITHIN = timedelta(minutes=2)
PROOF_WITHIN = timedelta(minutes=10)
"""How long a picture sent alone is the proof that a command was refused for; by then people have made a screenshot."""
ASKS_FOR_PROOF = ("publish.no_proof", "publish.picture_missing", "resolve.what_proof")
"""Refusals of a command that only lacks a picture or file."""
SAY = "say:"
"""Before the sentence in the key of a suggestion's button."""
ENOUGH = {True: 0.75, False: 0.5}
"""Minimum share of equal characters, at their places: three of four Latin letters, one of two Chinese characters."""
LONGEST = 60
"""Maximum length (characters) of a sentence that is confirmed by a word."""
LONGEST_BUTTON = 40
"""Maximum length (characters) of a sentence that is a button too."""
LONGEST_READ = 1000
"""How many characters of a sentence that was not understood are read for what it means."""
_CONFIRM = LazyPattern(
    r"(?:对的?|是的?|嗯+|好的?|没错|确认|yes|yep|yeah|right|correct|y)(?:[\s,，]*(?:谢谢|thanks|thank you))?"
    r"[\s。.!！~]*",
    re.IGNORECASE,
)
_HINTS = tuple(
    (name, example, LazyPattern(words, re.IGNORECASE))
    for name, example, words in (
        ("help", 0, r"你好|您好|在吗|怎么(?:用|弄|操作|说)|下一步|教教我|不会用|你是谁|hello|how (?:do|does|can)"),
        ("help", 0, r"我.{0,2}能.{0,2}(?:干|做)(?:什么|啥)|这是(?:什么|啥)|怎么办"),
        ("merge", 0, r"并入|合并|merge"),
        ("ledger", 0, r"台账|统计|报表|数据|ledger"),
        ("concern", 0, r"是说|说的是|针对|告的是"),
        ("resolve", 0, r"(?:办|处理|弄|搞|解决|整改)(?:好|完|妥|到位)|办结|done$|finished"),
        ("publish", 0, r"(?:发布|公开|回复|发出|挂网)了|已发|发好|posted"),
        ("approve", -1, r"不行|不可以|不好|改一?下|重写|生硬|no$"),
        ("bounce", 0, r"不归|不是我们|不属于|退回|管不了|not (?:ours|mine)"),
        ("acknowledge", 0, r"签收|收到|接单|知道了|我来办|received"),
        ("todo", 0, r"(?:要|该|有|先)(?:做|办|处理|干)?(?:什么|啥|哪些)|我的任务|what should i"),
        (
            "lookup",
            0,
            r"(?:\d|件|号|办|事|投诉|回复|帖).{0,8}怎么样|什么情况|谁在办|到哪|进度|在谁|查|催|how is|where is|status",
        ),
        ("extend", 0, r"来不及|晚几天|宽限|多给|推迟|延期|more time"),
        ("undo", 0, r"(?:说|发|点|按|写)错|不算|收回|撤|mistake"),
        ("note", 0, r"补充(?:说明|一下|一点)?|备注"),
        ("follow_up", 0, r"进展|最新情况|跟进"),
        ("assign", 0, r"转给|派给|交给|给.{1,8}处"),
        ("forward", -1, r"帖子|投诉|登记|反映|上报|post$|report"),
        ("leave", 0, r"请假|休假|出差"),
    )
)
"""Words that people use instead of a command, the most specific first. An example with content is shown without it."""
_NUMBER_FIRST = LazyPattern(r"^#?\d{1,7}号?\s*")
_A_COMMAND = LazyPattern(r"[^\W\d]{2,4}\s*(?:第\s*)?#?\d{1,7}号?[\s。.!！]*")
"""A short word and a number: overheard words count as a mistyped command only in this form."""
_NO_NUMBER = {"zh": "编号", "en": "<number>"}
_CONTENT = "…"


class Suggestion(NamedTuple):
    """A sentence to say; `whole` if it can be done as it stands, so that one word confirms it."""

    sentence: str
    whole: bool


def looks_meant(text: str) -> bool:
    """Return whether overheard words look like a command: 千收 12."""
    return _A_COMMAND.fullmatch(normalize(text)) is not None


async def suggestion(context: Context, text: str) -> Suggestion | None:
    """Return what was probably meant; None if nothing is near enough."""
    if said := await natural_no(context, text) or natural_assignment(context, text):
        return Suggestion(said, whole=True)
    found = meant(text, context.person, context.commands)
    return await _of_command(context, text, *found) if found else None


async def _of_command(context: Context, text: str, name: str, example: int) -> Suggestion | None:
    """Return the example of a command with the matter that the text names; None if a merger names no two."""
    language = context.office.texts.language
    pattern = str(context.commands[name].EXAMPLES[language][example])
    numbers = typed_numbers(text)
    if name == "merge":
        both = pattern.replace("13", "{}").replace("12", "{}").format(*numbers[:2]) if len(numbers) > 1 else ""
        return Suggestion(both, whole=True) if both else None
    verb, code, rest = pattern.partition(" 12")
    if not code:
        return _without_number(name, pattern)
    number = next(iter(numbers), None) or await _only_matter(context, name)
    sentence = f"{verb} {number or _NO_NUMBER[language]}{f' {_CONTENT}' if rest else ''}"
    return Suggestion(sentence, whole=bool(number) and not rest and name not in CERTIFYING)


def _without_number(name: str, pattern: str) -> Suggestion:
    if name in ("forward", "leave"):
        return Suggestion(f"{pattern.split()[0]} {_CONTENT}", whole=False)
    return Suggestion(pattern, whole=True)


def meant(text: str, person: Person, commands: Mapping[str, ModuleType]) -> tuple[str, int] | None:
    """Return the command that is probably meant, and the number of its example; only what the person may say."""
    normalized = normalize(courteous(text[:LONGEST_READ])).casefold()
    hinted = next((hint[:2] for hint in _HINTS if hint[2].search(normalized) and may_ever(person, hint[0])), None)
    return hinted or _by_likeness(_NUMBER_FIRST.sub("", normalized), person, commands)


def typed_numbers(text: str) -> tuple[int, ...]:
    """Return the incident numbers in a sentence, as far as it is read, in their order."""
    found: list[int] = []
    rest = text[:LONGEST_READ]
    while digit := re.search(r"#?\d", rest):  # not ①, which counts a list and names no matter
        before = rest[: digit.start()]
        numbers, behind = take_numbers(rest[digit.start() :])
        found += numbers if not before[-1:].isdigit() else ()
        rest = behind if numbers else re.sub(r"^#?\d+", "", rest[digit.start() :])
    return tuple(dict.fromkeys(found))


def _by_likeness(text: str, person: Person, commands: Mapping[str, ModuleType]) -> tuple[str, int] | None:
    """Return the command whose verb the text begins with, but for some characters. An approval is never guessed."""
    scored = [
        (_likeness(text, verb.casefold()), len(verb), name)
        for name, handler in commands.items()
        if name != "approve" and may_ever(person, name)
        for verb in (*getattr(handler, "VERBS", ()), *getattr(handler, "PHRASES", ()))
        if len(verb) > 1 and verb[0].isascii() == text[:1].isascii() and _ends(text, verb)
    ]
    score, _, name = max(scored, default=(0.0, 0, ""))
    return (name, -1 if name == "forward" else 0) if score >= ENOUGH[text[:1].isascii()] else None


def _likeness(text: str, verb: str) -> float:
    return sum(1 for one, other in zip(text, verb, strict=False) if one == other) / len(verb)


def _ends(text: str, verb: str) -> bool:
    """Return whether the verb's place is followed by a number or nothing: one alone must be right but for nothing."""
    behind = text[len(verb) :].strip()
    return behind[:1] in {*"0123456789#"} if behind else text.startswith(verb.casefold()) or verb[0].isascii()


async def _only_matter(context: Context, name: str) -> int | None:
    """Return the quoted matter, else the only one that the command can be about for this person."""
    if code := quoted_code(context.message):
        return code[0]
    person = context.person
    if name == "acknowledge":
        found = await reports.owed_acknowledgements((person.department,)) if person.department else []
    elif name == "approve":
        found = list({case.number for case, _ in await mine_to_sign(context)})
    else:
        found = await context.open_matters(2)
    return found[0] if len(found) == 1 else None


async def keep(context: Context, found: Suggestion) -> Reply:
    """Keep a suggestion for its person and return the answer that makes it. Call it inside a transaction."""
    text = context.text("common.not_understood", near=found.sentence, confirm=found.whole)
    if not found.whole or len(found.sentence) > LONGEST:
        return Reply(text=text)
    await suggestions.keep(context.person.id, context.message.conversation, found.sentence, context.now)
    if len(found.sentence) > LONGEST_BUTTON:
        return Reply(text=text)
    return Reply(
        text=text, card=suggestion_card(context.office, context.person.id, found.sentence, f"{SAY}{found.sentence}")
    )


def confirms(utterance: Utterance) -> bool:
    """Return whether somebody may be confirming a suggestion, by a word or by its button."""
    press = utterance.message.press
    return press.key.startswith(SAY) if press else _CONFIRM.fullmatch(normalize(utterance.text)) is not None


def is_picture_alone(utterance: Utterance) -> bool:
    """Return whether a message is only a stored picture or file, so that it may be a proof that was asked for."""
    message = utterance.message
    alone = not (utterance.text or message.material or message.quote or message.press or message.links)
    return alone and any(one.id is not None for one in message.attachments)


async def await_proof(context: Context, number: int, words: str) -> None:
    """Remember a command that lacks only its proof, so that a picture sent alone completes it."""
    named = words if number in typed_numbers(words) else f"{words} {number}"
    await transact(lambda: suggestions.keep(context.person.id, context.message.conversation, named, context.now))


async def proof_awaited(context: Context) -> str | None:
    """Return the command of the speaker that a picture sent alone may complete now."""
    since = context.now - PROOF_WITHIN
    return await suggestions.find(context.person.id, context.message.conversation, since)


async def confirmed(context: Context) -> str | None:
    """Return the sentence that was suggested to the speaker and is confirmed now; None without one, or if it is old."""
    since = context.now - CONFIRMED_WITHIN
    sentence = await suggestions.find(context.person.id, context.message.conversation, since)
    press = context.message.press
    return sentence if press is None or press.key == f"{SAY}{sentence}" else None


async def is_late(context: Context) -> bool:
    """Return whether the pressed button is the speaker's own suggestion, which was not confirmed in time."""
    sentence = await suggestions.find(context.person.id, context.message.conversation, None)
    press = context.message.press
    return sentence is not None and press is not None and press.key == f"{SAY}{sentence}"
