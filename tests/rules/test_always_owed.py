"""An open matter owes somebody something with a due time, under every regime that ships."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from handlers.rules.incident.always_owed import still_owed
from handlers.rules.incident.case import Case, Decision, NewDuty
from handlers.rules.incident.duties import CALM, CLOSING, closing, owed_at_first
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_file import load
from tests.support.cases import FOUND, INSTITUTION, Row, case, incident, later, standard

FILES = sorted((Path(__file__).parents[2] / "handlers" / "regimes").glob("*.toml"))
REGIMES = {file.stem: load(file.read_text(encoding="utf-8")) for file in FILES}


def rows(new: tuple[NewDuty, ...]) -> list[Row]:
    return [
        Row({"id": id, "kind": one.kind, "state": "open", "due_at": one.due.at, "first_due_at": one.due.at})
        for id, one in enumerate(new, 1)
    ]


def begun(regime: Regime, department: str | None) -> Case:
    first = owed_at_first(regime, INSTITUTION, "general", department, FOUND)
    return Case(incident(department=department), rows(first), (), (), regime, INSTITUTION)


@pytest.mark.parametrize("department", ["总务处", None])
@pytest.mark.parametrize("name", REGIMES)
def test_from_the_find_on(name: str, department: str | None) -> None:
    assert any(duty.kind != CALM for duty in begun(REGIMES[name], department).duties)


@pytest.mark.parametrize("name", REGIMES)
def test_and_after_whatever_is_done(name: str) -> None:
    """Meet one duty after the other, in both ways: one is always left, the closing at last."""
    one = begun(REGIMES[name], "总务处")
    for end in ("met", "waived"):
        standing = one
        while kinds := [duty.kind for duty in standing.duties if duty.kind != CLOSING]:
            ended = next(duty.id for duty in standing.duties if duty.kind == kinds[0])
            decision = still_owed(standing, Decision(events=(), **{end: (ended,)}), later(hours=1))
            left = [duty for duty in standing.duties if duty.id != ended]
            opened = rows(decision.opened)
            assert any(duty.kind != CALM for duty in (*left, *opened)), kinds
            standing = replace(standing, duties=[*left, *(Row(row.values | {"id": 90}) for row in opened)])
        assert [duty.kind for duty in standing.duties] == [CLOSING]


def test_a_matter_that_ends_owes_no_closing() -> None:
    one = case()
    ended = Decision(events=(), changes={"stage": "resolved"}, met=(1, 2, 3))
    assert still_owed(one, ended, FOUND) is ended


def test_what_is_owed_besides_ends_a_closing_that_is_not_due() -> None:
    one = case()
    one.duties.append(Row({"id": 9, "kind": CLOSING, "state": "open", "due_at": later(days=3)}))  # type: ignore[attr-defined]
    nothing = Decision(events=())
    assert still_owed(one, nothing, FOUND).waived == (9,)
    assert still_owed(one, nothing, later(days=3)).waived == ()  # its overrun stays


def test_deciding_it_twice_adds_nothing() -> None:
    one = case()
    decision = still_owed(one, Decision(events=(), waived=(1, 2, 3)), FOUND)
    assert [duty.kind for duty in decision.opened] == [CLOSING]
    assert still_owed(one, decision, FOUND) == decision


def test_calming_is_not_enough() -> None:
    company = REGIMES["company"]
    one = begun(company, "总务处")
    others = tuple(duty.id for duty in one.duties if duty.kind != CALM)
    assert [duty.kind for duty in still_owed(one, Decision(events=(), met=others), FOUND).opened] == [CLOSING]


def test_it_has_the_regimes_time() -> None:
    regime = standard(**{'same_day_at_least = "2h"': 'same_day_at_least = "2h"\ncloses_within = "48h"'})
    assert closing(regime, INSTITUTION, "general", FOUND).due.at == later(hours=48)


def test_an_action_item_is_not_enough() -> None:
    """What comes out of an open matter does not end it: its closing is owed besides."""
    items = [Row({"id": 1, "kind": "action", "state": "open", "due_at": later(days=9), "first_due_at": later(days=9)})]
    one = Case(incident(), items, (), (), standard(), INSTITUTION)
    assert [duty.kind for duty in still_owed(one, Decision(events=()), FOUND).opened] == [CLOSING]
