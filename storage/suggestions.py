"""The sentence that the bot last suggested to a person, kept until it is confirmed or a newer one replaces it."""

from datetime import datetime

from msgspec import Struct, json

from storage.counters import recall, remember
from storage.tables import Setting, to_ms


class KeptSuggestion(Struct, frozen=True):
    """A sentence, when it was suggested (ms since 1970, UTC), and in which conversation."""

    sentence: str
    at: int
    conversation: str


async def keep(person: str, conversation: str, sentence: str, now: datetime) -> None:
    """Keep what is suggested to a person. Call it inside the transaction of the answer."""
    await remember(_key(person), json.encode(KeptSuggestion(sentence, to_ms(now), conversation)).decode())


async def find(person: str, conversation: str, since: datetime | None) -> str | None:
    """Return the sentence that was suggested to a person in a conversation since a moment, or ever."""
    value = await recall(_key(person))
    kept = json.decode(value, type=KeptSuggestion) if value else None
    if kept is None or kept.conversation != conversation or (since is not None and kept.at < to_ms(since)):
        return None
    return kept.sentence


async def forget(person: str) -> None:
    """Forget a suggestion, which counts once. Call it inside the transaction of what it was confirmed for."""
    await Setting.filter(name=_key(person)).delete()


def _key(person: str) -> str:
    return f"suggested to {person}"[:64]
