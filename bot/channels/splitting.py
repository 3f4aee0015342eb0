"""Split messages that are longer than a platform accepts, at the end of a line or a sentence where there is one.

Every further part begins with the incident's short code, so that a quote of any part still names the matter. Nothing
is left out.
"""

from bisect import bisect_right
from collections.abc import Callable

from msgspec.structs import replace

from handlers.rules.language.messages import CODE, Reply

Size = Callable[[str], int]
GOOD_ENDS = ("\n\n", "\n", "。", "；", " ")
MORE = "…"
ROOM = "－" * 10
"""What each part leaves room for: the mark that it gets if it may arrive a second time."""


def in_bytes(text: str) -> int:
    return len(text.encode())


def pieces(text: str, limit: int, size: Size = in_bytes) -> list[str]:
    """Return the text in pieces of at most `limit` bytes of UTF-8 (or of what `size` counts); joined they are the text.

    `size` counts at least one for each character.
    A piece ends at an empty line, a line's end, a sentence's end or a blank in its second half, if there is one. There
    is at least one piece. ValueError when a single character is over the limit.
    """
    found = []
    while len(text) > limit or size(text) > limit:
        longest = bisect_right(range(1, min(len(text), limit + 1)), limit, key=lambda end: size(text[:end]))
        if not longest:
            raise ValueError(f"no character fits into {limit}")
        end = _good_end(text[:longest])
        found.append(text[:end])
        text = text[end:]
    return [*found, text]


def _good_end(text: str) -> int:
    for mark in GOOD_ENDS:
        end = text.rfind(mark) + len(mark)
        if end > max(len(text) // 2, len(mark)):
            return end
    return len(text)


def parts(reply: Reply, limit: int, size: Size = in_bytes) -> list[Reply]:
    """Return a message in parts whose texts fit, with the mark of a repeat as well.

    The first one mentions people; the last one has the card and files.
    """
    if size(reply.text) <= limit:
        return [reply]
    codes = "".join(dict.fromkeys(found[0] for found in CODE.finditer(reply.text)))
    again = f"{codes}{MORE}" if size(codes) < limit // 8 else MORE
    room = size(ROOM) if size(ROOM) < limit // 8 else 0
    first, *rest = pieces(reply.text, limit - size(again) - room, size)
    cut = [replace(reply, text=first, card=None, attachments=())]
    cut += [replace(reply, text=again + piece, mentions=(), card=None, attachments=()) for piece in rest]
    return [*cut[:-1], replace(cut[-1], card=reply.card, attachments=reply.attachments)]
