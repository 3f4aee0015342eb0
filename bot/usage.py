"""How much of a platform's limits is used: figures for `/metrics`, and alarms for the page."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple


class Used(NamedTuple):
    """`what` is "calls" or "deliveries" of the month, or what one conversation or webhook got in a "minute" or "hour".

    Of several conversations and webhooks it is the fullest.
    """

    platform: str
    what: str
    used: int
    limit: int


AskUsed = Callable[[], Awaitable[Sequence[Used]]]
Alarm = dict[str, Any]
"""What the page says: `kind`, by which its words are found, and the numbers in them."""
Alarms = Callable[[], Sequence[Alarm]]
