"""News that tells of no look at a matter: words that say nothing, and words that nobody has looked yet."""

import re

from handlers.rules.incident.results import clauses
from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern

_NOTHING = LazyPattern(
    r"(?:好的?|收到|已?阅|明白|知悉|知道了?|了解|谢谢|辛苦了?|同上|如题|[\W\d_]|(?:ok|yes|noted|received|thanks|same)\b)*",
    re.IGNORECASE,
)
_NOT_LOOKED = LazyPattern(
    r"(?:没有?|未|忘了?|来不及|没空|没时间|没顾上|顾不上)(?:来得及|顾得上|时间|空)?(?:再|去)?(?:看|查看|关注)(?![到见出度者])"
    r"|(?:明[天早]|后天|稍后|晚[点些上]|下午|回头|等下|待会儿?|一会儿?|改天|下周|之后)[^，。]{0,4}看(?![到见过])"
    r"|\b(?:not|n't|never) look|\bwill (?:have a )?look|\blook(?:ing)? (?:tomorrow|later)",
    re.IGNORECASE,
)


def tells_no_look(text: str) -> bool:
    """Return whether nothing in the words comes from a look: 收到, 1, 没看, 明天再看."""
    return all(
        _NOTHING.fullmatch(clause) or _NOT_LOOKED.search(clause) for clause in clauses(normalize(text).casefold())
    )
