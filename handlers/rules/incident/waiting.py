"""Choose which waiting request or swap a yes or no is about.

A button, a quote's short code, a number or the kind that the verb names (`同意延期`) decides. A bare `同意` is enough
only if exactly one thing waits for the speaker; otherwise the bot asks back and never guesses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from handlers.rules.incident.approval import may_decide
from handlers.rules.incident.case import Case, RequestRow
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
    def state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """A request for a signature. `mine` if the speaker may sign it, `own` if the speaker asked for it."""

    case: Case
    request: RequestRow
    mine: bool
    own: bool

    @classmethod
    def of(cls, case: Case, request: RequestRow, person: Person) -> "WaitingRequest":
        return cls(case, request, may_decide(case, request, person), request.asked_by == person.id)


@dataclass(frozen=True, slots=True)
class WaitingSwap:
    """A swap of shifts that the speaker is asked to agree to, or that the word names."""

    swap: AskedSwap


Waiting = WaitingRequest | WaitingSwap
_Kind = TypeVar("_Kind", WaitingRequest, WaitingSwap)


@dataclass(frozen=True, slots=True)
class Pointing:
    """How an answer names its subject: the button's request, the quote's codes, the numbers, the verb's kind."""

    button: int | None = None
    quoted: tuple[int, int | None] | None = None
    quoted_swap: int | None = None
    numbers: tuple[int, ...] = ()
    kind: str | None = None

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
        return self.button is None and self.quoted is None and self.quoted_swap is None and not self.numbers


def swap_meant(pointing: Pointing, waiting: Sequence[Waiting]) -> AskedSwap | None:
    """Return the swap that an answer is about, None if it is about a request. Refusal if several may be meant."""
    swaps = _only(WaitingSwap, waiting)
    if pointing.kind not in (None, SWAP):
        return None
    if not swaps and pointing.kind == SWAP:
        raise Refusal("swap.nothing")
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


def ask_back(pointing: Pointing, waiting: Sequence[Waiting], *, spoken_to: bool) -> Refusal | None:
    """Return the refusal that answers a sentence which is neither yes nor no; None if it is talk among others.

    `spoken_to` if the bot was addressed, or something was quoted. Raise Refusal as `swap_meant` does.
    """
    swap = swap_meant(pointing, waiting)
    if swap is not None:
        return Refusal("swap.unclear", swap=swap)
    if pointing.numbers or spoken_to or _signable(waiting):
        return Refusal("approve.unclear", number=next(iter(pointing.numbers), None))
    return None


def _named(case: Case, request: int) -> RequestRow:
    found = next((row for row in case.requests if row.id == request), None)
    if found is None:
        raise Refusal("approve.none_here", case=case)
    return found


def _in_matter(case: Case, kind: str | None, person: Person) -> RequestRow:
    """Return the pending request that the person may sign; without one, somebody else's."""
    pending = case.pending(kind)
    if not pending:
        raise Refusal("approve.none_here", case=case)
    mine = [request for request in pending if may_decide(case, request, person)]
    if len(mine) > 1:
        raise Refusal("approve.which_kind", case=case, requests=mine)
    return (mine or list(pending))[0]


def _only_one(pointing: Pointing, waiting: Sequence[Waiting]) -> tuple[Case, RequestRow]:
    asked = [one for one in _only(WaitingRequest, waiting) if pointing.kind in (None, one.request.kind)]
    mine = [(one.case, one.request) for one in asked if one.mine]
    if len(mine) == 1:
        return mine[0]
    if mine:
        raise Refusal("approve.several", waiting=mine)
    own = next((one.case for one in asked if one.own), None)
    raise Refusal("approve.own", case=own) if own else Refusal("approve.nothing")


def _signable(waiting: Sequence[Waiting]) -> bool:
    return any(one.mine for one in _only(WaitingRequest, waiting))


def _only(kind: type[_Kind], waiting: Sequence[Waiting]) -> list[_Kind]:
    return [one for one in waiting if isinstance(one, kind)]
