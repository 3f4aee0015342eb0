"""Messages that are longer than a platform takes: cut between characters, at the end of a line where there is one.

What does not fit follows as further parts, each of which begins with the incident's short code, so that a quote of any
part still tells the matter. Nothing is left out.
"""

from bisect import bisect_right
from collections.abc import Callable

from msgspec.structs import replace

from handlers.rules.language.messages import CODE, Reply

Size = Callable[[str], int]
GOOD_ENDS = ("\n\n", "\n", "。", "；", " ")
MORE = "…"


def in_bytes(text: str) -> int:
    return len(text.encode())


def pieces(text: str, limit: int, size: Size = in_bytes) -> list[str]:
    """`text` in pieces of at most `limit` bytes of UTF-8, or of whatever `size` counts; all joined are the text.

    Ends at an empty line, a line's end, a sentence's end or a blank in the second half of a piece, if there is one. One
    piece at least, and a character in each: ValueError when a single character is over the limit.
    """
    found = []
    while size(text) > limit:
        longest = bisect_right(range(1, len(text)), limit, key=lambda end: size(text[:end]))
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


def parts(say: Reply, limit: int, size: Size = in_bytes) -> list[Reply]:
    """A message in parts whose texts fit. The first one mentions people; the last one has the card and the files."""
    if size(say.text) <= limit:
        return [say]
    codes = "".join(dict.fromkeys(found[0] for found in CODE.finditer(say.text)))
    again = f"{codes}{MORE}" if size(codes) < limit // 8 else MORE
    first, *rest = pieces(say.text, limit - size(again), size)
    cut = [replace(say, text=first, card=None, attachments=())]
    cut += [replace(say, text=again + piece, mentions=(), card=None, attachments=()) for piece in rest]
    return [*cut[:-1], replace(cut[-1], card=say.card, attachments=say.attachments)]
