"""Text as WeCom's transports take it: nothing that was written outside makes a link, a picture, a tag, or rings."""

import re

_TAG = re.compile(r"<(?=\s*[@/!a-zA-Z])")


def plain(text: str) -> str:
    """Return a text for a webhook or the app: WeCom reads `<@userid>` and `<a href>` even in plain texts."""
    return _TAG.sub("＜", text)


def inert(text: str) -> str:
    """Return a text as markdown for the robot, with its lines."""
    return text.replace("](", "] (").replace("<", "＜").replace("\n", "  \n")


def size(text: str) -> int:
    """Return the most bytes that a text takes on any transport."""
    return max(len(plain(text).encode()), len(inert(text).encode()))
