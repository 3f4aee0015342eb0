"""Who is left out of a matter, and that somebody always remains, in any institution and for any accusation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.rules.people import recusal
from handlers.rules.people.institution import ROLES, Department, Institution, Person
from tests.support.cases import INSTITUTION, person
from tests.support.thinned import drawn

DEPARTMENTS = ("甲处", "乙处", "丙处")


@st.composite
def institutions(draw: st.DrawFn) -> Institution:
    """Return an institution of at most eight people, of any roles, some of them in departments."""
    some_roles = st.lists(st.sampled_from(ROLES), min_size=1, max_size=2, unique=True)
    people = tuple(
        Person(f"p{n}", f"某{n}", tuple(draw(some_roles)), draw(st.sampled_from((None, *DEPARTMENTS))))
        for n in range(draw(st.integers(1, 8)))
    )
    ids = st.sampled_from((None, *(one.id for one in people)))
    departments = tuple(Department(name, leader=draw(ids)) for name in DEPARTMENTS)
    return replace(INSTITUTION, people=people, departments=departments)


@st.composite
def accusations(draw: st.DrawFn) -> tuple[Institution, tuple[str, ...]]:
    institution = draw(institutions())
    names = [f"{kind}:{one.id}" for one in institution.people for kind in ("person", "maybe")]
    about = draw(st.lists(st.sampled_from([*names, *(f"department:{name}" for name in DEPARTMENTS)]), unique=True))
    return institution, tuple(about)


@settings(max_examples=drawn(300), deadline=None)
@given(accusations())
def test_some_call_always_remains(given_: tuple[Institution, tuple[str, ...]]) -> None:
    institution, about = given_
    for called in (
        recusal.remaining(about, institution),
        recusal.desk(about, institution),
        *(recusal.owners(name, about, institution) for name in (None, *DEPARTMENTS)),
        recusal.told(institution.people, about, institution),
    ):
        assert called
        assert recusal.everybody(about, institution) or not any(recusal.concerned(one, about) for one in called)


@settings(max_examples=drawn(300), deadline=None)
@given(accusations())
def test_nobody_whom_it_is_about_decides_and_somebody_may(given_: tuple[Institution, tuple[str, ...]]) -> None:
    institution, about = given_
    deciding = [one for one in institution.people if recusal.may_decide(one, about, institution)]
    assert not [one for one in deciding if about and recusal.concerned(one, about)]
    assert deciding or recusal.everybody(about, institution)


@settings(max_examples=drawn(200), deadline=None)
@given(accusations())
def test_no_department_that_may_have_it_is_empty_of_free_people(given_: tuple[Institution, tuple[str, ...]]) -> None:
    institution, about = given_
    for department in recusal.departments(about, institution):
        assert f"department:{department.name}" not in about
        people = institution.liaisons(department.name)
        assert not people or recusal.liaisons(department.name, about, institution)


@pytest.mark.parametrize(
    ("who", "superior", "answers"),
    [
        ("wang", "feng", True), ("wang", "qian", True), ("wang", "sun", False), ("wang", "zheng", False),
        ("feng", "qian", True), ("feng", "sun", True), ("feng", "wang", False), ("zheng", "feng", False),
        ("qian", "zhao", True), ("qian", "sun", False), ("zhao", "qian", False), ("li", "zhao", True),
        ("li", "qian", False), ("zhou", "li", False), ("zhao", "zhao", False),
    ],
)  # fmt: skip
def test_who_answers_to_whom(who: str, superior: str, answers: bool) -> None:
    assert recusal.answers_to(person(who), person(superior), INSTITUTION) is answers


@pytest.mark.parametrize(
    ("about", "called"),
    [
        ((), ["li"]),
        (("person:li",), ["qian", "sun"]),
        (("person:li", "person:qian"), ["sun"]),
        (("person:li", "person:qian", "person:sun"), ["zhao"]),
        (("person:zhou",), ["li"]),
        (("person:zhao",), ["li"]),
        (("person:zhao", "person:li"), ["qian", "sun"]),
    ],
)
def test_who_is_called_at_the_desk(about: tuple[str, ...], called: list[str]) -> None:
    assert [one.id for one in recusal.desk(about, INSTITUTION)] == called


def test_who_answers_for_a_department_and_who_is_kept_out() -> None:
    assert [one.id for one in recusal.liaisons("总务处", ("person:wang",), INSTITUTION)] == ["feng"]
    assert recusal.excluded("总务处", ("person:wang", "person:feng"), INSTITUTION)
    assert recusal.excluded("总务处", ("department:总务处",), INSTITUTION)
    assert not recusal.excluded("总务处", ("person:wang",), INSTITUTION)
    assert recusal.excluded("招生办", ("person:jiang",), INSTITUTION)  # nobody else answers for it


@pytest.mark.parametrize(
    ("who", "about", "knows"),
    [
        ("li", ("person:wang",), True), ("zhou", ("person:wang",), True), ("qian", ("person:wang",), True),
        ("zhao", ("person:wang",), True), ("wang", ("person:qian",), False), ("qian", ("person:qian",), False),
        ("li", ("maybe:li",), False), ("feng", ("person:qian",), False),
    ],
)  # fmt: skip
def test_who_may_know(who: str, about: tuple[str, ...], knows: bool) -> None:
    assert recusal.may_know(person(who), about) is knows
