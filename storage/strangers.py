"""Which strangers the bot has answered today: one answer each, for every answer is a call of the month's quota."""

from datetime import date
from hashlib import sha256

from msgspec import Struct, json

from storage.counters import recall, remember

MOST_A_DAY = 50
"""How many strangers are answered on one day; more come from somebody who plays."""
_TOLD = "strangers told today"


class _Told(Struct, frozen=True):
    """A local day, and the marks of the strangers who were answered on it."""

    day: str
    who: tuple[str, ...] = ()


async def is_first_today(channel: str, sender: str, today: date) -> bool:
    """Return whether a stranger may be answered, and note that they are. `today` is the institution's local day.

    Call it inside the transaction of the answer.
    """
    value = await recall(_TOLD)
    told = json.decode(value, type=_Told) if value else _Told("")
    known = told.who if told.day == today.isoformat() else ()
    mark = sha256(f"{channel}:{sender}".encode()).hexdigest()[:16]
    if mark in known or len(known) >= MOST_A_DAY:
        return False
    await remember(_TOLD, json.encode(_Told(today.isoformat(), (*known, mark))).decode())
    return True
