"""Which pending item an answer is about: by button, quote, number or kind; a bare answer only if one is pending."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest
from msgspec.structs import replace

from handlers.rules.incident.case import Case
from handlers.rules.incident.waiting import (
    Pointing,
    Waiting,
    WaitingRequest,
    WaitingSwap,
    request_meant,
    swap_meant,
    unclear_about,
)
from handlers.rules.refusal import Refusal
from tests.support.cases import FOUND, Row, case, draft, person, request

QIAN = person("qian")


@dataclass(frozen=True)
class Swap:
    id: int
    taker: str = "qian"
    giver: str = "chen"
    shift_at: datetime = FOUND
    roster: str = ""
    state: str = "asked"


def matter(number: int, *requests: Row) -> Case:
    return case(requests, (draft(),), number=number)


def requests_of(*cases: Case, speaker: str = "qian") -> list[Waiting]:
    return [WaitingRequest.of(one, asked, person(speaker)) for one in cases for asked in one.pending()]


def swaps(*ids: int) -> list[Waiting]:
    return [WaitingSwap(Swap(id)) for id in ids]


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        call()
    return refusal.value.sentence


FIRST, SECOND = matter(1, request(1)), matter(2, request(2))
EXTENSION = request(3, kind="extension", subject={"duties": [3], "period": "1d"})
BARE = Pointing()


def meant(pointing: Pointing, waiting: Sequence[Waiting], named: Case | None = None) -> int:
    return request_meant(pointing, waiting, named, QIAN)[1].id


def test_a_bare_word_is_about_the_only_request() -> None:
    assert meant(BARE, requests_of(FIRST)) == 1


def test_with_several_requests_it_is_asked_back() -> None:
    assert refused(lambda: meant(BARE, requests_of(FIRST, SECOND))) == "approve.several"


def test_with_none_it_says_so() -> None:
    assert refused(lambda: meant(BARE, [])) == "approve.nothing"


def test_only_what_waits_for_the_speaker_counts() -> None:
    own = [WaitingRequest.of(FIRST, FIRST.requests[0], person("wang"))]
    assert refused(lambda: request_meant(BARE, own, None, person("wang"))) == "approve.own"
    others = [WaitingRequest.of(FIRST, FIRST.requests[0], person("zhou"))]
    assert refused(lambda: request_meant(BARE, others, None, person("zhou"))) == "approve.elsewhere"


def test_what_was_put_to_somebody_else_is_signed_by_number_only() -> None:
    asked = requests_of(FIRST, speaker="sun")
    assert refused(lambda: request_meant(BARE, asked, None, person("sun"))) == "approve.not_asked"
    assert request_meant(Pointing(numbers=(1,)), asked, FIRST, person("sun"))[1].id == 1
    several = requests_of(FIRST, SECOND, speaker="sun")
    assert refused(lambda: request_meant(BARE, several, None, person("sun"))) == "approve.elsewhere"


def test_whom_a_reminder_called_signs_with_a_bare_word() -> None:
    called = [WaitingRequest.of(FIRST, FIRST.requests[0], person("sun"), frozenset({"sun"}))]
    assert request_meant(BARE, called, None, person("sun"))[1].id == 1


def test_nothing_waits_is_said_only_if_nothing_does() -> None:
    waiting = [*requests_of(FIRST), *swaps(5)]
    with pytest.raises(Refusal) as refusal:
        meant(Pointing(kind="withdrawal"), waiting)
    assert [one.request.id for one in refusal.value.facts["waiting"]] == [1]
    assert [one.id for one in refusal.value.facts["swaps"]] == [5]
    assert refused(lambda: swap_meant(Pointing(kind="swap"), requests_of(FIRST))) == "approve.elsewhere"


def test_what_is_about_the_speaker_is_not_named() -> None:
    about = case((request(1),), (draft(),), about=["person:qian"])
    assert refused(lambda: meant(BARE, requests_of(about))) == "approve.nothing"


def test_the_kind_chooses_among_them() -> None:
    waiting = requests_of(matter(1, request(1), EXTENSION))
    assert meant(Pointing(kind="extension"), waiting) == 3
    assert refused(lambda: meant(Pointing(kind="withdrawal"), waiting)) == "approve.elsewhere"


def test_a_button_names_its_request_whether_or_not_it_waits() -> None:
    decided = matter(1, request(1, state="approved"), request(2))
    assert meant(Pointing(button=1), [], decided) == 1
    assert refused(lambda: meant(Pointing(button=9), [], decided)) == "approve.none_here"


def test_a_quote_names_its_request() -> None:
    pointing = Pointing(quoted=(2, 7))
    assert (pointing.request, pointing.number) == (7, 2)
    assert Pointing(quoted=(2, 7), numbers=(2,)).request == 7


def test_a_number_that_contradicts_the_quote_wins() -> None:
    pointing = Pointing(quoted=(2, 7), numbers=(1,))
    assert (pointing.request, pointing.number) == (None, 1)


def test_a_number_is_about_what_waits_in_that_matter() -> None:
    assert meant(Pointing(numbers=(1,)), [], FIRST) == 1
    assert refused(lambda: meant(Pointing(numbers=(1,)), [], matter(1))) == "approve.none_here"


def test_of_two_kinds_in_a_matter_the_kind_has_to_be_named() -> None:
    both = matter(1, request(1), EXTENSION)
    assert refused(lambda: meant(Pointing(numbers=(1,)), [], both)) == "approve.which_kind"
    assert meant(Pointing(numbers=(1,), kind="extension"), [], both) == 3
    assert refused(lambda: meant(Pointing(numbers=(1,), kind="withdrawal"), [], both)) == "approve.other_kind"


def test_what_somebody_else_signs_is_returned_to_be_refused_by_name() -> None:
    assert request_meant(Pointing(numbers=(1,)), [], FIRST, person("zhou"))[1].id == 1


def test_a_bare_word_is_about_the_only_swap() -> None:
    found = swap_meant(BARE, swaps(5))
    assert found is not None
    assert found.id == 5


@pytest.mark.parametrize("waiting", [swaps(5, 6), [*swaps(5), *requests_of(FIRST)]])
def test_a_swap_among_other_things_is_asked_back(waiting: list[Waiting]) -> None:
    assert refused(lambda: swap_meant(BARE, waiting)) == "swap.several"


def test_what_waits_for_others_does_not_hinder() -> None:
    found = swap_meant(BARE, [*swaps(5), *requests_of(FIRST, speaker="zhou")])
    assert found is not None


def test_the_verb_chooses_the_swap() -> None:
    found = swap_meant(Pointing(kind="swap"), [*swaps(5), *requests_of(FIRST)])
    assert found is not None
    assert refused(lambda: swap_meant(Pointing(kind="swap"), [])) == "swap.nothing"
    assert refused(lambda: swap_meant(Pointing(kind="swap"), swaps(5, 6))) == "swap.several"


def test_a_verb_for_requests_is_about_no_swap() -> None:
    assert swap_meant(Pointing(kind="reply"), swaps(5)) is None


@pytest.mark.parametrize(
    ("pointing", "swap"),
    [
        (Pointing(quoted_swap=5), 5),
        (Pointing(quoted_swap=5, numbers=(1,)), 5),
        (Pointing(kind="swap", numbers=(7,)), 7),
        (Pointing(kind="swap", numbers=(7, 8)), None),
        (Pointing(kind="reply", quoted_swap=5), None),
        (Pointing(numbers=(7,)), None),
        (BARE, None),
    ],
)
def test_a_swap_is_named_by_its_quote_or_behind_its_verb(pointing: Pointing, swap: int | None) -> None:
    assert pointing.swap == swap


def test_a_quoted_swap_is_meant_whatever_else_waits() -> None:
    found = swap_meant(Pointing(quoted_swap=5), [*swaps(5), *requests_of(FIRST)])
    assert found is not None


def unclear(
    pointing: Pointing, waiting: list[Waiting], named: Case | None = None, *, spoken_to: bool = False
) -> str | int | None:
    """Return the request that an unclear sentence is about, the sentence of its refusal, or None for talk."""
    try:
        found = unclear_about(pointing, waiting, named, QIAN, spoken_to=spoken_to)
    except Refusal as refusal:
        return refusal.sentence
    return found and found[1].id


def test_an_unclear_word_is_asked_back_of_who_has_something_to_decide() -> None:
    assert unclear(BARE, swaps(5)) == "swap.unclear"
    assert unclear(BARE, requests_of(FIRST)) == 1
    assert unclear(BARE, requests_of(FIRST, SECOND)) == "approve.several"
    assert unclear(Pointing(numbers=(1,)), [], FIRST) == 1
    assert unclear(Pointing(quoted=(1, 1)), [], FIRST) == 1
    assert unclear(BARE, [], spoken_to=True) == "approve.unclear"
    assert unclear(BARE, requests_of(FIRST, speaker="zhou")) is None
    assert unclear(Pointing(button=1), [], matter(1, request(1, state="approved"))) == "approve.unclear"


def test_whoever_stands_in_may_sign_too() -> None:
    delegation = Row({"giver": "qian", "taker": "li", "why": "authority", "since": FOUND, "until": FOUND})
    given = replace(FIRST, delegations=(delegation,))
    assert request_meant(BARE, requests_of(given, speaker="li"), None, person("li"))[1].id == 1
