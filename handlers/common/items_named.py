"""Which action item words name: 第2项, or after a merger with the matter in which it was set, #12 第2项."""

import re

from handlers.common.context import Context
from handlers.rules.incident.actions import ItemNamed
from handlers.rules.incident.case import Case
from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern

_NAME = r"(?:第\s?(\d{1,3})\s?项|item (\d{1,3})\b)"
_ITEM = LazyPattern(rf"(?:#\s?(\d{{1,7}})[ ,，:：]{{0,2}})?{_NAME}[\s,，:：]*", re.IGNORECASE)
_OF_MATTER = LazyPattern(r"#\s?(\d{1,7})[ ,，:：]{0,2}\Z")
_HEAD = 60
"""In how many characters at the beginning an item is named."""


def item_named(typed: str, rest: str) -> tuple[ItemNamed, str]:
    """Return the item that a command names, `typed` as a whole and `rest` behind its number, and what follows it.

    What names it stands directly behind the command; other items that the words mention are text.
    """
    found = _ITEM.match(normalize(rest))
    if found is None:
        return ItemNamed(), rest
    head = typed[:_HEAD]
    of = _OF_MATTER.search(normalize(head[: max(typed.rfind(rest), 0)]))
    matter = found[1] or (of[1] if of else None)
    return ItemNamed(int(matter) if matter else None, int(found[2] or found[3])), rest[found.end() :].strip()


async def now_owing(context: Context, case: Case, named: ItemNamed) -> tuple[Case, ItemNamed]:
    """Return the matter that owes the items of a case now, which may have been merged, and which item is meant."""
    matter = named.matter
    while case.incident.merged_into:
        matter = matter or case.number
        case = await context.case(case.incident.merged_into)
    return case, named._replace(matter=matter)
