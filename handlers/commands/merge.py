"""`并入 13 12` · `13 并入 12` / `merge 13 into 12`: two reports of one matter become one; the older number stays."""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.merging import merge_into
from handlers.rules.language.folding import normalize
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.refusal import Refusal

VERBS = ("并入", "合并", "并案", "merge")
EXAMPLES = {"zh": ("13 并入 12", "合并 12 13"), "en": ("merge 13 into 12",)}
_NUMBER = r"(?:第\s*)?#?\s*(\d{1,7})号?"
_ONE_INTO_ANOTHER = LazyPattern(rf"(?:把|将)?\s*{_NUMBER}\s*(?:并入|并到|合并到|合并入)\s*{_NUMBER}[\s。.!！]*")
_INTO = LazyPattern(r"^[\s,，]*(?:并入|并到|到|入|into|to|and|和|与|跟)[\s,，]*", re.IGNORECASE)


class Merge(NamedTuple):
    """`number` is merged into `into`; None where only the quote can tell. Two bare numbers: the older one stays."""

    number: int | None
    into: int | None


def parse(utterance: Utterance) -> Merge | None:
    direct = _ONE_INTO_ANOTHER.fullmatch(normalize(utterance.text))
    if direct:
        return Merge(int(direct[1]), int(direct[2]))
    found = utterance.command(VERBS, many=True)
    if found is None:
        return None
    numbers = found.numbers
    behind, rest = take_numbers(_INTO.sub("", normalize(found.rest)))
    if behind and numbers:
        return Merge(numbers[0], behind[0])
    if len(numbers) == 2 and not rest.strip("。.!！ "):
        return Merge(max(numbers), min(numbers))
    return Merge(None, numbers[0]) if len(numbers) == 1 else Merge(None, None)


async def handle(context: Context, asked: Merge) -> None:
    if asked.into is None:
        raise Refusal("merge.which")
    into = await context.case(asked.into)
    case = await context.meant(asked.number, EXAMPLES)
    await merge_into(context, case, into)
