"""Sentences that people say to the bot, by role and context, and what each may mean: the table beside `utterances.py`.

The sentences are in `sentences/`, one on a line, with ⏎ for a line's end. `expected` is a command's name, or yes, no,
unclear (asked back), ack, implied (of what is owed), doubt (asked back), talk (nothing is done: silence, or "I did not
understand").
"""

import re
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

Context = Literal["overheard", "to the bot", "quoting the request"]
FOLDER = Path(__file__).parent / "sentences"
OURS = "〔#12·请示7〕请审批"
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


class Sentence(NamedTuple):
    """What somebody of a role says in a context, and what it means."""

    words: str
    role: str
    context: Context
    expected: str


def sentences(name: str) -> list[str]:
    """Read a file of sentences."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [_ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), line).replace("⏎", "\n") for line in lines]


def _all(expected: str, role: str, context: Context, name: str) -> list[Sentence]:
    return [Sentence(words, role, context, expected) for words in sentences(name)]


def _others() -> list[Sentence]:
    named = (line.split(": ", 1) for line in sentences("others"))
    return [Sentence(words, "any", "overheard", name) for name, words in named]


LISTED: list[Sentence] = [
    *_all("yes", "leader", "overheard", "signs"),
    *_all("yes", "leader", "to the bot", "agrees"),
    *_all("yes", "leader", "quoting the request", "agrees"),
    *_all("no", "leader", "to the bot", "refuses"),
    *_all("unclear", "leader", "quoting the request", "changes"),
    *_all("ack", "liaison", "to the bot", "takes"),
    *_all("implied", "liaison", "to the bot", "implies"),
    *_all("doubt", "liaison", "overheard", "doubts"),
    *_all("talk", "liaison", "overheard", "no_receipt"),
    *_others(),
    *_all("talk", "any", "overheard", "chatter"),
]
NEVER_YES: list[Sentence] = [
    *_all("not yes", "leader", "quoting the request", "reported"),
    *_all("not yes", "leader", "to the bot", "reported"),
    *_all("not yes", "leader", "quoting the request", "sarcasm"),
    *_all("not yes", "leader", "quoting the request", "changes"),
    *_all("not yes", "leader", "to the bot", "refuses"),
]
YES_ZH = ("同意", "批准", "准予发布", "通过", "照此办理", "同意发布", "可以发布", "没意见", "没问题", "OK", "行")
YES_EN = ("approve", "approve 12", "agree", "approve it", "approve the reply", "lgtm", "ok")


def generated() -> Iterable[str]:
    """Yield sentences that say the opposite of a yes, or say that of somebody else, of another time, or ask."""
    before, behind = sentences("before_zh"), sentences("behind_zh")
    for one, yes in product(before, YES_ZH):
        yield from (f"{one}{yes}", f"{one}{yes} 12", f"12 {one}{yes}")
    for one, yes in product(behind, YES_ZH):
        yield from (f"{yes}{one}", f"{yes} 12{one}", f"好的，{yes}{one}")
    for one, yes in product(sentences("before_en"), YES_EN):
        yield f"{one} {yes}"
    for one, yes in product(sentences("behind_en"), YES_EN):
        yield f"{yes}{one}"
