"""Whether a request's text had reached a person before they answered: an answer is bound to what was shown by then.

The times of delivery are ours: the moment at which a platform took the message. The time of the answer is the
platform's, but never later than our receipt of it. A platform's clock that is behind has honest answers asked back,
and one that is ahead gains at most the way of the message; both are covered by YOUNG wherever an older text had been
shown. Some platforms give whole seconds, so a text of the same second counts as delivered.

A button names the request that it was shown with. Who presses one has seen it, whatever the clocks say.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from msgspec import Struct

from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.refusal import Refusal

YOUNG = timedelta(minutes=1)
"""How long after its delivery a text may be mistaken for an older one that had been shown."""
AGAIN = timedelta(seconds=5)
"""How long after a text was shown again, because somebody was asked back, an answer is about that one."""


class Reached(Struct, frozen=True):
    """The messages that show a request with its whole text: the request's id and when it was delivered (UTC), in order.

    `pressed` and `quoted` are the request whose button was pressed, or whose own message was quoted.
    """

    shown: Sequence[tuple[int, datetime]] = ()
    pressed: int | None = None
    quoted: int | None = None


class NotReached(Refusal):
    """An answer to a text that had not reached the person, or only just: it is asked back with the text.

    `seen` is the request that had been shown last, None if none had; `age` is how old the newest one was.
    """

    def __init__(
        self, sentence: str, /, *, case: Case, request: RequestRow, seen: RequestRow | None, age: timedelta
    ) -> None:
        super().__init__(sentence, case=case, request=request, seen=seen, age=age)
        self.case = case
        self.request = request


def reached_since(case: Case, request: RequestRow, reached: Reached, said_at: datetime, actor: str) -> datetime | None:
    """Return since when (UTC) the request's text had been before the actor (an id); None if only a button proves it.

    Raise NotReached if it had not been delivered when they spoke, if another text was shown after it, or if it came
    less than a minute before and another text, which they did not decide themselves, had been shown until then. A quote
    of the request's own message settles which of them is meant, and so does an answer after it was shown again.
    """
    shown = _shown(case, request, reached, said_at)
    own = [at for other, at in shown if other.id == request.id]
    if request.id == reached.pressed or (own and request.id == reached.quoted):
        return next(iter(own), None)
    latest = _last(request, shown)
    if not latest:
        seen, age = shown[-1][0] if shown else None, _age(request.asked_at, said_at)
        raise NotReached("approve.unseen", case=case, request=request, seen=seen, age=age)
    undecided = _undecided(request, shown, actor)
    if undecided and not _read(latest, said_at):
        age = _age(latest[0], said_at)
        raise NotReached("approve.young", case=case, request=request, seen=undecided[-1], age=age)
    return latest[0]


def _undecided(request: RequestRow, shown: Sequence[tuple[RequestRow, datetime]], actor: str) -> list[RequestRow]:
    """Return the other requests that were shown, without those that the actor decided and so knows to be gone.

    Who signed a text with others has decided it once it is signed by all, or refused.
    """
    return [other for other, _ in shown if other.id != request.id and not _decided_by(other, actor)]


def _decided_by(other: RequestRow, actor: str) -> bool:
    ended = other.state in ("approved", "rejected")
    return other.decided_by == actor or (ended and actor in other.subject.get("signed", ()))


def _last(request: RequestRow, shown: Sequence[tuple[RequestRow, datetime]]) -> list[datetime]:
    """Return when the request was shown since anything else was; nothing if another one was shown last."""
    return [at for _, at in takewhile(lambda one: one[0].id == request.id, reversed(shown))][::-1]


def _age(since: datetime, said_at: datetime) -> timedelta:
    return max(said_at - since, timedelta())


def _read(deliveries: Sequence[datetime], said_at: datetime) -> bool:
    """Return whether a text that was delivered at these times, the last that was, may be taken for read."""
    return said_at - deliveries[0] >= YOUNG or any(said_at - again >= AGAIN for again in deliveries[1:])


def _shown(case: Case, request: RequestRow, reached: Reached, said_at: datetime) -> list[tuple[RequestRow, datetime]]:
    """Return what was shown before the answer of the matter's requests of this kind, the last at the end."""
    asked = {other.id: other for other in case.requests if other.kind == request.kind}
    return [(asked[id], at) for id, at in reached.shown if id in asked and at.replace(microsecond=0) <= said_at]
