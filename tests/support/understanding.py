"""Parse a sentence as the bot does, without a bot: which handler takes it, and what it parses."""

from datetime import UTC, datetime
from typing import Any

from handlers.registry import PARSE_ORDER
from handlers.rules.language.messages import Message, Press, Quote
from handlers.rules.language.utterance import Utterance

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)


def message(text: str = "", **content: Any) -> Message:
    return Message(channel="local", id="1", conversation="work", sender="zhou", sent_at=NOW, text=text, **content)


def said(
    text: str = "", *, quote: str | None = None, press: str | None = None, addressed: bool = False, speaker: str = ""
) -> Utterance:
    incoming = message(
        text,
        quote=Quote(text=quote) if quote is not None else None,
        press=Press(key=press) if press is not None else None,
        addressed=addressed,
    )
    return Utterance.of(incoming, ("回音", "Huiyin"), speaker)


def understood(one: Utterance) -> tuple[str, Any] | None:
    """Return the name of the handler that takes an utterance and the parsed command; None if none takes it."""
    for handler in PARSE_ORDER:
        asked = handler.parse(one)
        if asked is not None:
            return handler.__name__.rpartition(".")[2], asked
    return None
