"""Search the conversation of the group page, in what is shown of it: masked data is not found by its digits."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from bot.web.group_history import History
from handlers.rules.language.folding import normalize

MOST_FOUND = 30
PAGES_AT_ONCE = 3
"""How many pages, each of 200 messages or more, one look goes through: nobody waits for more."""
AROUND = 30
_NUMBER = re.compile(r"#?(\d{1,9})号?")


class Found(NamedTuple):
    """What a look found, the newest first, each with an excerpt, and where the next goes on; None at the end."""

    messages: list[dict[str, Any]]
    earlier: str | None = None


async def search(
    history: History, words: str, viewer: str, before: str | None = None, unit: str | None = None
) -> Found:
    """Return the messages that `viewer` sees and that have every word; look at a few pages, from `before` on.

    `unit` is the viewer's unit, who sees its group; the others see the office's.

    A number finds the matter: "12", "#12" and "12号" find #12 and a bare 12, no part of a date, a time or an address.
    """
    each = normalize(words).casefold().split()
    patterns = [_pattern(word) for word in each]
    if not patterns:
        return Found([])
    earlier: str | None = None
    found: list[dict[str, Any]] = []
    looked_at = 0
    async for shown, goes_on in history.pages(partial(_may_have, [*map(_in_json, each)]), before):
        earlier = goes_on
        found += [hit for message in reversed(shown) if (hit := _hit(message, patterns, viewer, unit))]
        looked_at += 1
        if looked_at >= PAGES_AT_ONCE or len(found) >= MOST_FOUND:
            break
    return Found(found[:MOST_FOUND], earlier if len(found) < MOST_FOUND else None)


def _in_json(word: str) -> str:
    """Return what of a word certainly stands in the JSON of a message that shows it: stars and escapes may not."""
    number = _NUMBER.fullmatch(word)
    return number[1] if number else max(_NOT_ITSELF.split(word), key=len)


_NOT_ITSELF = re.compile(r'[*"\\\x00-\x1f]')


def _may_have(words: Sequence[str], body: str) -> bool:
    seen = normalize(body).casefold()
    return all(word in seen for word in words)


def _pattern(word: str) -> re.Pattern[str]:
    number = _NUMBER.fullmatch(word)
    if number:
        return re.compile(rf"#{number[1]}(?!\d)|(?<![0-9a-z_#/:.-]){number[1]}(?!\.?[0-9a-z_/:-])")
    return re.compile(re.escape(word))


def _hit(
    message: dict[str, Any], patterns: list[re.Pattern[str]], viewer: str, unit: str | None
) -> dict[str, Any] | None:
    if message["to"] not in (None, viewer) and message["from"] != viewer:
        return None
    if message["to"] is None and message.get("unit") != unit:
        return None
    text = _text(message)
    seen = normalize(text).casefold()
    matches = [pattern.search(seen) for pattern in patterns]
    if not all(matches):
        return None
    first = min(match.start() for match in matches if match)
    cut = first - AROUND if len(seen) == len(text) else 0  # normalizing may have moved the place
    excerpt = f"…{text[cut:]}" if cut > 0 else text
    return {key: message[key] for key in ("id", "at", "from", "name")} | {"text": excerpt[: 4 * AROUND]}


def _text(message: dict[str, Any]) -> str:
    card = message["card"] or {}
    names = [one["name"] for one in message["attachments"]]
    facts = [" ".join(map(str, fact)) for fact in card.get("facts", ())]
    return " ".join(" ".join([message["text"], card.get("title", ""), *facts, *names]).split())
