"""Set off what was written outside, by the public or by a colleague, so that it never looks like the bot's own words.

The bot's short codes stand in 〔〕; outside text has ［］ in their place, so no quote of it names a matter. Its further
lines begin with a bar, so a second line is no message of its own. Characters that nobody sees are dropped: they turn
the reading direction round, or end a line in places.
"""

from handlers.rules.lazy_pattern import LazyPattern

BAR = "│ "
_ENDS = LazyPattern("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = LazyPattern(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]+"
)
"""Control characters, directions, blanks without width, tags; what emoji are made of stays."""
_BRACKETS = str.maketrans("〔〕", "［］")


def without_codes(text: str) -> str:
    """Return the text without control characters and without the brackets of the bot's codes; its lines stay."""
    return _UNSEEN.sub("", _ENDS.sub("\n", text)).translate(_BRACKETS)


def set_off(text: str) -> str:
    """Return the same with a bar before every line but the first."""
    return f"\n{BAR}".join(without_codes(text).strip("\n").split("\n"))
