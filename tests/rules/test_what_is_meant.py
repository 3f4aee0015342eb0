"""What an answer points at, to the last corner; the rest is in `test_waiting`."""

import pytest

from handlers.rules.incident.case import Case
from handlers.rules.incident.waiting import (
    Pointing,
    Waiting,
    WaitingRequest,
    request_meant,
    unclear_about,
    what_waits,
)
from handlers.rules.refusal import Refusal
from tests.support.cases import Row, case, draft, person, request
from tests.support.decided import refusal

QIAN = person("qian")


def matter(number: int, *requests: Row, **changes: object) -> Case:
    return case(requests, (draft(),), number=number, **changes)


def waiting(*cases: Case, speaker: str = "qian") -> list[Waiting]:
    return [WaitingRequest.of(one, asked, person(speaker)) for one in cases for asked in one.pending()]


@pytest.mark.parametrize(
    ("pointing", "request_", "number", "names", "bare"),
    [
        (Pointing(), None, None, False, True),
        (Pointing(button=7), 7, None, True, False),
        (Pointing(button=7, quoted=(2, 8), numbers=(3,)), 7, 3, True, False),
        (Pointing(quoted=(2, 8)), 8, 2, True, False),
        (Pointing(quoted=(2, None)), None, 2, True, False),
        (Pointing(quoted=(2, 8), numbers=(2, 3)), 8, 2, True, False),
        (Pointing(quoted=(2, 8), numbers=(3, 2)), None, 3, True, False),
        (Pointing(numbers=(5, 6)), None, 5, True, False),
        (Pointing(quoted_swap=4), None, None, False, False),
        (Pointing(lost=True), None, None, False, False),
        (Pointing(kind="reply"), None, None, False, True),
    ],
)
def test_what_it_names(pointing: Pointing, request_: int | None, number: int | None, names: bool, bare: bool) -> None:
    assert (pointing.request, pointing.number, pointing.names_matter, pointing.bare) == (request_, number, names, bare)


def test_a_quote_of_nothing_is_asked_back_with_what_waits() -> None:
    one = matter(1, request(1))
    with pytest.raises(Refusal) as refused:
        request_meant(Pointing(lost=True), waiting(one), None, QIAN)
    assert refused.value.sentence == "approve.quoted_nothing"
    assert [asked.id for _, asked in refused.value.facts["waiting"]] == [1]


def test_what_is_put_to_somebody() -> None:
    one = matter(1, request(1))
    mine, others, own = (WaitingRequest.of(one, one.requests[0], person(id)) for id in ("qian", "sun", "wang"))
    assert (mine.mine, mine.may, mine.own, mine.hidden) == (True, True, False, False)
    assert (others.mine, others.may, others.own) == (False, True, False)
    assert (own.mine, own.may, own.own) == (False, False, True)
    assert mine.asked == others.asked == QIAN
    about = matter(1, request(1), about=["person:wang"])
    assert WaitingRequest.of(about, about.requests[0], person("wang")).hidden


def test_who_may_sign_one_is_told_to_name_it_and_whose_it_is() -> None:
    one = matter(1, request(1))
    with pytest.raises(Refusal) as refused:
        request_meant(Pointing(), waiting(one, speaker="sun"), None, person("sun"))
    assert (refused.value.sentence, refused.value.facts["asked"]) == ("approve.not_asked", QIAN)
    assert refused.value.facts["request"].id == 1
    own = matter(2, request(2, asked_by="sun"))
    assert refusal(lambda: request_meant(Pointing(), waiting(one, own, speaker="sun"), None, person("sun"))) == (
        "approve.not_asked"
    )
    two = matter(3, request(3))
    mixed = waiting(one, two, own, speaker="sun")
    assert refusal(lambda: request_meant(Pointing(), mixed, None, person("sun"))) == "approve.elsewhere"


def test_nothing_waits() -> None:
    otherwise = Refusal("approve.nothing")
    assert what_waits([], otherwise) is otherwise
    hidden = matter(1, request(1), about=["person:qian"])
    assert what_waits(waiting(hidden), otherwise) is otherwise
    assert what_waits(waiting(matter(1, request(1))), otherwise).sentence == "approve.elsewhere"


def test_somebody_elses_request_is_shown_where_none_is_ones_own() -> None:
    one = matter(1, request(1, asked_by="qian"), request(2, kind="extension", subject={"duties": [3], "period": "1d"}))
    assert request_meant(Pointing(numbers=(1,)), [], one, QIAN)[1].id == 2
    assert request_meant(Pointing(numbers=(1,)), [], one, person("wu"))[1].id == 1


def test_talk_to_the_bot_is_answered_and_other_talk_is_not() -> None:
    one = matter(1, request(1))
    bare = Pointing()
    assert unclear_about(bare, [], None, QIAN, spoken_to=False) is None
    assert refusal(lambda: unclear_about(bare, [], None, QIAN, spoken_to=True)) == "approve.unclear"
    asked = waiting(one, speaker="sun")
    assert refusal(lambda: unclear_about(bare, asked, None, person("sun"), spoken_to=True)) == "approve.elsewhere"
    named = Pointing(numbers=(1,))
    assert refusal(lambda: unclear_about(named, [], one, person("wu"), spoken_to=False)) == "approve.unclear"
    found = unclear_about(named, [], one, QIAN, spoken_to=False)
    assert found
    assert found[1].id == 1
