"""Suggest the command that was probably meant by a sentence that no handler understood."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from types import ModuleType

from handlers.rules.incident.permissions import may_ever
from handlers.rules.language.commands import courteous
from handlers.rules.language.folding import normalize
from handlers.rules.people.institution import Person

ENOUGH = {True: 0.75, False: 0.5}
"""Minimum similarity: four of five Latin letters, one of two Chinese characters."""
LOOSE = 2
HINTS = tuple(
    (name, example, re.compile(words, re.IGNORECASE))
    for name, example, words in (
        ("forward", -1, r"[@＠]\w"),
        ("help", 0, r"你好|您好|怎么(?:用|弄|操作|说)|下一步|教教我|不会用|你是谁|hello|how (?:do|does|can)"),
        ("help", 0, r"我.{0,2}能.{0,2}(?:干|做)(?:什么|啥)|这是(?:什么|啥)|怎么办"),
        ("ledger", 0, r"台账|统计|报表|数据|ledger"),
        ("concern", 0, r"是说|说的是|针对|告的是"),
        ("resolve", 0, r"(?:办|处理|弄|搞|解决|整改)(?:好|完|妥|到位)|办结|done$|finished"),
        ("publish", 0, r"(?:发布|公开|回复|发出|挂网)了|已发|发好|posted"),
        ("approve", -1, r"不行|不可以|不好|改一?下|重写|生硬|no$"),
        ("approve", 0, r"可以发|没意见|没问题|同意|照办|就这样|发吧|行吧?$|好的?$|ok$|yes$|fine$"),
        ("acknowledge", 0, r"签收|收到|接单|知道了|我来办|received"),
        ("bounce", 0, r"不归|不是我们|不属于|退回|管不了|not (?:ours|mine)"),
        ("todo", 0, r"(?:要|该|有|先)(?:做|办|处理|干)?(?:什么|啥|哪些)|我的任务|what should i"),
        ("lookup", 0, r"怎么样了?|什么情况|谁在办|到哪|进度|在谁|查|催|how is|where is|status"),
        ("extend", 0, r"来不及|晚几天|宽限|多给|推迟|延期|more time"),
        ("undo", 0, r"(?:说|发|点|按|写)错|不算|收回|撤|mistake"),
        ("note", 0, r"补充(?:说明|一下|一点)?|备注"),
        ("follow_up", 0, r"进展|最新情况|跟进"),
        ("assign", 0, r"转给|派给|交给|给.{1,8}处"),
        ("forward", -1, r"帖子|投诉|登记|反映|post$"),
        ("leave", 0, r"请假|休假|出差"),
    )
)
"""Words that people use instead of a command, the most specific first."""
_NUMBER = re.compile(r"\d{1,7}")
_NUMBER_FIRST = re.compile(r"^#?\d{1,7}号?\s*")
_A_COMMAND = re.compile(r"[^\W\d]{2,4}\s*(?:第\s*)?#?\d{1,7}号?[\s。.!！]*")
"""A short word and a number: overheard words count as a mistyped command only in this form."""


def looks_meant(text: str) -> bool:
    """Return whether overheard words look like a command: 千收 12."""
    return _A_COMMAND.fullmatch(normalize(text)) is not None


def suggest(
    text: str, language: str, person: Person, commands: Mapping[str, ModuleType], number: int | None = None
) -> str | None:
    """Return the command that was probably meant, with the typed number, else `number`, and … for what follows.

    Chosen by hints in the words, else by the verb most similar to the beginning, among what the person may say.
    """
    normalized = _NUMBER_FIRST.sub("", normalize(courteous(text)).casefold())
    found = _by_hint(normalize(text).casefold(), person) or _by_similarity(normalized, person, commands)
    if found is None:
        return None
    example = str(commands[found[0]].EXAMPLES[language][found[1]])
    typed = _NUMBER.search(normalize(text))
    verb, code, rest = example.partition("12")
    meant = typed[0] if typed else str(number or 12)
    return f"{verb}{meant}{' …' if rest else ''}" if code else example


def _by_hint(text: str, person: Person) -> tuple[str, int] | None:
    found = ((name, n) for name, n, words in HINTS if words.search(text) and may_ever(person, name))
    return next(found, None)


def _by_similarity(text: str, person: Person, commands: Mapping[str, ModuleType]) -> tuple[str, int] | None:
    latin = text[:1].isascii()
    scored = [
        (SequenceMatcher(None, text[: len(verb)], verb).ratio(), len(verb), name)
        for name, handler in commands.items()
        if may_ever(person, name)
        for verb in (*getattr(handler, "VERBS", ()), *getattr(handler, "PHRASES", ()))
        if len(verb) > 1 and verb[0].isascii() == latin and _comparable(text, verb)
    ]
    score, _, name = max(scored, default=(0.0, 0, ""))
    return (name, 0) if score >= ENOUGH[latin] else None


def _comparable(text: str, verb: str) -> bool:
    """Return whether the text may be a mistyped verb: one alone or before a number or a blank, not in long prose."""
    behind = text[len(verb) :]
    return verb[0].isascii() or len(behind) <= LOOSE or not behind[0].isalpha()
