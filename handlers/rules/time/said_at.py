"""When something was said: words that are handled late, after a fault or by hand, count as said when they were said.

They certify nothing that came later, and they meet what was still in time then. The platform's time of a message is
believed as far as the receipt bounds it: it was not said after it was received, nor long before.
"""

from datetime import datetime, timedelta

LONGEST_UNDERWAY = timedelta(days=1)
"""How long before its receipt a message may have been said: platforms repeat what they could not deliver."""


def said_at(sent_at: datetime, received: datetime) -> datetime:
    """Return when words were said, for what they certify: the earlier, the less."""
    return min(sent_at, received)


def acted_at(sent_at: datetime, received: datetime) -> datetime:
    """Return when words were said, for what they meet: nobody meets anything further back than a day."""
    return max(said_at(sent_at, received), received - LONGEST_UNDERWAY)
