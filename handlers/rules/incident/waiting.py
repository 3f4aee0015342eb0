"""Choose which waiting request or swap a yes or no is about.

A button, a quote's short code, a number or the kind that the verb names (`同意延期`) decides. A bare `同意` is enough
only if exactly one thing was put to the speaker; otherwise the bot asks back, names what waits, and never guesses.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from msgspec import Struct

from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.incident.signers import capacity, may_decide, put_to
from handlers.rules.people.institution import Person
from handlers.rules.people.roster import SwapRow
from handlers.rules.refusal import Refusal

SWAP = "swap"
"""The kind of a swap of shifts; the other kinds are those of requests, such as "reply" or "extension"."""


class AskedSwap(SwapRow, Protocol):
    """A swap that somebody asked for: `state` is "asked" until the taker answers."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def state(self) -> str: ...


class WaitingRequest(Struct, frozen=True):
    """A request for a signature. `mine` if it was put to the speaker, `may` if they may sign it, `own` if they asked.

    `hidden` if it is in a matter that is about the speaker.
    """

    case: Case
    request: RequestRow
    mine: bool
    may: bool
    own: bool
    hidden: bool

    @classmethod
    def of(cls, case: Case, request: RequestRow, person: Person, called: Collection[str] = ()) -> "WaitingRequest":
        """`called` are the ids of those whom reminders have called to sign it."""
        how = capacity(case.when_said, request, person, called)
        own = request.asked_by == person.id
        return cls(case, request, how not in (None, "on behalf"), how is not None, own, case.concerns(person))

    @property
    def asked(self) -> Person | None:
        """Whom the request is put to."""
        return put_to(self.case, self.request)


class WaitingSwap(Struct, frozen=True):
    """A swap of shifts that the speaker is asked to agree to, or that the word names."""

    swap: AskedSwap


Waiting = WaitingRequest | WaitingSwap
_Kind = TypeVar("_Kind", WaitingRequest, WaitingSwap)


class Pointing(Struct, frozen=True):
    """How an answer names its subject: the button's request, the quote's codes, the numbers, the verb's kind.

    `lost` if the answer quotes something that names no matter, so that only a number can tell what is meant.
    """

    button: int | None = None
    quoted: tuple[int, int | None] | None = None
    quoted_swap: int | None = None
    numbers: tuple[int, ...] = ()
    kind: str | None = None
    lost: bool = False

    @property
    def swap(self) -> int | None:
        """The swap that is named: by the quote, else by the only number behind a verb such as 同意换班."""
        if self.kind not in (None, SWAP):
            return None
        if self.quoted_swap is None and self.kind == SWAP and len(self.numbers) == 1:
            return self.numbers[0]
        return self.quoted_swap

    @property
    def request(self) -> int | None:
        """The request that is named: by the button, else by the quote, unless a number contradicts it."""
        number, request = self.quoted or (None, None)
        return self.button or (request if self.numbers[:1] in ((), (number,)) else None)

    @property
    def number(self) -> int | None:
        """The matter that is named: by its number, else by the quote."""
        return next(iter(self.numbers), None) or (self.quoted[0] if self.quoted else None)

    @property
    def names_matter(self) -> bool:
        return self.button is not None or self.number is not None

    @property
    def bare(self) -> bool:
        """Return whether nothing but the verb says what is meant."""
        named = self.button or self.quoted or self.quoted_swap or self.numbers
        return not named and not self.lost


def swap_meant(pointing: Pointing, waiting: Sequence[Waiting]) -> AskedSwap | None:
    """Return the swap that an answer is about, None if it is about a request. Refusal if several may be meant."""
    swaps = _only(WaitingSwap, waiting)
    if pointing.kind not in (None, SWAP):
        return None
    if not swaps and pointing.kind == SWAP:
        raise what_waits(waiting, Refusal("swap.nothing"))
    if len(swaps) > 1 or (swaps and pointing.kind is None and pointing.bare and _signable(waiting)):
        raise Refusal("swap.several", swaps=[one.swap for one in swaps])
    return swaps[0].swap if swaps else None


def request_meant(
    pointing: Pointing, waiting: Sequence[Waiting], case: Case | None, person: Person
) -> tuple[Case, RequestRow]:
    """Return the one request that an answer is about, with its matter; Refusal that asks back if that is not certain.

    `case` is the matter that the answer names, None if it names none. A request that the answer names itself is
    returned whether or not it still waits.
    """
    if case is None:
        return _only_one(pointing, waiting)
    if pointing.request is not None:
        return case, _named(case, pointing.request)
    return case, _in_matter(case, pointing.kind, person)


def unclear_about(
    pointing: Pointing, waiting: Sequence[Waiting], case: Case | None, person: Person, *, spoken_to: bool
) -> tuple[Case, RequestRow] | None:
    """Return the pending request that a sentence which is neither yes nor no is about; None if it is talk.

    `spoken_to` if the bot was addressed, or something was quoted. Raise Refusal as `swap_meant` and `request_meant` do,
    and where somebody speaks to the bot about nothing that they may sign.
    """
    swap = swap_meant(pointing, waiting)
    if swap is not None:
        raise Refusal("swap.unclear", swap=swap)
    if case is None and not _signable(waiting):
        if spoken_to:
            raise what_waits(waiting, Refusal("approve.unclear", number=None))
        return None
    meant = request_meant(pointing, waiting, case, person)
    if meant[1].state == "pending" and may_decide(meant[0].when_said, meant[1], person):
        return meant
    raise Refusal("approve.unclear", number=meant[0].number)


def what_waits(waiting: Sequence[Waiting], otherwise: Refusal) -> Refusal:
    """Return the refusal that names everything that waits for a signature or an answer; `otherwise` if nothing does."""
    requests = [one for one in _only(WaitingRequest, waiting) if not one.hidden]
    swaps = [one.swap for one in _only(WaitingSwap, waiting)]
    return Refusal("approve.elsewhere", waiting=requests, swaps=swaps) if requests or swaps else otherwise


def _named(case: Case, request: int) -> RequestRow:
    found = next((row for row in case.requests if row.id == request), None)
    if found is None:
        raise Refusal("approve.none_here", case=case)
    return found


def _in_matter(case: Case, kind: str | None, person: Person) -> RequestRow:
    """Return the pending request that the person may sign; without one, somebody else's."""
    pending = case.pending(kind)
    if not pending and case.pending():
        raise Refusal("approve.other_kind", case=case)
    if not pending:
        raise Refusal("approve.none_here", case=case)
    mine = [request for request in pending if may_decide(case.when_said, request, person)]
    if len(mine) > 1:
        raise Refusal("approve.which_kind", case=case, requests=mine)
    return (mine or list(pending))[0]


def _only_one(pointing: Pointing, waiting: Sequence[Waiting]) -> tuple[Case, RequestRow]:
    """Return the only request that was put to the speaker. Others are signed only by number."""
    asked = [one for one in _only(WaitingRequest, waiting) if pointing.kind in (None, one.request.kind)]
    mine = [(one.case, one.request) for one in asked if one.mine]
    if pointing.lost:
        raise Refusal("approve.quoted_nothing", waiting=mine)
    if len(mine) == 1:
        return mine[0]
    if mine:
        raise Refusal("approve.several", waiting=mine)
    raise _not_put_to_speaker(asked) or what_waits(waiting, Refusal("approve.nothing"))


def _not_put_to_speaker(asked: Sequence[WaitingRequest]) -> Refusal | None:
    """Return the refusal where the speaker may sign one request by number, or only asked for some; None otherwise."""
    may = [one for one in asked if one.may]
    own = [one.case for one in asked if one.own]
    if len(may) == 1:
        return Refusal("approve.not_asked", case=may[0].case, request=may[0].request, asked=may[0].asked)
    return Refusal("approve.own", case=own[0]) if own and not may else None


def _signable(waiting: Sequence[Waiting]) -> bool:
    return any(one.mine for one in _only(WaitingRequest, waiting))


def _only(kind: type[_Kind], waiting: Sequence[Waiting]) -> list[_Kind]:
    return [one for one in waiting if isinstance(one, kind)]
