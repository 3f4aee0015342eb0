"""An answer is bound to the text that had reached the speaker: no order of drafts, deliveries and answers evades it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.incident.case import Case
from handlers.rules.incident.reached import AGAIN, YOUNG, NotReached, Reached, reached_since
from tests.support.cases import Row, case, draft, later, request


def drafts(*states: str, **changes: object) -> Case:
    """Return a matter with a request for each state, each for a version of its own."""
    rows = tuple(request(n, state=state, **{"decided_by": None, **changes}) for n, state in enumerate(states, 1))
    return case(rows, tuple(draft(n, f"第{n}稿") for n in range(1, len(states) + 1)))


TWO = drafts("superseded", "pending")


Shown = tuple[tuple[int, datetime], ...]


def shown(*deliveries: tuple[int, float]) -> Shown:
    """Return deliveries from requests and seconds."""
    return tuple((id, later(seconds=seconds)) for id, seconds in deliveries)


def answered(one: Case, deliveries: Shown, said: float, **pointing: int) -> str | datetime | None:
    """Return since when the last request's text had reached the speaker, or the sentence that asks back."""
    try:
        return reached_since(one, one.requests[-1], Reached(deliveries, **pointing), later(seconds=said), "qian")
    except NotReached as refusal:
        return refusal.sentence


def test_what_was_delivered_counts() -> None:
    assert answered(drafts("pending"), shown((1, 0)), 1) == later(seconds=0)


def test_platforms_that_give_whole_seconds_are_not_wronged() -> None:
    assert answered(drafts("pending"), shown((1, 5.9)), 5) == later(seconds=5.9)
    assert answered(drafts("pending"), shown((1, 6.0)), 5) == "approve.unseen"


def test_what_is_under_way_or_came_after_the_word_does_not() -> None:
    assert answered(drafts("pending"), shown(), 1) == "approve.unseen"
    assert answered(drafts("pending"), shown((1, 2)), 1) == "approve.unseen"
    assert answered(TWO, shown((1, 0), (2, 20)), 15) == "approve.unseen"


def test_the_refusal_names_what_had_been_seen() -> None:
    with pytest.raises(NotReached) as refusal:
        reached_since(TWO, TWO.requests[-1], Reached(shown((1, 0), (2, 20))), later(seconds=15), "qian")
    assert (refusal.value.facts["seen"].id, refusal.value.request.id) == (1, 2)
    with pytest.raises(NotReached) as refusal:
        reached_since(TWO, TWO.requests[-1], Reached(shown((1, 0), (2, 20))), later(seconds=35), "qian")
    assert refusal.value.facts["age"] == timedelta(seconds=15)


def test_a_young_text_is_asked_back_where_an_older_one_had_been_shown() -> None:
    young, minute = 20 + YOUNG.total_seconds() - 1, 20 + YOUNG.total_seconds()
    assert answered(TWO, shown((1, 0), (2, 20)), young) == "approve.young"
    assert answered(TWO, shown((1, 0), (2, 20)), minute) == later(seconds=20)
    assert answered(TWO, shown((2, 20)), 21) == later(seconds=20)


def test_who_decided_the_older_one_knows_that_it_is_gone() -> None:
    assert answered(drafts("rejected", "pending", decided_by="qian"), shown((1, 0), (2, 20)), 21) == later(seconds=20)
    assert answered(drafts("rejected", "pending", decided_by="sun"), shown((1, 0), (2, 20)), 21) == "approve.young"


def test_shown_again_it_is_known() -> None:
    again = 25 + AGAIN.total_seconds()
    assert answered(TWO, shown((1, 0), (2, 20), (2, 25)), again - 1) == "approve.young"
    assert answered(TWO, shown((1, 0), (2, 20), (2, 25)), again) == later(seconds=20)


def test_an_older_text_that_waits_again_has_to_be_shown_again() -> None:
    """The newer draft was taken back: who had seen it does not approve the older one by a word about the newer."""
    restored = drafts("superseded", "superseded", "pending")
    rows = (restored.requests[2], restored.requests[1])
    back = case((*rows[1:], rows[0]), tuple(restored.drafts))
    assert answered(back, shown((3, 0), (2, 100)), 300) == "approve.unseen"
    assert answered(back, shown((3, 0), (2, 100), (3, 200)), 210) == "approve.young"
    assert answered(back, shown((3, 0), (2, 100), (3, 200)), 300) == later(seconds=200)


def test_a_button_proves_that_it_was_seen_and_a_quote_which_is_meant() -> None:
    assert answered(TWO, shown(), 0, pressed=2) is None
    assert answered(TWO, shown((1, 0), (2, 20)), 21, pressed=2) == later(seconds=20)
    assert answered(TWO, shown((1, 0), (2, 20)), 21, quoted=2) == later(seconds=20)
    assert answered(TWO, shown((1, 0)), 21, quoted=2) == "approve.unseen"
    assert answered(TWO, shown((1, 0)), 21, pressed=1) == "approve.unseen"


def test_a_minute_after_it_came_or_five_seconds_after_it_came_again_it_is_read() -> None:
    first, again = shown((1, 0), (2, 20)), shown((1, 0), (2, 20), (2, 40))
    assert [answered(TWO, first, said) for said in (79, 80)] == ["approve.young", later(seconds=20)]
    assert [answered(TWO, again, said) for said in (44, 45)] == ["approve.young", later(seconds=20)]


def test_requests_of_another_kind_do_not_matter() -> None:
    extension = request(1, kind="extension", decided_by=None, subject={"duties": [3]})
    both = case((extension, request(2, decided_by=None)), (draft(2),))
    assert answered(both, shown((1, 0), (2, 20)), 21) == later(seconds=20)


MOMENTS = st.integers(0, 300)
DELIVERIES = st.lists(st.tuples(st.integers(1, 5), MOMENTS), max_size=8).map(
    lambda found: sorted(found, key=lambda x: x[1])
)


@given(st.integers(1, 5), DELIVERIES, MOMENTS, st.sampled_from((None, *range(1, 6))))
def test_no_text_is_approved_that_had_not_reached_the_speaker(
    count: int, deliveries: list[tuple[int, int]], said: int, quoted: int | None
) -> None:
    """Whatever was delivered when: a word approves only what was shown before it, and last unless it was quoted."""
    one = drafts(*["superseded"] * (count - 1), "pending")
    found = answered(one, shown(*deliveries), said, **({} if quoted is None else {"quoted": quoted}))
    before = [id for id, at in deliveries if at <= said and id <= count]
    if not isinstance(found, str):
        assert count in before
        assert quoted == count or before[-1] == count


def test_rows_are_compared_by_their_request_not_by_their_version() -> None:
    """A draft that was taken back leaves its number to the next one, which is another text."""
    gone, new = request(1, state="superseded", decided_by=None), request(2, decided_by=None)
    new.values["subject"] = gone.values["subject"] = {"edition": 1}
    both = case((gone, new), (Row({"edition": 1, "text": "另一稿", "author": "wang"}),))
    assert answered(both, shown((1, 0)), 100) == "approve.unseen"
